"""DuckDB views over the staged CSV files, column by column from the contract: nothing is ever guessed."""

from __future__ import annotations

from pathlib import Path

from duckdb import DuckDBPyConnection

from extract.contract import CONTRACT, Column
from lake.duck.quoting import literal, quote, unglobbed
from lake.errors import LakeError

FILES = "scraped_on=*/[0-9]*.csv"
"""Staged files begin with their run's year; what a desktop leaves beside them (`._x.csv`, `Copy of x.csv`) does not."""


def create_staging_views(connection: DuckDBPyConnection, staging: str, schema: str = "staging") -> None:
    """Create the views `results`, `races` and `slices` in a schema; empty where nothing is staged.

    Raises:
        LakeError: staging is not a folder, or one whose name DuckDB takes for something else; the embedded engine reads
            local files only.
    """
    if "://" in staging:
        raise LakeError(
            f"The embedded engine cannot read {staging}. Stage into a folder, or build with --target athena."
        )
    folder = Path(staging).expanduser().absolute()
    refuse_misread_folder(folder)
    connection.execute(f"create schema if not exists {quote(schema)}")
    for table, columns in CONTRACT.items():
        found = next((folder / table).glob(FILES), None)
        query = read_sql(f"{unglobbed(str(folder))}/{table}/{FILES}", columns) if found else empty_sql(columns)
        connection.execute(f"create or replace view {quote(schema)}.{table} as {query}")


def read_sql(pattern: str, columns: tuple[Column, ...]) -> str:
    """Return the query for staged files: every column text, in the dialect that `extract` writes.

    Columns appended to the contract later are NULL in older files. Line ends are left to DuckDB, which then reads a
    file saved with CRLF whole, as Athena does; told to expect a bare line feed, it takes such a file for empty.
    """
    listed = ", ".join(f"'{column.name}': 'varchar'" for column in columns)
    return (
        f"select * from read_csv({literal(pattern)}, columns={{{listed}}}, header=true, auto_detect=false, delim=',', "
        "quote='\"', escape='\"', null_padding=true, strict_mode=true, allow_quoted_nulls=false, "
        "hive_partitioning=true, hive_types={'scraped_on': varchar})"
    )


def refuse_misread_folder(folder: Path) -> None:
    """Refuse a folder below which DuckDB would find nothing, or values that are not in the files.

    Raises:
        LakeError: a part of its path holds a backslash, or is `column=value` of a staged column.
    """
    staged = {column.name for columns in CONTRACT.values() for column in columns} | {"scraped_on"}
    for part in folder.parts:
        if "\\" in part or ("=" in part and part.partition("=")[0].lower() in staged):
            raise LakeError(
                f"DuckDB cannot read staged files below a folder called {part!r}. Rename it, or stage elsewhere."
            )


def empty_sql(columns: tuple[Column, ...]) -> str:
    """Return a query of the same columns without rows."""
    listed = ", ".join(f"cast(null as varchar) as {quote(name)}" for name in (*(c.name for c in columns), "scraped_on"))
    return f"select {listed} where false"
