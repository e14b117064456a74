"""A small world: a few races a day, so that a build costs little; and the truth of it as the oracle takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from extract.source.sample import World
from extract.source.sample.races import Meeting
from tests.unit.dbt.oracle import Race, Slice

RACES = 3
COUNTRIES = ("gb", "fr")


class SmallWorld(World):
    """The sample world, of which only the first meeting of each country is held, with its first races."""

    def meetings(self, day: date) -> tuple[Meeting, ...]:
        held = super().meetings(day)
        first = {meeting.course.country: meeting for meeting in reversed(held)}
        return tuple(replace(m, races=m.races[:RACES]) for m in held if first[m.course.country] is m)


CODES: dict[str, int] = {}


def fact(outcome_code: str) -> int:
    """Return a number for an outcome code; the oracle's facts are numbers."""
    return CODES.setdefault(outcome_code, len(CODES))


def true_races(world: World, place: Slice, moment: datetime) -> dict[int, Race]:
    """Return what is true of a slice at a moment, by race."""
    return {
        race.race_id: Race(
            place,
            race.status,
            {r.horse_id: (fact(r.outcome_code), (r.official_rating, r.rpr, r.topspeed)) for r in race.runners},
        )
        for race in world.truth(place[1], place[0], moment)
    }
