"""What a run was asked for, kept in staging so that an interrupted run can be resumed as it was begun."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from extract.errors import StagingError, UsageError
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
        StagingError: what staging says of it is damaged.
    """
    run_of(run_id)
    path = layout.request_path(run_id)
    if not storage.exists(path):
        raise UsageError(f"Staging knows no run {run_id}. `extract status` lists the unfinished ones.")
    try:
        return _request_of(json.loads(storage.read(path)))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise StagingError(
            f"{path} is damaged: it does not say what the run was asked for. Put it back from a backup, or scrape the "
            "dates again with a new run."
        ) from error


def _request_of(data: dict[str, Any]) -> Request:
    slices = frozenset((date.fromisoformat(day), str(country)) for day, country in data["slices"])
    if not slices:
        raise ValueError("a run has slices")
    selection = Selection(
        dates=tuple(sorted({day for day, _ in slices})),
        countries=tuple(dict.fromkeys(str(country) for _, country in data["slices"])),
        course=None if data["course"] is None else int(data["course"]),
        race_type=None if data["type"] is None else str(data["type"]),
        only=slices,
    )
    good = None if data["good"] is None else frozenset(int(race_id) for race_id in data["good"])
    return Request(selection, str(data["source"]), good)
