"""The sample world as one object: payloads for the server, truth for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from extract.source.sample import evolution, payload_index, payload_result
from extract.source.sample.calendar import EPOCH
from extract.source.sample.cards import FIRST_ID, IDS_A_DAY, meetings
from extract.source.sample.courses import ABROAD
from extract.source.sample.evolution import Plan, Status, View
from extract.source.sample.races import Meeting, Race
from extract.source.sample.traps import Trap, traps_of

DEFAULT_SEED = 7


@dataclass(frozen=True, slots=True)
class RunnerTruth:
    """What is true of one runner at a moment."""

    horse_id: int
    outcome_code: str
    official_rating: int | None
    rpr: int | None
    topspeed: int | None


@dataclass(frozen=True, slots=True)
class RaceTruth:
    """What is true of one race at a moment; runners only of a race with a result."""

    race_id: int
    status: Status
    runners: tuple[RunnerTruth, ...]


@dataclass(frozen=True)
class World:
    """An invented racing world, the same for the same seed."""

    seed: int = DEFAULT_SEED

    def index(self, day: date, as_of: datetime) -> list[payload_index.Json] | None:
        """Return the index of a date as the source shows it at a moment; None where it shows its error shell."""
        shown = [(m.course, [v for r in m.races if (v := self.view(r, as_of))]) for m in self.meetings(day)]
        found = [payload_index.meeting(course, views, order) for order, (course, views) in enumerate(shown, 1) if views]
        abroad = [v for course, views in shown if course.country in ABROAD for v in views[:1]]
        return (found + ([payload_index.special_meeting(abroad)] if abroad else [])) or None

    def result(self, race_id: int, as_of: datetime) -> payload_index.Json | None:
        """Return the full result of a race at a moment; None while there is none."""
        race = self.race(race_id)
        seen = self.view(race, as_of) if race else None
        return payload_result.result(seen) if seen and seen.status in {"result", "void"} else None

    def truth(self, day: date, country: str, as_of: datetime) -> list[RaceTruth]:
        """Return what is true of a slice at a moment, without a payload in between: the oracle of the tests."""
        return [
            RaceTruth(
                seen.race.id,
                seen.status,
                tuple(RunnerTruth(s.runner.horse.id, s.code, s.runner.rating, s.rpr, s.topspeed) for s in seen.runners),
            )
            for m in self.meetings(day)
            if m.course.country.lower() == country
            for r in m.races
            if (seen := self.view(r, as_of))
        ]

    def race(self, race_id: int) -> Race | None:
        """Return a race by its id, from which its date can be told."""
        day = EPOCH + timedelta(days=(race_id - FIRST_ID) // IDS_A_DAY)
        if race_id < FIRST_ID or day > date(2100, 1, 1):
            return None
        return next((r for m in self.meetings(day) for r in m.races if r.id == race_id), None)

    def view(self, race: Race, as_of: datetime) -> View | None:
        """Return what is shown of a race at a moment."""
        return evolution.view(self.seed, race, as_of)

    def plan(self, race: Race) -> Plan:
        """Return when each change to a race becomes visible."""
        return evolution.plans(self.seed, race.off.date())[race.id]

    def meetings(self, day: date) -> tuple[Meeting, ...]:
        """Return the meetings of a date."""
        return meetings(self.seed, day)

    def races(self, start: date, days: int) -> Iterator[Race]:
        """Yield every race of some dates, so that tests can look for the odd one."""
        for number in range(days):
            for held in self.meetings(start + timedelta(days=number)):
                yield from held.races

    def having(self, trap: Trap, start: date, days: int) -> Iterator[Race]:
        """Yield the races of some dates that have a trap in their page."""
        return (race for race in self.races(start, days) if trap in traps_of(race))

    @cached_property
    def build_id(self) -> str:
        """The build id that pages carry."""
        return f"sample-{self.seed}"
