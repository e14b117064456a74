"""DuckDB views over the staged CSV files, column by column from the contract: nothing is ever guessed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from duckdb import DuckDBPyConnection

from extract.contract import CONTRACT, Column
from lake.duck.quoting import literal, quote, unglobbed
from lake.errors import LakeError
from lake.iceberg.warehouse import ADDRESS

FILES = "scraped_on=*/[0-9]*.csv"
"""Staged files begin with their run's year; what a desktop leaves beside them (`._x.csv`, `Copy of x.csv`) does not."""


def create_staging_views(connection: DuckDBPyConnection, staging: str, schema: str = "staging") -> None:
    """Create the views `results`, `races` and `slices` in a schema; empty where nothing is staged.

    A view that is there and reads what it should is left alone: to make one anew, DuckDB lists every folder.

    Raises:
        LakeError: staging is not a folder, or one whose name DuckDB takes for something else; the embedded engine reads
            local files only.
    """
    folder = staging_folder(staging)
    connection.execute(f"create schema if not exists {quote(schema)}")
    there = dict(
        connection.execute(
            "select view_name, comment from duckdb_views() where database_name = current_database() "
            "and schema_name = ?", [schema],
        ).fetchall()
    )  # fmt: skip
    for table, columns in CONTRACT.items():
        found = next((folder / table).glob(FILES), None)
        query = read_sql(literal(f"{unglobbed(str(folder))}/{table}/{FILES}"), columns) if found else empty_sql(columns)
        mark = f"Staged files; made by {hashlib.sha256(query.encode()).hexdigest()}."
        if there.get(table) != mark:
            connection.execute(f"create or replace view {quote(schema)}.{table} as {query}")
            connection.execute(f"comment on view {quote(schema)}.{table} is {literal(mark)}")


def create_readers(connection: DuckDBPyConnection, staging: str, database: str) -> None:
    """Create what reads staged files by name, in an attached database: nothing is listed for it.

    `staged_KIND(files)`, with paths below the staging area; `staged_none_KIND`, the same columns without rows; and
    `missing(files)`, those that are not there. A file that is not there ends a query with an error.
    """
    folder = staging_folder(staging)
    below = f"list_transform(files, lambda file: {literal(unglobbed(str(folder)) + '/')} || file)"
    for table, columns in CONTRACT.items():
        read = read_sql(below, columns)
        connection.execute(f"create or replace macro {database}.staged_{table}(files) as table {read}")
        connection.execute(f"create or replace view {database}.staged_none_{table} as {empty_sql(columns)}")
    connection.execute(
        f"create or replace macro {database}.missing(files) as table select file from unnest(files) as asked (file) "
        f"where {literal(str(folder) + '/')} || file not in (select file from glob({below}))"
    )


def staging_folder(staging: str) -> Path:
    """Return the folder of a staging area.

    Raises:
        LakeError: it is none, or DuckDB takes its name for something else.
    """
    if "://" in staging or ADDRESS.match(staging) or not staging.strip():
        raise LakeError(
            f"The embedded engine cannot read {staging!r}. Stage into a folder, or build with --target athena."
        )
    folder = Path(staging).expanduser().absolute()
    refuse_misread_folder(folder)
    return folder


def read_sql(files: str, columns: tuple[Column, ...]) -> str:
    """Return the query for staged files: every column text, in the dialect that `extract` writes.

    `files` is an expression: a pattern, or a list of paths.

    Columns appended to the contract later are NULL in older files. Line ends are left to DuckDB, which then reads a
    file saved with CRLF whole, as Athena does; told to expect a bare line feed, it takes such a file for empty.
    """
    listed = ", ".join(f"'{column.name}': 'varchar'" for column in columns)
    return (
        f"select * from read_csv({files}, columns={{{listed}}}, header=true, auto_detect=false, delim=',', "
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
