"""What a run was asked for, kept in staging so that a later run can go on with it as it was begun."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from extract.errors import StagingError, UsageError
from extract.run.selection import Selection
from extract.stage import layout
from extract.stage.manifest import run_of
from extract.stage.storage import Storage


@dataclass(frozen=True, slots=True)
class Request:
    """A selection, and where its pages come from."""

    selection: Selection
    source: str
    seed: int = 7
    as_of: datetime | None = None
    """The moment at which a sample world is seen."""
    rate: float | None = None
    """Requests a second; None in requests older than the field."""
    good: frozenset[int] | None = None
    """The races a retry need not fetch again; None when it is no retry."""
    reuse_settled_after: date | None = None
    """The pages of settled races of later dates are taken as stored; None where every page is asked for."""
    continues: tuple[str, ...] = ()
    """The interrupted runs this one goes on with, newest first; their stored pages are not asked for again."""

    def save(self, storage: Storage, run_id: str) -> None:
        """Write the request as the run's first file."""
        chosen = self.selection
        data = {
            "slices": [[day.isoformat(), country] for day, country in chosen.slices],
            "course": chosen.course,
            "type": chosen.race_type,
            "source": self.source,
            "seed": self.seed,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "rate": self.rate,
            "good": None if self.good is None else sorted(self.good),
            "reuse_settled_after": self.reuse_settled_after.isoformat() if self.reuse_settled_after else None,
            "continues": list(self.continues),
        }
        storage.write_new(layout.request_path(run_id), json.dumps(data, indent=1).encode())


def selection_of(
    slices: Iterable[tuple[date, str]], *, course: int | None = None, race_type: str | None = None
) -> Selection:
    """Return the selection of just these slices."""
    only = frozenset(slices)
    return Selection(
        dates=tuple(sorted({day for day, _ in only})),
        countries=tuple(sorted({country for _, country in only})),
        course=course,
        race_type=race_type,
        only=only,
    )


def load_request(storage: Storage, run_id: str) -> Request:
    """Return what a run was asked for.

    Raises:
        UsageError: there is no such run.
        StagingError: its request cannot be read.
    """
    run_of(run_id)
    path = layout.request_path(run_id)
    if not storage.exists(path):
        raise UsageError(f"Staging knows no run {run_id}. `extract status` lists the unfinished ones.")
    try:
        return _read(json.loads(storage.read(path)))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise StagingError(
            f"{path} is damaged: it does not say what the run was asked for. Put it back from a backup, or scrape the "
            "dates again with a new run."
        ) from error


def _read(data: dict[str, Any]) -> Request:
    good, as_of, settled = data["good"], data.get("as_of"), data.get("reuse_settled_after")
    slices = [(date.fromisoformat(day), str(country)) for day, country in data["slices"]]
    if not slices:
        raise ValueError("a run has slices")
    course, race_type, rate = data["course"], data["type"], data.get("rate")
    return Request(
        selection=selection_of(
            slices,
            course=None if course is None else int(course),
            race_type=None if race_type is None else str(race_type),
        ),
        source=str(data["source"]),
        seed=int(data.get("seed", 7)),
        as_of=datetime.fromisoformat(as_of) if as_of else None,
        rate=None if rate is None else float(rate),
        good=None if good is None else frozenset(map(int, good)),
        reuse_settled_after=date.fromisoformat(settled) if settled else None,
        continues=tuple(map(str, data.get("continues", ()))),
    )
