"""What mornings of the sample world must come to, by its own truth: nothing of the code under test has a say in it.

The rule that is kept here a second time is that of docs/architecture.md: a race counts as the source shows it, ratings
keep their last known value, and a list that lacks a race is believed when the same list is seen the next time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from extract.source.sample import World
from extract.source.sample.evolution import View

COUNTRIES = ("gb", "ire", "fr")
Key = tuple[date, str]
"""A day of a country."""
RATED = ("official_rating", "rpr", "topspeed")


class Facts(NamedTuple):
    """What is true of a runner, as far as a table can show it; `fate` is what only moves with the stewards."""

    code: str
    official_rating: int | None
    rpr: int | None
    topspeed: int | None
    ran: int
    fate: tuple[object, ...]

    def after(self, before: Facts) -> Facts:
        """The facts with the ratings that were known before and are not published now."""
        known = {name: getattr(before, name) for name in RATED if getattr(self, name) is None}
        return self._replace(**known)


@dataclass(frozen=True, slots=True)
class Look:
    """What one morning must come to: of its slices, then of everything that is known after it."""

    moment: datetime
    listed: Mapping[Key, int]
    pending: Mapping[Key, int]
    staged: Mapping[Key, int]
    doubtful: frozenset[Key]
    changes: Mapping[Key, tuple[int, int, int]]
    """Runners new, corrected and gone."""
    runners: Mapping[tuple[int, int], Facts]
    rows: Mapping[Key, int]
    races: Mapping[Key, int]
    open: frozenset[Key]
    """Slices with a race that has no result yet, of all that are known."""
    results: int
    """Races with a result, of those looked at."""
    day_of: Mapping[int, date]

    @property
    def sums(self) -> tuple[int, int, int]:
        new, corrected, gone = (sum(column) for column in zip(*self.changes.values(), strict=True))
        return new, corrected, gone

    @property
    def is_partial(self) -> bool:
        return bool(self.doubtful or any(self.pending.values()))

    def rated(self, name: str, since: date = date.min) -> float | None:
        """Per cent of the runners of races since a date with a rating; None where there are none."""
        known = [facts for (race, _), facts in self.runners.items() if self.day_of[race] >= since]
        return 100 * sum(getattr(facts, name) is not None for facts in known) / len(known) if known else None


@dataclass
class Ledger:
    """All that the looks until now have told."""

    world: World
    runners: dict[tuple[int, int], Facts] = field(default_factory=dict)
    races: dict[Key, dict[int, str]] = field(default_factory=dict)
    """Of every slice, each race that counts and its status."""
    suspected: dict[Key, frozenset[int]] = field(default_factory=dict)
    """Lists that lack a race, seen but once."""

    def look(self, first: date, last: date, moment: datetime) -> Look:
        """Look at some days at a moment."""
        keys = [
            (first + timedelta(days=number), country)
            for number in range((last - first).days + 1)
            for country in COUNTRIES
        ]
        seen = {key: self._views(*key, moment) for key in keys}
        before = dict(self.runners)
        doubtful = frozenset(key for key in keys if self._is_doubtful(key, seen[key].keys()))
        for key in keys:
            self._take(key, seen[key], is_whole=key not in doubtful)
        statuses = {key: Counter(view.status for view in seen[key].values()) for key in keys}
        rows, races = self._rows()
        return Look(
            moment,
            {key: len(seen[key]) for key in keys},
            {key: statuses[key]["pending"] for key in keys},
            {key: sum(len(view.runners) for view in seen[key].values() if view.status == "result") for key in keys},
            doubtful,
            {key: self._changes(before, seen[key].keys() | self._gone[key].keys()) for key in keys},
            dict(self.runners),
            rows,
            races,
            frozenset(key for key, known in self.races.items() if "pending" in known.values()),
            sum(counted["result"] for counted in statuses.values()),
            {race: key[0] for key, known in self.races.items() for race in known},
        )

    def __post_init__(self) -> None:
        self._gone: dict[Key, dict[int, str]] = {}

    def _views(self, day: date, country: str, moment: datetime) -> dict[int, View]:
        told = {race.race_id for race in self.world.truth(day, country, moment)}
        races = {race.id: race for held in self.world.meetings(day) for race in held.races if race.id in told}
        return {race_id: view for race_id, race in races.items() if (view := self.world.view(race, moment))}

    def _is_doubtful(self, key: Key, listed: Iterable[int]) -> bool:
        """Whether the list lacks a race and is seen so for the first time."""
        now = frozenset(listed)
        if not self.races.get(key, {}).keys() - now or self.suspected.get(key) == now:
            self.suspected.pop(key, None)
            return False
        self.suspected[key] = now
        return True

    def _take(self, key: Key, seen: Mapping[int, View], *, is_whole: bool) -> None:
        known = self.races.setdefault(key, {})
        self._gone[key] = {race: known.pop(race) for race in known.keys() - seen.keys()} if is_whole else {}
        for race_id, view in seen.items():
            known[race_id] = view.status
        final = {race: view for race, view in seen.items() if view.status != "pending"}
        shown = {(race, horse): facts for race, view in final.items() for horse, facts in _facts(view).items()}
        for runner in [runner for runner in self.runners if runner[0] in final or runner[0] in self._gone[key]]:
            if runner not in shown:
                del self.runners[runner]
        for runner, facts in shown.items():
            before = self.runners.get(runner)
            self.runners[runner] = facts.after(before) if before else facts

    def _changes(self, before: Mapping[tuple[int, int], Facts], races: Iterable[int]) -> tuple[int, int, int]:
        of = set(races)
        was = {runner: facts for runner, facts in before.items() if runner[0] in of}
        now = {runner: facts for runner, facts in self.runners.items() if runner[0] in of}
        corrected = sum(was[runner] != now[runner] for runner in was.keys() & now.keys())
        return len(now.keys() - was.keys()), corrected, len(was.keys() - now.keys())

    def _rows(self) -> tuple[dict[Key, int], dict[Key, int]]:
        per_race = Counter(race for race, _ in self.runners)
        rows = {key: sum(per_race[race] for race in known) for key, known in self.races.items()}
        return rows, {key: sum(race in per_race for race in known) for key, known in self.races.items()}


def _facts(view: View) -> dict[int, Facts]:
    if view.status != "result":
        return {}
    struck = next((seen.runner.horse.id for seen in view.runners if seen.disqualified), None)
    return {
        seen.runner.horse.id: Facts(
            seen.code, seen.runner.rating, seen.rpr, seen.topspeed, len(view.runners), (seen.margin, seen.total, struck)
        )
        for seen in view.runners
    }
