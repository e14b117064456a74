"""Make a warehouse whose folder was moved or copied whole again: Iceberg stores absolute paths in every file.

New manifests, manifest lists and metadata are written beside the old ones, with the same content and the new paths;
then the catalog is changed in one transaction. Data files are not touched. What is stopped half way changes nothing.
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyiceberg.avro.file import AvroFile, AvroOutputFile
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.schema import Schema
from pyiceberg.typedef import Record
from pyiceberg.types import StructType

from lake.errors import LakeError
from lake.iceberg.files import local_path
from lake.iceberg.together import Move, entries, swap
from lake.iceberg.warehouse import is_below, read_metadata

MANIFEST_PATH, MANIFEST_LENGTH, DATA_FILE, FILE_PATH = 500, 501, 2, 100
"""Field ids of the Iceberg specification."""


@dataclass(slots=True)
class _Rewriter:
    """Writes the metadata of one table anew, with paths that begin with `new` instead of `old`."""

    old: str
    new: str
    suffix: str = field(default_factory=lambda: f"-{uuid.uuid4().hex[:8]}")
    done: dict[str, str] = field(default_factory=dict)

    def moved(self, uri: str) -> str:
        return self.new + uri.removeprefix(self.old) if uri.startswith(f"{self.old}/") else uri

    def manifest(self, uri: str) -> str:
        """Write a manifest once and return where it is now."""
        if uri not in self.done:
            self.done[uri] = self._rewrite(uri, self._entry)
        return self.done[uri]

    def manifest_list(self, uri: str) -> str:
        return self._rewrite(uri, self._manifest_file)

    def _entry(self, schema: Schema, record: Record) -> None:
        data_file = record[_position(schema.as_struct(), DATA_FILE)]
        place = _position(schema.find_type(DATA_FILE), FILE_PATH)
        data_file[place] = self.moved(data_file[place])

    def _manifest_file(self, schema: Schema, record: Record) -> None:
        path, length = (_position(schema.as_struct(), number) for number in (MANIFEST_PATH, MANIFEST_LENGTH))
        record[path] = self.manifest(record[path])
        record[length] = Path(local_path(record[path])).stat().st_size

    def _rewrite(self, uri: str, change: Any) -> str:  # noqa: ANN401
        source = self.moved(uri)
        target = re.sub(r"\.avro$", f"{self.suffix}.avro", source)
        io = PyArrowFileIO()
        with AvroFile[Record](io.new_input(source)) as reader:
            records = list(reader)
            header = dict(reader.header.meta)
            schema = reader.schema
            name = json.loads(header.pop("avro.schema"))["name"]
            for record in records:
                change(schema, record)
            with AvroOutputFile[Record](io.new_output(target), schema, name, metadata=header) as writer:
                writer.write_block(records)
        return target


def relocate(catalog: SqlCatalog, folder: Path) -> list[str]:
    """Rewrite the paths of every table of a catalog that lies elsewhere than in its own folder.

    Returns:
        The names of the tables that were relocated.

    Raises:
        LakeError: the files of such a table are not in this folder.
    """
    moves = [
        Move((namespace, name), location, _relocated(folder, namespace, name, location))
        for (namespace, name), location in entries(catalog).items()
        if not is_below(local_path(location), folder)
    ]
    swap(catalog, moves)
    return [".".join(move.identifier) for move in moves]


def _relocated(folder: Path, namespace: str, name: str, location: str) -> str:
    """Write one table's metadata for its new place, and return the new metadata file."""
    here = folder / namespace / name / "metadata" / Path(local_path(location)).name
    said = read_metadata(here)
    if said is None:
        raise LakeError(
            f"The metadata of {namespace}.{name} should be {here}, and cannot be read. Copy the whole warehouse, then "
            "try again."
        )
    old = str(said["location"]).rstrip("/")
    rewriter = _Rewriter(old, f"file://{here.parent.parent}")
    for snapshot in said["snapshots"]:
        try:
            snapshot["manifest-list"] = rewriter.manifest_list(snapshot["manifest-list"])
        except FileNotFoundError as error:
            raise LakeError(
                f"{namespace}.{name} lacks {error.filename or rewriter.moved(snapshot['manifest-list'])}. Copy the "
                "whole warehouse, then try again."
            ) from error
    version = int(here.name.split("-", 1)[0]) + 1
    target = here.with_name(f"{version:05d}-{uuid.uuid4()}.metadata.json")
    target.write_text(json.dumps(_with_paths(said, rewriter)), encoding="utf-8")
    return f"file://{target}"


def _with_paths(value: Any, rewriter: _Rewriter) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _with_paths(item, rewriter) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_paths(item, rewriter) for item in value]
    if isinstance(value, str):
        return rewriter.new if value.rstrip("/") == rewriter.old else rewriter.moved(value)
    return value


def _position(struct: Any, field_id: int) -> int:  # noqa: ANN401
    assert isinstance(struct, StructType)  # noqa: S101 - the specification says so
    return next(number for number, item in enumerate(struct.fields) if item.field_id == field_id)
