"""Which days of staging a build has to list anew: those whose slices files are not what the last good build listed.

A slices file is known by name, size, times and inode; whatever changes it changes one of them, a restored copy too.
What is not listed anew stays in `run_slices` as it is, which is what that model does with a run that it does not find.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from duckdb import DuckDBPyConnection
from pyiceberg.table import Table

from lake.duck.quoting import literal, quote
from lake.duck.staging_views import FILES
from lake.plugin.notes import Notes, snapshots
from lake.plugin.scope import EVERYTHING, among
from lake.plugin.staged import RUNS_TABLE

MANY_DAYS: Final = 1000
FOLDER: Final = "scraped_on="


@dataclass(frozen=True, slots=True)
class Day:
    """The slices files of one day of staging."""

    fingerprint: str
    files: tuple[str, ...]
    """Names of those that readers read; what a desktop leaves beside them is not among them."""


def look(staging: str) -> dict[str, Day]:
    """Return the days of staging, each with a fingerprint of its slices files, none of which is opened."""
    folder = Path(staging).expanduser().absolute() / "slices"
    found: dict[str, Day] = {}
    try:
        for day in os.scandir(folder):
            if day.name.startswith(FOLDER):
                lines = sorted((entry.name, _line(entry)) for entry in os.scandir(day.path))
                fingerprint = hashlib.sha256("\n".join(line for _, line in lines).encode()).hexdigest()[:32]
                names = tuple(name for name, _ in lines if fnmatchcase(name, FILES.rpartition("/")[2]))
                found[day.name.removeprefix(FOLDER)] = Day(fingerprint, names)
    except OSError:  # what cannot be looked at is read, and the reader says what is wrong
        return {}
    return found


def paths(seen: dict[str, Day]) -> list[str]:
    """Return the paths of all slices files, below the staging area."""
    return [f"slices/{FOLDER}{day}/{name}" for day, found in seen.items() for name in found.files]


def days_to_list(
    connection: DuckDBPyConnection, notes: Notes, tables: Iterable[Table], seen: dict[str, Day]
) -> list[str] | None:
    """Return the days of staging to list anew; None for all.

    Days with a withdrawn run are always among them: whether a slice left its run's file is told by that file alone.
    """
    note = notes.read("staged")
    runs = [table for table in tables if table.name()[-1] == RUNS_TABLE]
    known = note.get("days")
    if not runs or not seen or not isinstance(known, dict) or note.get("snapshots") != snapshots(runs):
        return None
    changed = {day for day, found in seen.items() if known.get(day) != found.fingerprint}
    listed = f"{quote(runs[0].name()[-2])}.{RUNS_TABLE}"
    odd = connection.execute(f"select distinct scraped_on from {listed} where is_withdrawn").fetchall()
    days = sorted(changed | {str(row[0]) for row in odd})
    return days if len(days) <= MANY_DAYS else None


def condition(days: list[str] | None) -> str:
    """Return a condition on `scraped_on` in literals."""
    return EVERYTHING if days is None else among("scraped_on", [literal(day) for day in days], MANY_DAYS)


def files_of(staging: str, days: list[str], seen: dict[str, Day]) -> list[tuple[str, str]]:
    """Return kind and path of the files that speak of slices and races on some days, as they were looked at.

    A run has one of each kind, of the same name. Whether the races are there is looked up: where they are not, and the
    run counts, a build has found out before.
    """
    folder = Path(staging).expanduser().absolute()
    named = [f"{FOLDER}{day}/{name}" for day in days if day in seen for name in seen[day].files]
    slices = [("slices", f"slices/{path}") for path in named]
    return slices + [("races", f"races/{path}") for path in named if (folder / "races" / path).exists()]


def note_listed(notes: Notes, tables: Iterable[Table], seen: dict[str, Day]) -> None:
    """Note what a good build has listed: `seen` from before it began."""
    runs = [table for table in tables if table.name()[-1] == RUNS_TABLE]
    days = {day: found.fingerprint for day, found in seen.items()}
    notes.write("staged", {"snapshots": snapshots(runs), "days": days})


def _line(entry: os.DirEntry[str]) -> str:
    seen = entry.stat()
    return f"{entry.name} {seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns} {seen.st_ino}"
