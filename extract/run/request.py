"""What a run was asked for, kept in staging so that an interrupted run can be resumed as it was begun."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from extract.errors import UsageError
from extract.run.selection import Selection
from extract.stage import layout
from extract.stage.manifest import run_of
from extract.stage.storage import Storage


@dataclass(frozen=True, slots=True)
class Request:
    """A selection and the source it is scraped from; `good` are the races a retry need not fetch again."""

    selection: Selection
    source: str
    good: frozenset[int] | None = None

    def save(self, storage: Storage, run_id: str) -> None:
        """Write the request as the run's first file."""
        chosen = self.selection
        data = {
            "slices": [[day.isoformat(), country] for day, country in chosen.slices],
            "course": chosen.course,
            "type": chosen.race_type,
            "source": self.source,
            "good": None if self.good is None else sorted(self.good),
        }
        storage.write_new(layout.request_path(run_id), json.dumps(data, indent=1).encode())


def load_request(storage: Storage, run_id: str) -> Request:
    """Return what a run was asked for.

    Raises:
        UsageError: there is no such run.
    """
    run_of(run_id)
    path = layout.request_path(run_id)
    if not storage.exists(path):
        raise UsageError(f"Staging knows no run {run_id}. `extract status` lists the unfinished ones.")
    data: dict[str, Any] = json.loads(storage.read(path))
    slices = frozenset((date.fromisoformat(day), country) for day, country in data["slices"])
    selection = Selection(
        dates=tuple(sorted({day for day, _ in slices})),
        countries=tuple(dict.fromkeys(country for _, country in data["slices"])),
        course=data["course"],
        race_type=data["type"],
        only=slices,
    )
    return Request(selection, data["source"], None if data["good"] is None else frozenset(data["good"]))
