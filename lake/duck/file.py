"""The warehouse's DuckDB file. It holds views and what dbt materializes, never data of its own: it can be made anew."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from lake.errors import LakeError, WarehouseLocked

NAME = "lake.duckdb"
HELD = re.compile(r"held in (.+?)(?: by user [^.]*)?\.(?: |$)")
UNREACHABLE = ("Permission denied", "Read-only file system", "No space left", "Is a directory", "No such file")

log = logging.getLogger(__name__)


def make_ready(file: Path) -> str | None:
    """See to it that a DuckDB file can be opened for writing. One that is broken is moved aside, to be made anew.

    Returns:
        What was done about a broken file, for the user; None where all is well.

    Raises:
        WarehouseLocked: another program, or another connection of this process, has it open.
        LakeError: it cannot be written.
    """
    if not file.exists():
        return None
    try:
        with duckdb.connect(str(file)) as connection:
            connection.execute("select count(*) from duckdb_views()").fetchall()
    except duckdb.ConnectionException as error:
        raise WarehouseLocked(
            f"This process has {file} open already. Close that connection, then try again."
        ) from error
    except duckdb.Error as error:
        said = str(error)
        if "Could not set lock" in said:
            raise locked(file, said) from error
        if any(text in said for text in UNREACHABLE):
            raise LakeError(f"Cannot open {file}: {_first_line(said)}. Check permissions and free space.") from error
        return _move_aside(file, _first_line(said))
    return None


def locked(file: Path, said: str) -> WarehouseLocked:
    """Return the error for a file that another program has open, as far as DuckDB `said` which."""
    found = HELD.search(said)
    who = found[1] if found else "Another program"
    return WarehouseLocked(
        f"{who} has {file} open, and DuckDB lets nobody write meanwhile. Close it, then try again. (To read, open "
        "racing.duckdb beside it, or ask `lake query`: that holds up no build.)"
    )


def is_locked(error: duckdb.Error) -> bool:
    """Say whether DuckDB could not open a file because somebody else has it open."""
    return "Could not set lock" in str(error) or isinstance(error, duckdb.ConnectionException)


def _move_aside(file: Path, reason: str) -> str:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    aside = file.with_name(f"{file.name}.broken-{stamp}")
    try:
        file.rename(aside)
        wal = file.with_name(f"{file.name}.wal")
        if wal.exists():
            wal.rename(aside.with_name(f"{aside.name}.wal"))
    except OSError as error:
        raise LakeError(f"{file} is broken ({reason}) and cannot be moved aside: {error}. Delete it.") from error
    return (
        f"{file} could not be read ({reason}). It holds views only and is made anew; the old one is now {aside.name}. "
        "Delete that when you like."
    )


def _first_line(text: str) -> str:
    return text.splitlines()[0].removeprefix("IO Error: ").rstrip(".!")
