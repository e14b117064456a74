"""Answer SQL over the tables, as they are now or as they were at a moment."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from lake.duck.file import NAME, is_locked
from lake.duck.saved import copy_saved
from lake.duck.views import create_view, refresh_views
from lake.errors import LakeError
from lake.iceberg.snapshots import snapshot_at
from lake.target import Target

DATABASE = Path(NAME).stem
"""What the views that dbt saved call the database."""


class Asked:
    """A DuckDB connection in memory with the tables, and the models built on them, under their schema.

    The Iceberg tables are always those of the catalog. Now: what the last build made of them (the marts) is there too,
    its views read afresh; `missing` says why it is not, where it is not. At a past moment: the Iceberg tables only,
    each on the snapshot that was current then.
    """

    def __init__(self, target: Target, as_of: datetime | None) -> None:
        file = target.warehouse(instead="ask in the Athena console, or read with PyIceberg") / NAME
        self.missing = "At a past moment there are the Iceberg tables only." if as_of else ""
        self.connection = duckdb.connect()
        self.connection.execute(f"attach ':memory:' as {DATABASE}")
        self.connection.execute(f"use {DATABASE}")
        for table in target.tables():
            if as_of is None:
                create_view(self.connection, table)
            elif table.current_snapshot() is not None:
                create_view(self.connection, table, snapshot_at(table, as_of))
        if as_of is None:
            self.missing = _add_saved(self.connection, file)

    def answer(self, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
        """Return the column names and the rows of a query.

        Raises:
            LakeError: DuckDB refuses it; where models are missing, the message says why.
        """
        try:
            relation = self.connection.execute(sql)
            names = [column[0] for column in relation.description or []]
            return names, relation.fetchall()
        except duckdb.CatalogException as error:
            raise LakeError(f"The query failed: {error}" + (f"\n{self.missing}" if self.missing else "")) from error
        except duckdb.Error as error:
            raise LakeError(f"The query failed: {error}") from error


def _add_saved(connection: duckdb.DuckDBPyConnection, file: Path) -> str:
    """Add the other relations of the warehouse's DuckDB file; return why there are none, empty where there are."""
    if not file.is_file():
        return f"The marts are not there: {NAME} is missing. The next dbt build makes it anew."
    try:
        return copy_saved(connection, file)
    except duckdb.Error as error:
        if is_locked(error):
            return f"The marts are not there just now: a build or another program has {NAME} open. Try again later."
        return f"The marts are not there: {NAME} is broken. The next dbt build makes it anew."


def refresh(target: Target) -> str:
    """Point the views in the warehouse's DuckDB file at the current snapshots, after a rollback. Athena needs none.

    Returns:
        What to know when that could not be done; empty when it was.
    """
    file = target.folder / NAME if target.folder else None
    if file is None or not file.is_file():
        return ""
    try:
        with duckdb.connect(str(file)) as connection:
            refresh_views(connection, target.tables())
    except (duckdb.Error, LakeError):
        return (
            f"{NAME} could not be opened, so what reads its views sees the state before; the next dbt build mends that."
        )
    return ""
