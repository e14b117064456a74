"""The newest value of timestamp columns, as the manifests say, for models that ask how far their table has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from duckdb import DuckDBPyConnection
from pyiceberg.conversions import from_bytes
from pyiceberg.table import Table
from pyiceberg.types import TimestampType

from lake.iceberg.files import data_files

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def open_newest(connection: DuckDBPyConnection, tables: Iterable[Table]) -> None:
    """Make the table of newest values anew; the database `this_build` is there."""
    connection.execute(
        "create or replace table this_build.newest "
        "(schema_name varchar, table_name varchar, name varchar, value timestamp)"
    )
    for table in tables:
        note_newest(connection, table)


def note_newest(connection: DuckDBPyConnection, table: Table) -> None:
    """Put the newest values of a table in the place of those before; none where a file does not say."""
    *_, namespace, name = table.name()
    files = [task.file for task in data_files(table).values()]
    connection.execute("delete from this_build.newest where schema_name = ? and table_name = ?", [namespace, name])
    for field in table.schema().fields:
        if isinstance(field.field_type, TimestampType) and files:
            bounds = [(file.upper_bounds or {}).get(field.field_id) for file in files]
            if all(bounds):
                newest = max(int(from_bytes(field.field_type, bound)) for bound in bounds if bound)
                moment = (EPOCH + timedelta(microseconds=newest)).replace(tzinfo=None)
                connection.execute(
                    "insert into this_build.newest values (?, ?, ?, ?)", [namespace, name, field.name, moment]
                )
