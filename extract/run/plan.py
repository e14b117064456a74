"""The plan of a run, for `--dry-run`: slices, what staging has of them, requests to expect. Touches nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from extract.run.selection import Selection
from extract.stage.manifest import committed_runs, imported_runs, read_slices
from extract.stage.storage import Storage

USUAL_RACES = {"gb": 38, "ire": 10, "fr": 14}
"""Races of an average racing day, for slices that staging knows nothing of."""
FALLBACK = 10


@dataclass(frozen=True, slots=True)
class PlannedSlice:
    """One slice: what staging last recorded of it, and the races to expect."""

    race_date: date
    country: str
    staged: str
    races: int


def make_plan(storage: Storage, selection: Selection) -> list[PlannedSlice]:
    """Return the slices of a selection with what is known of each."""
    latest: dict[tuple[str, str], tuple[str, int | None]] = {}
    earliest = min(selection.dates).strftime("%Y%m%d")
    imports = set(imported_runs(storage))
    for run_id in committed_runs(storage):
        if run_id >= earliest and run_id not in imports:
            for row in read_slices(storage, run_id):
                listed = row["races_listed"]
                key = (str(row["race_date"]), str(row["country"]))
                latest[key] = (f"{row['status']} in {run_id}", int(listed) if listed is not None else None)
    planned = []
    for day, country in selection.slices:
        staged, races = latest.get((day.isoformat(), country), ("nothing", None))
        planned.append(
            PlannedSlice(day, country, staged, USUAL_RACES.get(country, FALLBACK) if races is None else races)
        )
    return planned


def requests_expected(plan: list[PlannedSlice]) -> int:
    """Return the requests to expect: one index a date, one page a race."""
    return len({item.race_date for item in plan}) + sum(item.races for item in plan)
