"""The meetings of a date, whole: cards written, races run, oddities dealt out.

Every date is made on its own from the seed, so any date can be had without its neighbours.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from extract.source.sample import oddities
from extract.source.sample.calendar import EPOCH, fixtures, going
from extract.source.sample.careers import Due, due, stock_of
from extract.source.sample.conditions import Terms
from extract.source.sample.courses import CURRENCY, FIRST_OFF, Course
from extract.source.sample.draws import mix
from extract.source.sample.fields import Field, card, split
from extract.source.sample.names import horse_name
from extract.source.sample.people import Weighing
from extract.source.sample.races import Meeting, NonRunner, Oddities, Race
from extract.source.sample.running import Setting, run
from extract.source.sample.titles import title

UK = ZoneInfo("Europe/London")
FIRST_ID = 10_000_000
IDS_A_DAY = 100
SHARES = (1, 0.47, 0.2348, 0.1174, 0.06, 0.03)
RATE = {"IRE": 1.17, "USA": 1.3, "HK": 10.0, "JPN": 190.0, "AUS": 2.0}  # prizes against pounds
REASONS = (None, None, "going", "self certificate (lame)", "vet's certificate", "self certificate (off feed)")


@lru_cache(maxsize=512)
def meetings(seed: int, day: date) -> tuple[Meeting, ...]:
    """Return the meetings of a date; none on 25 December, none before 2008."""
    courses = fixtures(seed, day)
    grounds = {course: going(seed, course, day) for course in courses}
    weighing = Weighing(seed, day.year)
    entries: dict[Course, list[Due]] = {}
    for country in dict.fromkeys(course.country for course in courses):
        for jumps, ready in enumerate(due(seed, day, stock_of(country))):
            same = [course for course in courses if course.country == country and course.jumps == jumps]
            if same:
                entries |= zip(same, split(ready, [(c, grounds[c][1]) for c in same], bool(jumps)), strict=True)
    made, number = [], (day - EPOCH).days * IDS_A_DAY
    for course in courses:
        rng = Random(mix(seed, 61, course.id, (day - EPOCH).days))
        lost_from = rng.choice((0, 2, 3)) if rng.random() < 0.06 else 99
        fields = card(entries[course], course, (day - EPOCH).days, day.year, rng.randint(6, 8), rng)
        start = _first_off(course, day, rng)
        races = []
        for position, field in enumerate(fields):
            odd = Oddities(is_abandoned=position >= lost_from)
            off = start + timedelta(minutes=35 * position)
            races.append(_race(seed, FIRST_ID + number, course, off, field, grounds[course], weighing, rng, odd))
            number += 1
        if races:
            made.append(Meeting(course, tuple(races)))
    return tuple(made)


def _race(
    seed: int,
    race_id: int,
    course: Course,
    off: datetime,
    field: Field,
    ground: tuple[str, float],
    weighing: Weighing,
    rng: Random,
    odd: Oddities,
) -> Race:
    terms, entries = field
    day = off.date()
    stock = stock_of(course.country)
    setting = Setting(seed, race_id, course, stock, (day - EPOCH).days, day.month, day.year, ground[1])
    runners, seconds, late = run(setting, terms, entries, weighing, rng)
    race = Race(
        id=race_id,
        course=course,
        off=off,
        terms=terms,
        title=title(terms, course, rng),
        going=ground[0],
        prizes=_prizes(terms, course),
        winning_time=seconds,
        against_standard=late,
        runners=tuple(runners),
        non_runners=_non_runners(course, race_id, day.year, rng),
        odd=odd,
    )
    return oddities.deal(race, seed)


def _first_off(course: Course, day: date, rng: Random) -> datetime:
    hour, minute = FIRST_OFF.get(course.country, (12, 40))
    if course.kind == "aw" and rng.random() < 0.4:
        hour, minute = 16, 30
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UK) + timedelta(minutes=course.id % 7 * 5)


def _prizes(terms: Terms, course: Course) -> tuple[float, ...]:
    first = terms.first_prize * RATE.get(course.country, 1)
    places = 2 if CURRENCY.get(course.country) == "¥" else None
    return tuple(float(round(first * share)) if places else round(first * share, 2) for share in SHARES)


def _non_runners(course: Course, race_id: int, year: int, rng: Random) -> tuple[NonRunner, ...] | None:
    if rng.random() < 0.4:
        return None
    count = rng.choice((0, 0, 1, 1, 2, 3))
    listed = [NonRunner(horse_name(year - 4, race_id * 3 + n), rng.choice(REASONS)) for n in range(count)]
    if course.country == "IRE" and rng.random() < 0.3:
        listed += [NonRunner(horse_name(year - 5, race_id * 5 + n), "reserve") for n in range(rng.randint(1, 2))]
    return tuple(listed)
