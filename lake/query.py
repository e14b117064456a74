"""Answer SQL over the tables, as they are now or as they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pyiceberg.table import Table

from lake.duck.file import NAME, is_locked
from lake.duck.published import NAME as PUBLISHED
from lake.duck.published import publish
from lake.duck.quoting import quote
from lake.duck.saved import copy_saved
from lake.duck.views import create_view, refresh_views
from lake.errors import LakeError
from lake.iceberg.catalog import NAMESPACE
from lake.iceberg.tags import resolve
from lake.target import Target

DATABASE = Path(NAME).stem
"""What the views that dbt saved call the database."""

CHUNK = 2_000
"""Rows that are taken from DuckDB at a time."""

NOTHING_TO_SHOW = (["Count"], ["Success"])
"""The columns with which DuckDB answers a statement that gives no rows."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one answer, read as they are needed, once; asking anything else ends them."""

    names: list[str]
    """The columns' names; two may be the same."""
    types: list[str]
    """Their types, as DuckDB calls them."""
    connection: duckdb.DuckDBPyConnection

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows.

        Raises:
            LakeError: DuckDB comes upon an error while it works them out.
        """
        while True:
            with _refusing():
                chunk = self.connection.fetchmany(CHUNK)
            if not chunk:
                return
            yield from chunk

    def arrow(self, size: int) -> pa.RecordBatchReader:
        """Return the rows as Arrow batches of some size."""
        with _refusing():
            return self.connection.to_arrow_reader(size)


class Asked:
    """A DuckDB connection in memory with the tables, and the models built on them, under their schema or without.

    The Iceberg tables are always those of the catalog. Now: what the last build made of them (the marts) is there too,
    its views read afresh; `missing` says why it is not, where it is not. In the past, which is a UTC moment or a run
    (the state after it was merged): the Iceberg tables only, each on the snapshot that was current then.
    """

    def __init__(self, target: Target, as_of: str | None = None, found: list[Table] | None = None) -> None:
        """Load the views; `found` are the target's tables, where they are loaded already."""
        folder = target.warehouse(instead="ask in the Athena console, or read with PyIceberg")
        self.connection = duckdb.connect()
        self.connection.execute(f"attach ':memory:' as {DATABASE}")
        self.connection.execute(f"create schema {DATABASE}.{quote(NAMESPACE)}")
        self.connection.execute(f"use {DATABASE}.{quote(NAMESPACE)}")
        if as_of is None:
            for table in target.tables() if found is None else found:
                create_view(self.connection, table)
            self.missing = _add_saved(self.connection, folder)
        else:
            self.missing = "\n".join(["In the past there are the Iceberg tables only.", *self._go_back(target, as_of)])

    def _go_back(self, target: Target, as_of: str) -> list[str]:
        """Create the views of the tables as they were; return what to know of those that have no such state.

        Raises:
            LakeError: none has.
        """
        there, failed = 0, []
        for table in target.tables():
            if table.current_snapshot() is None:
                continue
            try:
                create_view(self.connection, table, resolve(table, as_of))
                there += 1
            except LakeError as error:
                failed.append(error)
        if failed and not there:
            raise failed[0]
        return [str(error) for error in failed]

    def relations(self) -> list[str]:
        """Return the names of the tables and marts that are there."""
        found = self.connection.execute(
            "select table_name from information_schema.tables "
            "where table_catalog = ? and table_schema = ? order by all",
            [DATABASE, NAMESPACE],
        ).fetchall()
        return [name for (name,) in found]

    def statements(self, sql: str) -> list[duckdb.Statement]:
        """Return the statements of a text of SQL.

        Raises:
            LakeError: DuckDB cannot read it.
        """
        with _refusing():
            return self.connection.extract_statements(sql)

    def run(self, statement: duckdb.Statement) -> Rows | None:
        """Run a statement and return its rows; None for one that gives none, such as `create view`.

        Raises:
            LakeError: DuckDB refuses it; where models are missing, the message says why.
        """
        with _refusing(self.missing):
            described = self.connection.execute(statement).description or []
        names = [column[0] for column in described]
        if not gives_rows(statement) and (not names or names in NOTHING_TO_SHOW):
            return None
        return Rows(names, [str(column[1]) for column in described], self.connection)

    def answer(self, sql: str) -> Iterator[Rows]:
        """Run the statements of a text of SQL, one after the other, and yield the rows of each that gives some.

        Raises:
            LakeError: DuckDB refuses one of them; where models are missing, the message says why.
        """
        for statement in self.statements(sql):
            rows = self.run(statement)
            if rows is not None:
                yield rows


def gives_rows(statement: duckdb.Statement) -> bool:
    """Say whether a statement is sure to give rows, before it is run."""
    return list(statement.expected_result_type) == [duckdb.ExpectedResultType.QUERY_RESULT]


@contextmanager
def _refusing(missing: str = "") -> Iterator[None]:
    """Turn what DuckDB says against a query into one error of ours."""
    try:
        yield
    except duckdb.CatalogException as error:
        raise LakeError(f"The query failed: {error}" + (f"\n{missing}" if missing else "")) from error
    except duckdb.Error as error:
        raise LakeError(f"The query failed: {error}") from error


def _add_saved(connection: duckdb.DuckDBPyConnection, folder: Path) -> str:
    """Add what the warehouse's DuckDB file has besides the Iceberg tables, or else what is published.

    Returns:
        Why there is nothing, or which views could not be made; empty where all are there.
    """
    try:
        if (folder / NAME).is_file():
            return copy_saved(connection, folder / NAME)
        reason = f"The marts are not there: {NAME} is missing. The next dbt build makes it anew."
    except duckdb.Error as error:
        reason = f"The marts are not there: {NAME} is broken. The next dbt build makes it anew."
        if is_locked(error):
            reason = f"The marts are not there just now: a build or another program has {NAME} open. Try again later."
    try:
        return copy_saved(connection, folder / PUBLISHED) if (folder / PUBLISHED).is_file() else reason
    except duckdb.Error:
        return reason


def refresh(target: Target) -> str:
    """Point the views in the warehouse's DuckDB files at the current snapshots, after a rollback. Athena needs none.

    Returns:
        What to know when that could not be done; empty when it was.
    """
    folder = target.folder
    if folder is None or not any((folder / name).is_file() for name in (NAME, PUBLISHED)):
        return ""
    try:
        found = list(target.tables())
        with duckdb.connect(str(folder / NAME)) as connection:
            refresh_views(connection, found)
            publish(connection, DATABASE, target.schema, found, folder)
    except (duckdb.Error, LakeError, OSError) as error:
        return (
            f"{NAME} and {PUBLISHED} could not both be renewed, so what reads their views may see the state before; "
            f"the next dbt build mends that. ({str(error).splitlines()[0]})"
        )
    return ""
