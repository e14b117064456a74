"""The data files of a snapshot, and where they lie on disk."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow
from pyiceberg.table import FileScanTask, Table

from lake.errors import MergeRefused


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
        MergeRefused: the table has row-level delete files, written by another engine.
    """
    tasks = {local_path(task.file.file_path): task for task in table.scan(snapshot_id=snapshot_id).plan_files()}
    if any(task.delete_files for task in tasks.values()):
        raise MergeRefused(
            f"{'.'.join(table.name())} has row-level delete files from another engine. Rewrite the table there, or "
            "rebuild it here with dbt build --full-refresh."
        )
    return tasks
