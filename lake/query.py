"""Answer SQL over the tables, as they are now or as they were at a moment."""

from __future__ import annotations

from datetime import datetime

import duckdb

from lake.duck.views import create_view, refresh_views
from lake.errors import LakeError
from lake.iceberg.snapshots import snapshot_at
from lake.target import Target


def connect(target: Target, as_of: datetime | None) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection with the tables, and the models built on them, under their schema.

    Now: the marts of the last build are there too. At a past moment: the Iceberg tables only, each on the snapshot
    that was current then.
    """
    file = target.warehouse(instead="ask in the Athena console, or read with PyIceberg") / "lake.duckdb"
    if as_of is None and file.is_file():
        try:
            return duckdb.connect(str(file), read_only=True)
        except duckdb.IOException as error:
            raise LakeError("A build is using the warehouse. Wait for it to end, then ask again.") from error
    connection = duckdb.connect()
    for table in target.tables():
        if table.current_snapshot() is not None:
            create_view(connection, table, snapshot_at(table, as_of) if as_of else None)
    return connection


def refresh(target: Target) -> None:
    """Point the views in the warehouse's DuckDB file at the current snapshots, after a rollback. Athena needs none."""
    file = target.folder / "lake.duckdb" if target.folder else None
    if file and file.is_file():
        with duckdb.connect(str(file)) as connection:
            refresh_views(connection, target.tables())
