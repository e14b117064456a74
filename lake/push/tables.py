"""Copy Iceberg tables of a local warehouse to S3 and register them in Glue, with their whole history."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.io import FileIO
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.table import Table

from lake.errors import LakeError
from lake.iceberg.files import local_path
from lake.iceberg.rewrite import Rewriter

WORKERS = 8
PUSHED_FROM = "racing.pushed-from"
"""Property of a pushed table: the local table it is a copy of, by its Iceberg UUID and metadata file."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """A table that was pushed: how many data files and bytes were copied, and how many were there already."""

    name: str
    files: int
    size: int
    already: int


def plan_tables(tables: Iterable[Table], glue: Catalog, schema: str) -> list[Table]:
    """Return the tables that are still to push: those that Glue has not.

    Raises:
        LakeError: Glue has a table of that name which is no copy of ours as it is now.
    """
    wanted = []
    for table in tables:
        name = table.name()[-1]
        try:
            there = glue.load_table((schema, name))
        except NoSuchTableError:
            wanted.append(table)
            continue
        if there.properties.get(PUSHED_FROM) != _origin(table):
            raise LakeError(
                f"Glue has a table {schema}.{name} already, and it is no copy of the local one as it is now. Nothing "
                "was touched. Set ATHENA_SCHEMA to another database, or drop that table in the Athena console."
            )
    return wanted


def push_table(table: Table, glue: Catalog, schema: str, data: str) -> Pushed:
    """Copy one table's files below `data` (`s3://bucket/prefix`) and register it; a file is copied once.

    The table is in Glue once all that it names is in S3, and not before.

    Raises:
        LakeError: a file is missing here, or cannot be written there.
    """
    name = table.name()[-1]
    old, new = table.location().rstrip("/"), f"{data.rstrip('/')}/{schema}/{name}"
    remote = PyArrowFileIO(glue.properties)
    suffix = uuid.uuid4().hex[:8]

    def beside(uri: str) -> str:
        return rewriter.moved(uri).removesuffix(".avro") + f"-{suffix}.avro"

    rewriter = Rewriter(old, new, remote, source=str, target=beside)
    said: dict[str, Any] = json.loads(Path(local_path(table.metadata_location)).read_bytes())
    try:
        for snapshot in said["snapshots"]:
            snapshot["manifest-list"] = rewriter.manifest_list(snapshot["manifest-list"])
        with ThreadPoolExecutor(WORKERS) as pool:
            sizes = list(pool.map(lambda uri: _copy(remote, uri, rewriter.moved(uri)), sorted(rewriter.data_files)))
        metadata = f"{new}/metadata/00000-{uuid.uuid4()}.metadata.json"
        moved = rewriter.with_paths(said) | {"metadata-log": [], "table-uuid": str(uuid.uuid4())}
        moved["properties"] = said["properties"] | {PUSHED_FROM: _origin(table)}
        with remote.new_output(metadata).create() as out:
            out.write(json.dumps(moved).encode())
    except OSError as error:
        raise LakeError(
            f"Cannot copy {schema}.{name}: {error}. Glue knows nothing of it yet; mend it, then lake push goes on."
        ) from error
    glue.register_table((schema, name), metadata)
    copied = [size for size in sizes if size is not None]
    return Pushed(name, len(copied), sum(copied), len(sizes) - len(copied))


def _copy(remote: FileIO, here: str, there: str) -> int | None:
    """Copy a data file, whose name is never used twice, unless it is there whole; return its bytes if it was copied."""
    path = Path(local_path(here))
    size = path.stat().st_size
    if remote.new_input(there).exists() and len(remote.new_input(there)) == size:
        return None
    with path.open("rb") as source, remote.new_output(there).create(overwrite=True) as target:
        while chunk := source.read(1 << 22):
            target.write(chunk)
    return size


def _origin(table: Table) -> str:
    return f"{table.metadata.table_uuid} {Path(local_path(table.metadata_location)).name}"
