"""What past mornings came to and cost: `lake morning` adds a line of JSON beside the tables; the page shows them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from lake.report.page import Section, Table, Value

FILE: Final = "mornings.jsonl"
SHOWN: Final = 30
COSTS: Final = {
    "requests": "Requests", "megabytes": "MB fetched", "pages_unchanged": "Pages unchanged",
    "extract_seconds": "Scrape, s", "build_seconds": "Build, s", "rows_written": "Rows written",
    "files_written": "Files written",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """Mornings, the newest first, each as it was written; and how many lines could not be read."""

    mornings: tuple[Mapping[str, Any], ...]
    unread: int


def keep(folder: Path, ended_at: datetime, morning: Mapping[str, Any]) -> str:
    """Add a morning to those that are kept; return why that could not be done, if so.

    Args:
        folder: Where they are kept: beside the tables, where these are local.
        ended_at: When it ended.
        morning: `run_id`, `state`, `exit_code`, and `cost` with the names of `COSTS`.
    """
    line = json.dumps({"ended_at": ended_at.astimezone(UTC).isoformat(timespec="seconds"), **morning})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / FILE).open("a+b") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
            cut_off = file.read(1) not in (b"", b"\n")  # by a machine that stopped
            file.write((("\n" if cut_off else "") + f"{line}\n").encode())
    except OSError as error:
        return f"What this morning cost could not be kept in {folder}: {error.strerror}. The page will lack it."
    return ""


def kept(folder: Path) -> Past:
    """Return the mornings that are kept in a folder; none where there is no file of them."""
    try:
        lines = (folder / FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return Past((), 0)
    found = [_read(line) for line in lines if line.strip()]
    whole = [morning for morning in found if morning is not None]
    return Past(tuple(reversed(whole)), len(found) - len(whole))


def mornings(past: Past) -> Section:
    """Return what the newest mornings cost."""
    rows: list[list[Value]] = [
        [
            datetime.fromisoformat(morning["ended_at"]).replace(tzinfo=None), morning["run_id"], morning["state"],
            morning["exit_code"], *(morning["cost"].get(name) for name in COSTS),
        ]
        for morning in past.mornings[:SHOWN]
    ]  # fmt: skip
    note = "What lake morning measured; extract and dbt build by themselves are not in it."
    more = f"{past.unread} lines of {FILE} could not be read." if past.unread else ""
    heads = ("Ended (UTC)", "Run", "State", "Exit code", *COSTS.values())
    table = Table("mornings-table", f"The newest {len(rows)} mornings", heads, rows, len(past.mornings) - len(rows))
    return Section("mornings", "Mornings and what they cost", tuple(filter(None, (note, more))), (), (table,))


def _read(line: str) -> Mapping[str, Any] | None:
    """Return what a line says; None where it is cut off, or somebody else's."""
    try:
        said = json.loads(line)
        datetime.fromisoformat(said["ended_at"])
        known = {name: said[name] for name in ("ended_at", "run_id", "state", "exit_code")}
        return known | {"cost": {name: said["cost"].get(name) for name in COSTS}}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
