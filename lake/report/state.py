"""The state of the tables at a moment: how many rows and races, how many twice, rated, and of days to be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

RATINGS = {"rpr": "RPR", "topspeed": "Topspeed", "official_rating": "official rating"}
"""Columns of ratings, and what people call them."""
HELD_BACK = "held back"
STATUSES = ("open", "settling", HELD_BACK, "imported", "sealed")
"""How far a day of a country can be trusted, as `day_status` has it."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One day of one country: rows and races in `results`, rows with each rating, and how far it can be trusted.

    `status` and `why` are those of `day_status`; None where that cannot be asked.
    """

    country: str
    race_date: date
    rows: int = 0
    races: int = 0
    rated: dict[str, int] = field(default_factory=dict)
    status: str | None = None
    why: str | None = None

    @property
    def name(self) -> str:
        """The slice as people write it: `gb 2025-11-18`."""
        return f"{self.country} {self.race_date}"


@dataclass(frozen=True, slots=True)
class State:
    """What the tables hold.

    `rows` are those of `results`, `duplicates` the rows of a race and horse that is there already. `runs` are all runs
    that the tables know of, `last_run` and `last_scrape` the newest by time of scrape (UTC), `last_build` the time of
    the newest build that brought something. `missing` says why nothing is known of open days, where it is so.
    `snapshots` has the current snapshot of every table.
    """

    rows: int
    races: int
    duplicates: int
    slices: dict[tuple[date, str], Slice]
    held_back: dict[tuple[date, str], str]
    runs: frozenset[str]
    last_run: str | None
    last_scrape: datetime | None
    last_build: datetime | None
    snapshots: dict[str, int]
    missing: str = ""

    def days(self, status: str) -> int | None:
        """Return how many days of a country have a status; None where that is not known."""
        if status == HELD_BACK:
            return len(self.held_back)
        if self.missing:
            return None
        return Counter(item.status for item in self.slices.values())[status]

    def window(self, days: int) -> list[tuple[date, str]]:
        """Return the slices of the last days that are known, oldest first."""
        if not self.slices:
            return []
        since = max(day for day, _ in self.slices) - timedelta(days=days - 1)
        return sorted(key for key in self.slices if key[0] >= since)

    def coverage(self, rating: str, keys: Iterable[tuple[date, str]] | None = None) -> float | None:
        """Return the percentage of rows, of some slices or of all, with a rating; None where there are no rows."""
        chosen = [self.slices[key] for key in (self.slices if keys is None else keys) if key in self.slices]
        rows = sum(item.rows for item in chosen)
        return 100 * sum(item.rated[rating] for item in chosen if item.rows) / rows if rows else None
