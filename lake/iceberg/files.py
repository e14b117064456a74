"""The data files of a snapshot, and where they lie on disk."""

from __future__ import annotations

from pyiceberg.table import FileScanTask, Table

from lake.errors import MergeRefused


def local_path(uri: str) -> str:
    """Return a file's address as the operating system opens it."""
    return uri.removeprefix("file://")


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
