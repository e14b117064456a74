"""What a warehouse remembers between builds, beside its tables: it saves work and decides nothing.

Each note tells which snapshots it was taken at, and counts only while the tables rest on them; without notes, or with
notes that count no more, a build reads and tests everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pyiceberg.table import Table

from lake.iceberg.tags import line

FILE: Final = "notes.json"
Kind = Literal["swept", "staged", "maintained"]


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one warehouse folder, written under its lock."""

    folder: Path

    def read(self, kind: Kind) -> dict[str, Any]:
        """Return a note; empty where there is none or the file cannot be read."""
        return self._all().get(kind, {})

    def write(self, kind: Kind, note: dict[str, Any]) -> None:
        """Put a note in the place of the one before, whole or not at all."""
        said = json.dumps(self._all() | {kind: note})
        beside = self.folder / f".{FILE}.new"
        beside.write_text(said, encoding="utf-8")
        beside.replace(self.folder / FILE)

    def _all(self) -> dict[Kind, dict[str, Any]]:
        try:
            said = json.loads((self.folder / FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) and all(isinstance(note, dict) for note in said.values()) else {}


def snapshots(tables: Iterable[Table]) -> dict[str, int | None]:
    """Return the current snapshot of each table by name."""
    return {
        ".".join(table.name()[-2:]): snapshot.snapshot_id if (snapshot := table.current_snapshot()) else None
        for table in tables
    }


def only_built_since(tables: Iterable[Table], then: dict[str, int | None]) -> bool:
    """Say whether the tables came from those snapshots by builds of ours alone.

    They did not where one was rolled back, made anew, or written by another program: what that did is not known.
    """
    found = {".".join(table.name()[-2:]): table for table in tables}
    return found.keys() == then.keys() and all(_came_from(table, then[name]) for name, table in found.items())


def _came_from(table: Table, snapshot_id: int | None) -> bool:
    if snapshot_id is None:
        return table.current_snapshot() is None
    for snapshot in line(table):
        if snapshot.snapshot_id == snapshot_id:
            return True
        if not snapshot.summary or "dbt.invocation-id" not in snapshot.summary.additional_properties:
            return False
    return False
