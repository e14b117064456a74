"""The data files of a snapshot, and where they lie on disk."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow
from pyiceberg.table import FileScanTask, Table, TableProperties

from lake.errors import MergeRefused

FIELD_ID = b"PARQUET:field_id"


def local_path(uri: str) -> str:
    """Return a file's address as the operating system opens it."""
    return uri.removeprefix("file://")


@dataclass(frozen=True, slots=True)
class Part:
    """One data file of a snapshot, and the files that mark rows of it as deleted. Equal parts hold the same rows."""

    path: str
    deletes: frozenset[str]
    task: FileScanTask = field(compare=False)


def parts(table: Table, snapshot_id: int) -> set[Part]:
    """Return what a snapshot consists of.

    Raises:
        MergeRefused: a local table has row-level delete files, written by another engine.
    """
    if is_local(table):
        return {Part(path, frozenset(), task) for path, task in data_files(table, snapshot_id).items()}
    return {
        Part(task.file.file_path, frozenset(file.file_path for file in task.delete_files), task)
        for task in table.scan(snapshot_id=snapshot_id).plan_files()
    }


def is_local(table: Table) -> bool:
    """Say whether a table's files lie on this machine."""
    return table.location().startswith("file://")


def read(table: Table, wanted: list[Part]) -> pa.RecordBatchReader:
    """Return the rows of some parts of a table, without those that are deleted; columns they lack are NULL."""
    columns = schema_to_pyarrow(table.schema())
    scan = ArrowScan(table.metadata, table.io, table.schema(), AlwaysTrue())
    batches = scan.to_record_batches([part.task for part in wanted])  # it goes through them twice
    return pa.RecordBatchReader.from_batches(columns, batches).cast(columns)


def data_files(table: Table, snapshot_id: int | None = None) -> dict[str, FileScanTask]:
    """Return the data files of a snapshot by path; of the current one where none is given.

    Raises:
        MergeRefused: the table has row-level delete files, or files without field ids, written by another engine.
    """
    tasks = {local_path(task.file.file_path): task for task in table.scan(snapshot_id=snapshot_id).plan_files()}
    if any(task.delete_files for task in tasks.values()):
        raise MergeRefused(_foreign(table, "row-level delete files from another engine"))
    if TableProperties.DEFAULT_NAME_MAPPING in table.properties and is_local(table):
        for path in tasks:
            if lacks_field_ids(pq.read_schema(path)):
                # by their ids all columns would be NULL, and what is rewritten would lose them
                raise MergeRefused(_foreign(table, f"a file of another program, whose columns have no ids ({path})"))
    return tasks


def lacks_field_ids(columns: pa.Schema) -> bool:
    """Say whether a Parquet file, whose columns are given, has some without Iceberg's ids, by which they are found."""
    return any(FIELD_ID not in (column.metadata or {}) for column in columns)


def _foreign(table: Table, what: str) -> str:
    *_, name = table.name()
    return (
        f"{'.'.join(table.name())} has {what}. Go back to before it (lake history {name}, lake rollback {name} --to "
        f"SNAPSHOT_ID), or make the table anew from staging: lake drop {name}, then dbt build."
    )
