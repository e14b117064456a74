"""What lies in a warehouse folder: catalog, table folders, and whether they fit together."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from lake.errors import LakeError, UsageError

CATALOG = "catalog.db"
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""How an address begins that is no local folder, written in full or, as `s3:/x`, not."""
MISREAD = re.compile(r"[?#]|%[0-9A-Fa-f]{2}")
ELSEWHERE = "Set LAKE_WAREHOUSE to a folder of another name, or build with --target athena."
MEND = "lake doctor --mend"
"""What registers the tables of a lost catalog again."""


def warehouse_folder(warehouse: Path) -> Path:
    """Return the folder of a warehouse in full, whether or not it is there.

    Raises:
        UsageError: it is no local folder, or one that SQLite or PyIceberg would take for another: both read the part of
            an address that follows `?` or `#` as something else, and `%41` as a letter.
    """
    if ADDRESS.match(str(warehouse)) or not str(warehouse).strip():
        raise UsageError(f"The embedded engine's warehouse is a local folder, not {warehouse}. {ELSEWHERE}")
    folder = warehouse.expanduser().absolute()
    if MISREAD.search(str(folder)):
        raise UsageError(
            f"A warehouse cannot lie in {folder}: its name has a ?, a # or a code such as %20. {ELSEWHERE}"
        )
    return folder


def catalog_fault(folder: Path) -> str:
    """Say what is wrong with the catalog of a folder; empty where nothing is, and where the warehouse is new.

    A catalog that knows nothing beside tables is one that was lost: a new one in its place would hide them.
    """
    file = folder / CATALOG
    if not file.exists():
        return f"{file} is missing, beside tables" if has_tables(folder) else ""
    try:
        # Not read-only: what a killed command left half written is undone by whoever opens the file next.
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True)) as connection:
            (sound,) = connection.execute("pragma quick_check").fetchone()
            names = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
            if sound != "ok":
                return f"{file} is damaged ({sound})"
            if "iceberg_namespace_properties" in names:
                known = connection.execute("select count(*) from iceberg_namespace_properties").fetchone()[0]
                if known or not has_tables(folder):
                    return ""
    except sqlite3.OperationalError as error:
        raise LakeError(
            f"Cannot read {file}: {error}. Check its permissions, and that nothing else locks it."
        ) from error
    except sqlite3.DatabaseError as error:
        return f"{file} is damaged ({error})"
    return f"{file} is empty, beside tables" if has_tables(folder) else ""


def has_tables(folder: Path) -> bool:
    """Say whether a folder holds tables."""
    return next(table_folders(folder), None) is not None


def table_folders(folder: Path) -> Iterator[Path]:
    """Yield the folders of tables, `schema/table`, that have metadata, whether a catalog knows them or not."""
    yield from sorted({path.parent.parent for path in folder.glob("*/*/metadata/*.metadata.json")})


def newest_metadata(table_folder: Path) -> Path | None:
    """Return a table's newest metadata that can be read; None where there is none.

    It may be that of a commit which a crash kept from the catalog: its files are whole, for they are written first.
    """
    best: tuple[int, str] | None = None
    for path in (table_folder / "metadata").glob("*.metadata.json"):
        said = read_metadata(path)
        if said is not None and (best is None or (int(said["last-updated-ms"]), str(path)) > best):
            best = (int(said["last-updated-ms"]), str(path))
    return Path(best[1]) if best else None


def read_metadata(path: Path) -> dict[str, Any] | None:
    """Return a table's metadata as JSON; None where the file cannot be read or is none."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return said if {"location", "last-updated-ms", "snapshots"} <= set(said) else None
    except (OSError, ValueError, TypeError):
        return None


def is_below(path: str, folder: Path) -> bool:
    """Say whether a path lies in a folder, whatever links lead there."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
