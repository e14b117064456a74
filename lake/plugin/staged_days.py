"""Which days of staging a build has to list anew: those whose slices files are not what the last good build listed.

A slices file is known by name, size, times and inode; whatever changes it changes one of them, a restored copy too.
What is not listed anew stays in `run_slices` as it is, which is what that model does with a run that it does not find.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from duckdb import DuckDBPyConnection
from pyiceberg.table import Table

from lake.duck.quoting import literal, quote
from lake.plugin.notes import Notes, snapshots
from lake.plugin.scope import EVERYTHING, among
from lake.plugin.staged import RUNS_TABLE

MANY_DAYS: Final = 1000
FOLDER: Final = "scraped_on="


def look(staging: str) -> dict[str, str]:
    """Return for each day of staging a fingerprint of its slices files, none of which is opened."""
    folder = Path(staging).expanduser().absolute() / "slices"
    found: dict[str, str] = {}
    try:
        days = [entry for entry in os.scandir(folder) if entry.name.startswith(FOLDER)]
        for day in days:
            lines = sorted(_line(entry) for entry in os.scandir(day.path))
            found[day.name.removeprefix(FOLDER)] = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]
    except OSError:  # what cannot be looked at is read, and the reader says what is wrong
        return {}
    return found


def days_to_list(connection: DuckDBPyConnection, notes: Notes, tables: Iterable[Table], seen: dict[str, str]) -> str:
    """Return a condition on `scraped_on`: the days of staging to list anew.

    Days with a withdrawn run are always among them: whether a slice left its run's file is told by that file alone.
    """
    note = notes.read("staged")
    runs = [table for table in tables if table.name()[-1] == RUNS_TABLE]
    known = note.get("days")
    if not runs or not seen or not isinstance(known, dict) or note.get("snapshots") != snapshots(runs):
        return EVERYTHING
    changed = {day for day, fingerprint in seen.items() if known.get(day) != fingerprint}
    listed = f"{quote(runs[0].name()[-2])}.{RUNS_TABLE}"
    odd = connection.execute(f"select distinct scraped_on from {listed} where is_withdrawn").fetchall()
    days = sorted(changed | {str(row[0]) for row in odd})
    return among("scraped_on", [literal(day) for day in days], MANY_DAYS)


def note_listed(notes: Notes, tables: Iterable[Table], seen: dict[str, str]) -> None:
    """Note what a good build has listed: `seen` from before it began."""
    runs = [table for table in tables if table.name()[-1] == RUNS_TABLE]
    notes.write("staged", {"snapshots": snapshots(runs), "days": seen})


def _line(entry: os.DirEntry[str]) -> str:
    seen = entry.stat()
    return f"{entry.name} {seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns} {seen.st_ino}"
