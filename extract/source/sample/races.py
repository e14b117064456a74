"""What happens on a date, once and for all: meetings, races, runners, and how they finish.

Every date is made on its own from the seed, so any date can be had without its neighbours. What becomes known when is
`evolution.py`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from extract.source.sample.horses import YEARLY, Horse, horse
from extract.source.sample.names import COURSES, Course, Person, owner, person

UK = ZoneInfo("Europe/London")
EPOCH = date(2008, 1, 1)
MARGINS = ("nse", "shd", "hd", "snk", "nk", "½", "¾", "1", "1¼", "1½", "1¾", "2", "2½", "3¼", "4", "5", "7", "9", "12")
FALLS = ("PU", "PU", "PU", "F", "UR", "BD", "RO", "REF", "SU", "RR", "CO")
SHORT = ("5/4", "7/4", "2/1", "11/4", "Evens", "4/6")
LONG = ("3/1", "100/30", "9/2", "6/1", "8/1", "10/1", "14/1", "20/1", "33/1", "66/1", "165/10")
TURF = ("Good", "Good To Firm", "Good To Soft", "Soft", "Heavy", "Good To Yielding", "Firm")
AW = ("Standard", "Standard", "Standard To Slow", "Slow", "Standard To Fast", "Fast")
FLAT_YARDS = ((1100, "5f"), (1160, "5½f"), (1320, "6f"), (1540, "7f"), (1760, "1m"), (2187, "1m2f"), (2640, "1m4f"))
JUMP_YARDS = ((3520, "2m"), (3652, "2m½f"), (4290, "2m3½f"), (4840, "2m6f"), (5280, "3m"), (5790, "3m2½f"))


@dataclass(frozen=True, slots=True)
class Runner:
    """One runner as declared, and how it fared. `margin` is behind the horse in front; `fate` a code or None."""

    horse: Horse
    number: int
    draw: int | None
    jockey: Person
    claim: int | None
    trainer: Person
    owner: Person
    weight: int
    rating: int | None
    headgear: str | None
    first_headgear: bool
    odds: str | None
    margin: str | None
    fate: str | None
    performance: int


@dataclass(frozen=True, slots=True)
class Race:
    """One race: fixed facts and runners in finishing order, non-finishers last."""

    id: int
    course: Course
    off: datetime
    type_code: str
    title: str
    race_class: str | None
    age_band: str
    yards: int
    distance: str
    going: str
    prizes: tuple[float, ...]
    euros: bool
    winning_time: float
    runners: tuple[Runner, ...]
    non_runners: tuple[str, ...] | None
    dead_heat_at: int | None
    first_disqualified: bool
    is_void: bool
    is_abandoned: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """The races of one course on one date."""

    course: Course
    races: tuple[Race, ...]


@lru_cache(maxsize=512)
def meetings(seed: int, day: date) -> tuple[Meeting, ...]:
    """Return the meetings of a date; none on 25 December, none before 2008."""
    if (day.month, day.day) == (12, 25) or day < EPOCH:
        return ()
    rng = Random(f"{seed}:day:{day}")
    chosen = [
        *rng.sample([c for c in COURSES if c.country == "GB"], rng.randint(2, 4)),
        *rng.sample([c for c in COURSES if c.country == "IRE"], rng.choice((0, 1, 1, 2))),
        *rng.sample([c for c in COURSES if c.country == "FR"], rng.choice((1, 1, 2))),
        *rng.sample([c for c in COURSES if c.country in {"USA", "JER", "ARAB"}], 1),
    ]
    used: set[int] = set()
    first = (day - EPOCH).days * 100 + 10_000_000
    made = []
    for course in chosen:
        abandoned_from = rng.choice((0, 2, 3)) if rng.random() < 0.06 else 99
        races = []
        for position in range(rng.randint(6, 8)):
            races.append(_race(rng, seed, day, course, first, position, used, position >= abandoned_from))
            first += 1
        made.append(Meeting(course, tuple(races)))
    return tuple(made)


def _race(
    rng: Random, seed: int, day: date, course: Course, race_id: int, position: int, used: set[int], abandoned: bool
) -> Race:
    jumps = course.kind == "jumps"
    bumper = jumps and rng.random() < 0.1
    type_code = {"aw": "X", "jumps": "B" if bumper else rng.choice("HHC")}.get(course.kind, "F")
    yards, distance = rng.choice(JUMP_YARDS if jumps else FLAT_YARDS)
    handicap = rng.random() < 0.6 and not bumper
    size = 1 if rng.random() < 0.003 else min(max(round(rng.gauss(9, 3.5)), 2), 18)  # now and then a walkover
    youngest = 4 if jumps else 2 if rng.random() < 0.2 else 3
    runners = _runners(rng, seed, day, course, jumps, handicap, size, youngest, used)
    first_prize = rng.choice((3510, 4320, 5446, 7068, 8835, 12850, 25770, 51540))
    kind = {"H": "Hurdle", "C": "Chase", "B": "Open NH Flat Race"}.get(type_code, "Stakes")
    label = rng.choice(("Maiden", "Novice", "Conditions", "Classified")) if not handicap else "Handicap"
    extra = rng.choice(("", "", "", " (Fillies & Mares)", " (Group 3)", " (Listed Race)", " (Premier Handicap)"))
    off = datetime(day.year, day.month, day.day, 12, 40, tzinfo=UK) + timedelta(
        minutes=35 * position + course.id % 7 * 5
    )
    return Race(
        id=race_id,
        course=course,
        off=off,
        type_code=type_code,
        title=f"{rng.choice(('Quenby', 'Lantern Inn', 'Gantley & Sons', 'Racing Friends'))} {label} {kind}{extra}",
        race_class=str(rng.randint(1, 6)) if course.country == "GB" else None,
        age_band="2yo" if youngest == 2 else f"{youngest}yo+",
        yards=yards,
        distance=distance,
        going="Fast" if course.kind == "dirt" else rng.choice(AW if course.kind == "aw" else TURF),
        prizes=tuple(round(first_prize * share, 2) for share in (1, 0.47, 0.2348, 0.1174, 0.06, 0.03)),
        euros=course.country == "IRE",
        winning_time=round(yards / (14.5 if jumps else 18.6) * rng.uniform(0.98, 1.05), 2),
        runners=runners,
        non_runners=None
        if rng.random() < 0.4
        else tuple(f"Idle {n}" for n in ("Notion", "Tempo")[: rng.randint(0, 2)]),
        dead_heat_at=rng.choice((1, 2, 3, 4)) if rng.random() < 0.02 and size > 6 else None,
        first_disqualified=rng.random() < 0.004 and size > 4,
        is_void=rng.random() < 0.004,
        is_abandoned=abandoned,
    )


def _runners(
    rng: Random,
    seed: int,
    day: date,
    course: Course,
    jumps: bool,
    handicap: bool,
    size: int,
    youngest: int,
    used: set[int],
) -> tuple[Runner, ...]:
    field: list[Horse] = []
    while len(field) < size:
        age = youngest if youngest == 2 else min(youngest + int(rng.expovariate(0.5)), 11)
        pick = horse(seed, day.year - age, rng.randrange(YEARLY))
        if pick.id not in used:
            used.add(pick.id)
            field.append(pick)
    shown = {h.id: rng.gauss(h.ability, 8) for h in field}
    field.sort(key=lambda h: -shown[h.id])
    stalls = list(range(1, size + 1))
    cloths = list(range(1, size + 1))
    rng.shuffle(stalls)
    rng.shuffle(cloths)
    has_draw = not jumps and not (course.country == "FR" and rng.random() < 0.3)
    out = [rng.random() < (0.09 if jumps else 0.004) and place > 0 for place in range(size)]
    order = [h for h, o in zip(field, out, strict=True) if not o] + [h for h, o in zip(field, out, strict=True) if o]
    finishers = out.count(False)
    top = max(h.ability for h in field)
    shared = rng.choice("F" * 30 + "JJC")
    favourites = sorted(field, key=lambda h: -h.ability)[: {"F": 1, "J": 2, "C": 3}[shared]]
    short = rng.choice(SHORT)
    priced = rng.random() > 0.03 or course.country != "FR"
    return tuple(
        Runner(
            horse=h,
            number=cloths[place],
            draw=stalls[place] if has_draw else None,
            jockey=person(950_000, rng.randrange(300)),
            claim=rng.choice((None, None, None, None, 3, 5, 7)),
            trainer=person(960_000, rng.randrange(200)),
            owner=owner(rng.randrange(900)),
            weight=round((166 if jumps else 135) - (top - h.ability if handicap else rng.choice((0, 0, 5)))),
            rating=round(h.ability) if handicap or rng.random() < 0.3 else None,
            headgear=rng.choice((None, None, None, "b", "p", "tp", "h", "v")),
            first_headgear=rng.random() < 0.06,
            odds=(short + shared if h in favourites else rng.choice(LONG)) if priced else None,
            margin=rng.choice(MARGINS) if 0 < place < finishers else None,
            fate=rng.choice(FALLS if jumps else ("PU", "SU", "RR")) if place >= finishers else None,
            performance=round(shown[h.id]),
        )
        for place, h in enumerate(order)
    )
