"""The models that dbt saved in a DuckDB file of the warehouse, over the Iceberg tables as they are now."""

from __future__ import annotations

from pathlib import Path

import duckdb

from lake.duck.published import STAMP
from lake.duck.quoting import literal, quote
from lake.duck.views import MARK

SAVED = "saved"


def copy_saved(connection: duckdb.DuckDBPyConnection, file: Path) -> str:
    """Make the views and tables of a DuckDB file, other than those of Iceberg tables, relations of this connection.

    Views are created from their SQL, so that they read what is here now. The file stays attached only where it has
    tables; else a build can open it at once. What lies in the file's schema `main` comes into this connection's own.

    Returns:
        Which views could not be made, and why; empty when all were.

    Raises:
        duckdb.Error: the file cannot be read.
    """
    connection.execute(f"attach {literal(str(file))} as {SAVED} (read_only)")
    views = connection.execute(
        "select schema_name, view_name, sql from duckdb_views() where database_name = ? and not internal "
        "and comment is distinct from ?", [SAVED, MARK],
    ).fetchall()  # fmt: skip
    (here,) = connection.execute("select current_schema()").fetchall()[0]
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ? and not internal "
        "and table_name <> ?", [SAVED, STAMP],
    ).fetchall()  # fmt: skip
    for schema, name in tables:
        target = here if schema == "main" else schema
        _schema(connection, target)
        connection.execute(
            f"create view if not exists {quote(target)}.{quote(name)} as select * from "
            f"{SAVED}.{quote(schema)}.{quote(name)}"
        )
    failed = _create(connection, views)
    if not tables:
        connection.execute(f"detach {SAVED}")
    return "\n".join(f"{name} is not there: {error}" for name, error in failed.items())


def _create(connection: duckdb.DuckDBPyConnection, views: list[tuple[str, str, str]]) -> dict[str, str]:
    """Create views in an order in which each finds those it reads; return those that never could be, and why."""
    failed: dict[str, str] = {}
    left = views
    while left:
        failed, again = {}, []
        for schema, name, sql in left:
            try:
                _schema(connection, schema)
                connection.execute(sql.replace("CREATE VIEW", "CREATE VIEW IF NOT EXISTS", 1))
            except duckdb.Error as error:
                failed[f"{schema}.{name}"] = str(error).splitlines()[0]
                again.append((schema, name, sql))
        if len(again) == len(left):
            break
        left = again
    return failed


def _schema(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    connection.execute(f"create schema if not exists {quote(schema)}")
