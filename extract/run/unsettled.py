"""The slices that are not sealed: what staging knows of them, by the rule of the model `day_status`.

A slice is sealed when its newest whole scrape is complete, lost nothing that would be held back, was made when ratings
had stopped coming in its country, and shows about as many as is usual there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from extract.contract import Record
from extract.run.history import History
from extract.run.request import selection_of
from extract.run.selection import ALL, Selection
from extract.run.settled import WEEK
from extract.run.settling import WINDOW_DAYS, Look, settling_age
from extract.stage.layout import moment
from extract.stage.newest import SliceState
from extract.stage.storage import Storage

USUAL_WINDOW_DAYS = 28
"""So long a slice that is rated below what is usual may still be waited for."""
USUAL_SHARE = 0.8
SHRINK_LIMIT = 0.2
"""A scrape that shows fewer runners by more than this share is held back by the build."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What to scrape, and the last date of which this is the last look: all its pages are asked for."""

    selection: Selection
    last_look: date


def unsettled(storage: Storage, asked: Selection, now: datetime) -> Chosen | None:
    """Return what is not sealed of the slices asked for, or None when all are.

    Raises:
        StagingError: staging cannot be read.
    """
    known = Seals(storage, min(asked.dates), now.astimezone(UTC))
    slices = [(day, country) for day, country in asked.slices if not known.is_sealed(day, country)]
    if not slices:
        return None
    first_sealed_at = min(known.settling_age(country) for _, country in slices)
    return Chosen(selection_of(slices), known.now.date() - timedelta(days=first_sealed_at))


@dataclass(slots=True)
class Seals:
    """Says of slices whether they are sealed, as far as staging knows."""

    storage: Storage
    since: date
    """The first date that will be asked about."""
    now: datetime
    history: History = field(init=False)
    _ages: dict[str, int] = field(default_factory=dict)
    _usual: dict[str, float | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first = min(self.since, self.now.date() - timedelta(days=WINDOW_DAYS + 1))
        self.history = History(self.storage, first)

    def is_sealed(self, race_date: date, country: str) -> bool:
        """Say whether nothing more is to come of a slice."""
        rows = self.history.rows(race_date, country)
        whole = _whole(rows)
        if not whole or whole[-1]["status"] != "complete" or _left_something(rows, after=whole[-1]):
            return False
        newest = whole[-1]
        age = _age(newest)
        if age < self.settling_age(country) or self._has_lost(race_date, country, whole):
            return False
        usual, share = self._usual_share(country), _rated_share(newest)
        return age >= USUAL_WINDOW_DAYS or usual is None or share is None or share >= USUAL_SHARE * usual

    def settling_age(self, country: str) -> int:
        """Return the age in days at which a slice of a country can be sealed, learned from its last race days."""
        if country not in self._ages:
            self._ages[country] = settling_age(self._race_days(country))
        return self._ages[country]

    def _race_days(self, country: str) -> Iterator[list[Look]]:
        slices = [(day, _whole(rows)) for day, rows in self._of(country)]
        looked_on = max((_seen_on(rows[-1]) for _, rows in slices if rows), default=None)
        for day, rows in slices:
            if looked_on and WEEK <= (looked_on - day).days <= WINDOW_DAYS:
                seen = [row for row in rows if row["status"] == "complete" and _ratings(row) is not None]
                yield [Look(_age(row), _ratings(row) or 0) for row in seen]

    def _usual_share(self, country: str) -> float | None:
        if country not in self._usual:
            newest = [whole[-1] for _, rows in self._of(country) if (whole := _whole(rows))]
            old = [_rated_share(row) for row in newest if _age(row) >= self.settling_age(country)]
            known = [share for share in old if share is not None]
            self._usual[country] = sum(known) / len(known) if known else None
        return self._usual[country]

    def _of(self, country: str) -> list[tuple[date, list[Record]]]:
        found = self.history.all_slices().items()
        return [(date.fromisoformat(day), rows) for (day, code), rows in found if code == country]

    def _has_lost(self, race_date: date, country: str, whole: Sequence[Record]) -> bool:
        """Say whether the newest scrape shows so much less than one before that the build may hold it back."""
        most, now = max(int(row["rows_staged"] or 0) for row in whole), int(whole[-1]["rows_staged"] or 0)
        if most - now > SHRINK_LIMIT * most:
            return True
        looks: dict[int, list[Record]] = defaultdict(list)
        for row in whole:
            for race_id, race in self.history.recorded(str(row["run_id"]), race_date, country).items():
                looks[race_id].append(race)
        return any(
            races[-1]["status"] == "result"
            and races[-1]["run_id"] == whole[-1]["run_id"]
            and 2 * int(races[-1]["rows_staged"] or 0) <= max(int(race["rows_staged"] or 0) for race in races)
            for races in looks.values()
        )


def _whole(rows: Sequence[Record]) -> list[Record]:
    """Return the scrapes that left nothing out."""
    return [row for row in rows if row["selection"] == ALL]


def _left_something(rows: Sequence[Record], after: Record) -> bool:
    """Say whether a later scrape of a part of the slice had a race that is not final."""
    later = [row for row in rows if row["selection"] != ALL and str(row["run_id"]) > str(after["run_id"])]
    return any(not SliceState(str(row["run_id"]), row).is_whole for row in later)


def _seen_on(row: Record) -> date:
    """Return the UTC date of a look at the source; a replay has none of its own but that of the index it read."""
    return moment(str(row["index_fetched_at"] or row["scraped_at"])).date()


def _age(row: Record) -> int:
    return (_seen_on(row) - date.fromisoformat(str(row["race_date"]))).days


def _ratings(row: Record) -> int | None:
    rpr, topspeed = row["rows_with_rpr"], row["rows_with_topspeed"]
    return None if rpr is None or topspeed is None else int(rpr) + int(topspeed)


def _rated_share(row: Record) -> float | None:
    rpr, rows = row["rows_with_rpr"], row["rows_staged"]
    return int(rpr) / int(rows) if rpr is not None and rows else None
