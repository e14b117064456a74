"""Write a table's manifests, manifest lists and metadata anew with other paths: Iceberg stores absolute ones.

The content stays what it was, snapshots and their ids too. Data files are not read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pyiceberg.avro.file import AvroFile, AvroOutputFile
from pyiceberg.io import FileIO
from pyiceberg.schema import Schema
from pyiceberg.typedef import Record
from pyiceberg.types import StructType

MANIFEST_PATH, MANIFEST_LENGTH, DATA_FILE, FILE_PATH = 500, 501, 2, 100
"""Field ids of the Iceberg specification."""


@dataclass(slots=True)
class Rewriter:
    """Writes the metadata of one table anew, with paths that begin with `new` instead of `old`.

    `source` says where a file, named by its old path, is read; `target` where the new one is written. Both take and
    return whole addresses.
    """

    old: str
    new: str
    io: FileIO
    source: Callable[[str], str]
    target: Callable[[str], str]
    data_files: set[str] = field(default_factory=set)
    """Old paths of the data files that were named by what was rewritten."""
    _done: dict[str, str] = field(default_factory=dict)

    def moved(self, uri: str) -> str:
        """Return the new path of a file."""
        return self.new + uri.removeprefix(self.old) if uri.startswith(f"{self.old}/") else uri

    def manifest_list(self, uri: str) -> str:
        """Write a snapshot's manifest list and its manifests; return where it is now.

        Raises:
            FileNotFoundError: one of them is not there.
        """
        return self._rewrite(uri, self._manifest_file)

    def with_paths(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        """Return metadata with every path in it moved."""
        if isinstance(value, dict):
            return {key: self.with_paths(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.with_paths(item) for item in value]
        if isinstance(value, str):
            return self.new if value.rstrip("/") == self.old else self.moved(value)
        return value

    def _manifest_file(self, schema: Schema, record: Record) -> None:
        path, length = (_position(schema.as_struct(), number) for number in (MANIFEST_PATH, MANIFEST_LENGTH))
        if record[path] not in self._done:
            self._done[record[path]] = self._rewrite(record[path], self._entry)
        record[path] = self._done[record[path]]
        record[length] = len(self.io.new_input(record[path]))

    def _entry(self, schema: Schema, record: Record) -> None:
        data_file = record[_position(schema.as_struct(), DATA_FILE)]
        place = _position(schema.find_type(DATA_FILE), FILE_PATH)
        self.data_files.add(data_file[place])
        data_file[place] = self.moved(data_file[place])

    def _rewrite(self, uri: str, change: Callable[[Schema, Record], None]) -> str:
        target = self.target(uri)
        with AvroFile[Record](self.io.new_input(self.source(uri))) as reader:
            records = list(reader)
            header = dict(reader.header.meta)
            schema = reader.schema
            name = json.loads(header.pop("avro.schema"))["name"]
            for record in records:
                change(schema, record)
            with AvroOutputFile[Record](self.io.new_output(target), schema, name, metadata=header) as writer:
                writer.write_block(records)
        return target


def _position(struct: Any, field_id: int) -> int:  # noqa: ANN401
    assert isinstance(struct, StructType)  # noqa: S101 - the specification says so
    return next(number for number, item in enumerate(struct.fields) if item.field_id == field_id)
