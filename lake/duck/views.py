"""DuckDB views over Iceberg tables: each reads the data files of one snapshot."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
from duckdb import DuckDBPyConnection
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.types import DecimalType, IcebergType

from lake.duck.quoting import literal, names, quote, unglobbed
from lake.errors import LakeError, MergeRefused
from lake.iceberg.bounds import bounds, dated_column, newest_date, open_since
from lake.iceberg.files import data_files

MARK = "Iceberg table; this view reads its current snapshot."
TYPES = {
    "boolean": "boolean", "int": "integer", "long": "bigint", "float": "float", "double": "double", "date": "date",
    "time": "time", "timestamp": "timestamp", "timestamptz": "timestamptz", "string": "varchar", "binary": "blob",
    "uuid": "uuid",
}  # fmt: skip


def duck_type(kind: IcebergType) -> str:
    """Return the DuckDB name of an Iceberg type.

    Raises:
        MergeRefused: a nested type, which the models do not use.
    """
    if isinstance(kind, DecimalType):
        return f"decimal({kind.precision}, {kind.scale})"
    try:
        return TYPES[str(kind)]
    except KeyError as error:
        raise MergeRefused(f"Columns of type {kind} are not supported. Cast the column in the model.") from error


def scan_sql(schema: Schema, files: Iterable[str], *, with_file: bool = False) -> str:
    """Return a query for the rows of some data files; columns that an older file lacks are NULL.

    Columns are found by their Iceberg field ids, so no file is opened to learn what it has. With `with_file`, a first
    column `__file` tells each row's file.
    """
    listed = ", ".join(literal(unglobbed(file)) for file in files)
    if not listed:
        empty = [f"cast(null as {duck_type(field.field_type)}) as {quote(field.name)}" for field in schema.fields]
        extra = ["cast(null as varchar) as __file"] if with_file else []
        return f"select {', '.join(extra + empty)} where false"
    fields = ", ".join(
        f"{field.field_id}: {{name: {literal(field.name)}, type: '{duck_type(field.field_type)}', default_value: NULL}}"
        for field in schema.fields
    )
    named = ", filename='__file'" if with_file else ""
    columns = names(["__file", *schema.column_names] if with_file else schema.column_names)
    options = f"hive_partitioning=false, schema=map {{{fields}}}{named}"
    return f"select {columns} from read_parquet([{listed}], {options})"


def table_sql(table: Table, schema: Schema, snapshot_id: int | None = None) -> str:
    """Return a query for the rows of a table.

    Years that are over are read apart from those that rows still come to, each with its condition on the date: a filter
    on recent dates then opens none of the old files, however many there are.
    """
    tasks = data_files(table, snapshot_id)
    column = dated_column(table)
    ranges = {path: bounds(schema, task.file, column) if column else None for path, task in tasks.items()}
    since = open_since(newest_date(table, (task.file for task in tasks.values())))
    if column is None or since is None:
        return scan_sql(schema, tasks)
    recent = [path for path, found in ranges.items() if found and found[0] >= since]
    old = [path for path, found in ranges.items() if found and found[1] < since]
    other = [path for path in tasks if path not in {*recent, *old}]
    day = f"date '{since}'"
    parts = [f"{scan_sql(schema, recent)} where {quote(column)} >= {day}"] if recent else []
    parts += [f"{scan_sql(schema, old)} where {quote(column)} < {day}"] if old else []
    parts += [scan_sql(schema, other)] if other else []
    return " union all ".join(parts)


def create_view(connection: DuckDBPyConnection, table: Table, snapshot_id: int | None = None) -> None:
    """Create or replace the view of a table, on its current snapshot or on the one given."""
    *_, namespace, name = table.name()
    snapshot = table.snapshot_by_id(snapshot_id) if snapshot_id is not None else None
    schema = table.schemas()[snapshot.schema_id] if snapshot and snapshot.schema_id is not None else table.schema()
    connection.execute(f"create schema if not exists {quote(namespace)}")
    view = f"{quote(namespace)}.{quote(name)}"
    try:
        connection.execute(f"create or replace view {view} as {table_sql(table, schema, snapshot_id)}")
    except (duckdb.IOException, duckdb.InvalidInputException, OSError) as error:
        raise LakeError(
            f"{namespace}.{name} is not whole: {str(error).splitlines()[0]}. `lake doctor` says what to do."
        ) from error
    connection.execute(f"comment on view {view} is '{MARK}'")


def refresh_views(connection: DuckDBPyConnection, tables: Iterable[Table]) -> None:
    """Make the views be those of the given tables and no others."""
    wanted = {tuple(table.name()[-2:]): table for table in tables}
    ours = connection.execute("select schema_name, view_name from duckdb_views() where comment = ?", [MARK]).fetchall()
    for namespace, name in set(ours) - set(wanted):
        connection.execute(f"drop view {quote(namespace)}.{quote(name)}")
    for table in wanted.values():
        create_view(connection, table)
