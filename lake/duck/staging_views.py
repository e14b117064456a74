"""DuckDB views over the staged CSV files, column by column from the contract: nothing is ever guessed."""

from __future__ import annotations

from pathlib import Path

from duckdb import DuckDBPyConnection

from extract.contract import CONTRACT, Column
from lake.duck.quoting import literal, quote
from lake.errors import LakeError


def create_staging_views(connection: DuckDBPyConnection, staging: str, schema: str = "staging") -> None:
    """Create the views `results`, `races` and `slices` in a schema; empty where nothing is staged.

    Raises:
        LakeError: staging is not a folder; the embedded engine reads local files only.
    """
    if "://" in staging:
        raise LakeError(
            f"The embedded engine cannot read {staging}. Stage into a folder, or build with --target athena."
        )
    folder = Path(staging).expanduser().absolute()
    connection.execute(f"create schema if not exists {quote(schema)}")
    for table, columns in CONTRACT.items():
        pattern = folder / table / "scraped_on=*" / "*.csv"
        found = next((folder / table).glob("scraped_on=*/*.csv"), None)
        query = read_sql(str(pattern), columns) if found else empty_sql(columns)
        connection.execute(f"create or replace view {quote(schema)}.{table} as {query}")


def read_sql(pattern: str, columns: tuple[Column, ...]) -> str:
    """Return the query for staged files: every column text, in the dialect that `extract` writes.

    Columns appended to the contract later are NULL in older files.
    """
    listed = ", ".join(f"'{column.name}': 'varchar'" for column in columns)
    return (
        f"select * from read_csv({literal(pattern)}, columns={{{listed}}}, header=true, auto_detect=false, delim=',', "
        "quote='\"', escape='\"', new_line='\\n', null_padding=true, strict_mode=true, allow_quoted_nulls=false, "
        "hive_partitioning=true, hive_types={'scraped_on': varchar})"
    )


def empty_sql(columns: tuple[Column, ...]) -> str:
    """Return a query of the same columns without rows."""
    listed = ", ".join(f"cast(null as varchar) as {quote(name)}" for name in (*(c.name for c in columns), "scraped_on"))
    return f"select {listed} where false"
