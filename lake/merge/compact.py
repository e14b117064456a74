"""Make one file of the months of a year that is over: readers are quicker with few files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pyarrow as pa
from duckdb import DuckDBPyConnection
from pyiceberg.table import Table

from lake.duck.quoting import names
from lake.duck.views import scan_sql
from lake.iceberg.bounds import bounds, dated_column, newest_date, open_since
from lake.iceberg.commit import Change, stage_change
from lake.iceberg.files import data_files
from lake.iceberg.readings import committing

COMPACTED = "racing.compacted-files"
"""Property of a snapshot that changed no row: how many files it made fewer of."""
LARGEST = 256 * 1024 * 1024
"""Partitions of more bytes are left as they are."""


def scattered(table: Table) -> list[list[str]]:
    """Return the files to make one of, for each partition of years that are over and that has several."""
    tasks, column = data_files(table), dated_column(table)
    since = open_since(newest_date(table, (task.file for task in tasks.values())))
    if column is None or since is None:
        return []
    found: dict[str, list[str]] = defaultdict(list)
    for path, task in tasks.items():
        between = bounds(table.schema(), task.file, column)
        if between is not None and between[1] < since:
            found[str(task.file.partition)].append(path)
    return [
        sorted(paths)
        for paths in found.values()
        if len(paths) > 1 and sum(tasks[path].file.file_size_in_bytes for path in paths) <= LARGEST
    ]


def compact(connection: DuckDBPyConnection, table: Table, invocation_id: str) -> int:
    """Make one file of each group of scattered ones, as one snapshot; return how many files there are fewer.

    Raises:
        CommitConflict: somebody else changed the table meanwhile.
    """
    groups = scattered(table)
    fewer = sum(len(paths) - 1 for paths in groups)
    if not fewer:
        return 0
    tasks = data_files(table)
    removed = [tasks[path].file for paths in groups for path in paths]
    schema = table.schema()
    order = [schema.find_field(field.source_id).name for field in table.sort_order().fields] or schema.column_names[:1]

    def rows() -> Iterator[pa.Table]:
        for paths in groups:
            yield connection.execute(f"{scan_sql(schema, paths)} order by {names(order)}").to_arrow_table()

    said = {"dbt.invocation-id": invocation_id, COMPACTED: str(fewer)}
    with committing(table.name()), table.transaction() as transaction:
        stage_change(transaction, Change(removed, rows(), said))
    return fewer
