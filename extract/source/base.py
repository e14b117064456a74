"""A source of result pages: where it is and what its addresses look like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

LIVE_URL = "https://www.racingpost.com"


@dataclass(frozen=True, slots=True)
class Source:
    """A site that speaks Racing Post's addresses. `name` is recorded with every run."""

    name: str
    base_url: str
    obey_robots: bool = True


LIVE = Source("live", LIVE_URL)


def index_path(race_date: date) -> str:
    """Return the address of a date's index in its time-order view.

    The course-grouped view of the same address comes without its data for recent dates.
    """
    return f"/results/{race_date}/time-order/"
