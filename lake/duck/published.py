"""A DuckDB file for people, `racing.duckdb`: every table and mart as a view, swapped in whole when a build ends well.

`lake.duckdb` is the build's: who has it open keeps builds out, and a build keeps out who wants to read. This one nobody
writes to. Who has it open reads on from what he opened, while the next one takes its place; the files that its views
read stay for as long as `lake maintain` keeps snapshots.

Its relations lie in the schema `main` of the database `racing`, so that `results` and `racing.results` both find them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection
from pyiceberg.table import Table

from lake.duck.quoting import literal, quote

NAME = "racing.duckdb"
NEXT = f".{NAME}.new"
"""What is being written; one that is left was left by a command that was killed."""
STAMP = "published"
"""The table that says on which snapshot of which table the file rests."""
ALIAS = "published_next"
OUTSIDE = ""
"""Stands for all that is read outside the schema."""


@dataclass(frozen=True, slots=True)
class View:
    """A view as it stands in the file: its SQL, what is said of it, and which others it reads."""

    sql: str
    comment: str | None
    reads: tuple[str, ...]


def publish(connection: DuckDBPyConnection, database: str, schema: str, tables: Iterable[Table], folder: Path) -> bool:
    """Put the views and tables of a schema into a new file for people, unless the one that is there has the same.

    What reads anything outside the schema, such as staged files, is left out.

    Raises:
        duckdb.Error, OSError: it cannot be written; the file that was there is still there.
    """
    cursor = connection.cursor()
    held = _tables(cursor, database, schema)
    views = _views(cursor, database, schema, set(held))
    stamps = [(table.name()[-1], table.metadata.current_snapshot_id) for table in tables]
    fingerprint = hashlib.sha256(repr((sorted(views.items()), held, sorted(stamps))).encode()).hexdigest()
    file, beside = folder / NAME, folder / NEXT
    _remove(beside)  # of a build that was killed
    if _fingerprint(file) == fingerprint:
        return False
    cursor.execute(f"attach {literal(str(beside))} as {ALIAS} (read_write)")
    try:
        cursor.execute(f"use {ALIAS}.main")
        cursor.execute("begin")
        for name in held:
            cursor.execute(f"create table {quote(name)} as from {quote(database)}.{quote(schema)}.{quote(name)}")
        _create(cursor, views, set(held))
        cursor.execute(f"create table {STAMP} (table_name varchar, snapshot_id bigint)")
        if stamps:
            cursor.executemany(f"insert into {STAMP} values (?, ?)", stamps)
        cursor.execute(f"comment on table {STAMP} is {literal(fingerprint)}")
        cursor.execute("commit")
        cursor.execute(f"use {quote(database)}.{quote(schema)}")
        cursor.execute(f"detach {ALIAS}")
        _remove(file.with_name(f"{NAME}.wal"))  # of a reader who wrote to the old file; it fits no other
        beside.replace(file)
    finally:
        cursor.close()
        connection.execute(f"detach database if exists {ALIAS}")
        _remove(beside)
    return True


def _views(cursor: DuckDBPyConnection, database: str, schema: str, held: set[str]) -> dict[str, View]:
    """Return the views that read nothing outside the schema, with names that hold in a file of any name."""
    found = cursor.execute(
        "select view_name, sql, comment from duckdb_views() "
        "where database_name = ? and schema_name = ? and not internal",
        [database, schema],
    ).fetchall()
    known = held | {name for name, *_ in found}
    attached = cursor.execute("select database_name from duckdb_databases() where not internal").fetchall()
    others = "|".join(re.escape(name) for (name,) in attached if name != database) or "(?!)"
    here, inside = re.escape(database), re.escape(schema)
    # What DuckDB keeps is its own writing: texts and odd names in quotes, no comments.
    words = re.compile(
        rf"'(?:[^']|'')*'|\b(?P<full>{here}\.)?{inside}\.(?P<name>\"(?:[^\"]|\"\")+\"|\w+)"
        rf"|\b(?P<outside>{here}\.\w+\.\w|(?:{others})\.\w)|\"(?:[^\"]|\"\")*\""
    )
    views = {}
    for name, sql, comment in found:
        reads: dict[str, None] = {}
        bare = sql.replace(f"CREATE VIEW {schema}.", "CREATE VIEW ", 1)
        text = words.sub(partial(_without_prefix, known=known, reads=reads), bare)
        if OUTSIDE not in reads:
            views[name] = View(text, comment, tuple(reads))
    return views


def _without_prefix(match: re.Match[str], known: set[str], reads: dict[str, None]) -> str:
    """Return a relation's name alone, and note that it is read; all else as it stands."""
    written = match["name"]
    if match["outside"]:
        reads[OUTSIDE] = None
    if not written:
        return match[0]
    name = written.strip('"').replace('""', '"')
    if not match["full"] and name not in known:
        return match[0]
    reads[name] = None
    return str(written)


def _tables(cursor: DuckDBPyConnection, database: str, schema: str) -> dict[str, tuple[object, ...]]:
    """Return the tables, such as seeds, each with a sum over its rows; what a build left half made is none."""
    names = cursor.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = ? and not internal "
        "and not contains(table_name, '__dbt_') order by all",
        [database, schema],
    ).fetchall()
    return {
        name: cursor.execute(
            f"select count(*), bit_xor(hash(row)) from {quote(database)}.{quote(schema)}.{quote(name)} as row"
        ).fetchall()[0]
        for (name,) in names
    }


def _create(cursor: DuckDBPyConnection, views: dict[str, View], there: set[str]) -> None:
    """Create views, each after those it reads; one that reads what is not there is left out."""
    settled = dict.fromkeys(there, True)

    def make(name: str) -> bool:
        if name not in settled:
            settled[name] = name in views and all([make(read) for read in views[name].reads]) and made(views[name])
        return settled[name]

    def made(view: View) -> bool:
        try:
            cursor.execute(view.sql)
        except (duckdb.BinderException, duckdb.CatalogException):  # it reads a column that its table has no more
            return False
        return True

    for name, view in views.items():
        if make(name) and view.comment:
            cursor.execute(f"comment on view {quote(name)} is {literal(view.comment)}")


def _fingerprint(file: Path) -> str | None:
    """Return what a file says it was made of; None where it cannot be read, as while a person writes to it."""
    if not file.is_file():
        return None
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            found = connection.execute(
                "select comment from duckdb_tables() where table_name = ? and schema_name = 'main'", [STAMP]
            ).fetchone()
    except duckdb.Error:
        return None
    return str(found[0]) if found else None


def _remove(file: Path) -> None:
    for path in (file, file.with_name(f"{file.name}.wal")):
        path.unlink(missing_ok=True)
