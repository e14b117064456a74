"""A race's conditions, written for a horse that is to run in it: kind, class, ages, sexes, distance, prize."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from extract.source.sample import ability
from extract.source.sample.careers import Due
from extract.source.sample.courses import Course

FLAT_YARDS = (
    (1100, "5f"), (1160, "5½f"), (1320, "6f"), (1540, "7f"), (1760, "1m"), (1980, "1m1f"), (2187, "1m2f"),
    (2640, "1m4f"), (3080, "1m6f"), (3520, "2m"),
)  # fmt: skip
JUMP_YARDS = ((3520, "2m"), (3652, "2m½f"), (4290, "2m3½f"), (4840, "2m6f"), (5280, "3m"), (5790, "3m2½f"))
FLAT_PATTERN = ((115, "Group 1"), (110, "Group 2"), (105, "Group 3"), (98, "Listed"))
JUMPS_PATTERN = ((158, "Grade 1"), (150, "Grade 2"), (144, "Grade 3"), (137, "Listed"))
FLAT_CLASS, JUMPS_CLASS = ((60, 6), (75, 5), (85, 4), (95, 3)), ((100, 5), (120, 4), (135, 3))
PRIZE = {1: 28_355, 2: 25_770, 3: 12_850, 4: 7068, 5: 5446, 6: 3510}
PATTERN_PRIZE = {"1": 283_550, "2": 85_065, "3": 45_368}
SPAN = (20, 25)  # lbs between the ends of a handicap, on the flat and over jumps
FEMALE, MALE, COLTS = frozenset("fm"), frozenset("cgh"), frozenset("cfr")
Sexes = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Terms:
    """Conditions of a race.

    `level` is the class it would have in Britain; `top` and `bottom`
    bound a handicap, `floor` a pattern race.
    """

    kind: str
    jumps: bool
    type_code: str
    level: int
    pattern: str | None
    top: int | None
    bottom: int | None
    floor: int | None
    youngest: int
    oldest: int | None
    sexes: Sexes
    sex_word: str
    yards: int
    distance: str
    first_prize: int
    size: int

    @property
    def handicap(self) -> bool:
        """Whether weights follow ratings."""
        return self.top is not None

    @property
    def age_band(self) -> str:
        """Ages allowed, as published."""
        if self.oldest is None:
            return f"{self.youngest}yo+"
        return f"{self.youngest}yo" if self.oldest == self.youngest else f"{self.youngest}-{self.oldest}yo"

    def admits(self, entry: Due, year: int, slack: int = 0) -> bool:
        """Whether a horse may run; `slack` lbs below the bottom of a handicap run from out of it."""
        age = year - entry.horse.born
        if age < self.youngest or (self.oldest is not None and age > self.oldest):
            return False
        if self.sexes is not None and entry.horse.sex(year) not in self.sexes:
            return False
        rating = entry.rating
        if self.top is not None and self.bottom is not None:
            return rating is not None and self.bottom - slack <= rating <= self.top
        if self.kind == "pattern":
            return rating is not None and rating >= (self.floor or 0) - slack
        if self.kind == "novice":
            return rating is None or rating <= (135 if self.jumps else 92)
        return self.kind != "classified" or rating is None or rating <= (90 if self.jumps else 55) + slack


def write(entry: Due, course: Course, day: int, year: int, rng: Random) -> Terms:
    """Return conditions that suit a horse at a course on a day."""
    horse, rating, age = entry.horse, entry.rating, year - entry.horse.born
    jumps = course.jumps
    best = (horse.jumps_distance if jumps else horse.distance) * rng.uniform(0.92, 1.08)
    kind, code = _kind(rng, rating, age, course, jumps)
    strength = rating if rating is not None else round(ability.level(horse, day, jumps))
    top = None
    floors = JUMPS_PATTERN if jumps else FLAT_PATTERN
    pattern = next((name for limit, name in floors if strength >= limit), None) if kind == "pattern" else None
    if kind == "handicap" or pattern == "Grade 3":  # over jumps the third grade is for handicaps
        top = -(-(strength + rng.randint(0, 8)) // 5) * 5
    if kind == "bumper":
        best = 3520
    yards, distance = min(JUMP_YARDS if jumps else FLAT_YARDS, key=lambda pair: abs(pair[0] - best))
    youngest, oldest = _ages(rng, kind, code, age, jumps)
    sexes, word = _sexes(rng, horse.sex(year), age, jumps, pattern) if course.kind != "ptp" else (None, "")
    level = _level(top if top is not None else strength, kind, jumps)
    prize = PATTERN_PRIZE.get(pattern[-1], PRIZE[1]) if pattern else PRIZE[level]
    mean, spread = {"handicap": (10.6, 2.8), "pattern": (8.0, 2.2)}.get(kind, (9.2, 3.0))
    size = 22 if kind == "handicap" and level <= 2 and rng.random() < 0.15 else round(rng.gauss(mean, spread))
    return Terms(
        kind=kind, jumps=jumps, type_code=code, level=1 if pattern else level, pattern=pattern, top=top,
        bottom=top - SPAN[jumps] if top is not None else None, floor=_floor(pattern, floors),
        youngest=youngest, oldest=oldest,
        sexes=sexes, sex_word=word, yards=yards, distance=distance,
        first_prize=int(prize * rng.choice((1, 1, 1.2, 0.9))) if prize > 10_000 else prize, size=max(size, 3),
    )  # fmt: skip


def _floor(pattern: str | None, floors: tuple[tuple[int, str], ...]) -> int | None:
    return next((limit - 14 for limit, name in floors if name == pattern), None)


def _kind(rng: Random, rating: int | None, age: int, course: Course, jumps: bool) -> tuple[str, str]:
    chase = age >= 6 and rng.random() < 0.6
    code = "C" if chase else "H"
    if course.kind == "awjumps":
        code = "Z" if chase else "Y"
    if course.kind == "ptp":
        return "conditions", "P"
    if not jumps:
        code = "X" if course.kind == "aw" else "F"
    elif rating is None and age <= 6 and rng.random() < 0.35:
        return "bumper", "W" if course.kind == "awjumps" else "B"
    elif age >= 8 and chase and course.kind == "jumps" and rng.random() < 0.06:
        return "hunters", "U"
    if rating is None:
        return ("novice" if rng.random() < 0.9 else "conditions"), code
    if rating >= (137 if jumps else 98) and rng.random() < 0.75:
        return "pattern", code
    if rng.random() < 0.82:
        return "handicap", code
    if age <= (6 if jumps else 3):
        return "novice", code
    return ("classified" if rating <= (90 if jumps else 55) else "conditions"), code


def _level(strength: int, kind: str, jumps: bool) -> int:
    if kind in {"bumper", "hunters"}:
        return 5
    if kind == "novice":
        return 4 if strength > (110 if jumps else 72) else 5
    return next((level for limit, level in (JUMPS_CLASS if jumps else FLAT_CLASS) if strength <= limit), 2)


def _ages(rng: Random, kind: str, code: str, age: int, jumps: bool) -> tuple[int, int | None]:
    if kind == "bumper":
        return 4, 6
    if jumps:
        return (4, None) if age < 5 or rng.random() < 0.6 else (5, None)
    if age == 2:
        return 2, 2
    if age == 3 and rng.random() < 0.4:
        return 3, 3
    if kind == "novice" and age <= 5:
        return 3, 5
    return (3, None) if age == 3 or rng.random() < 0.5 else (4, None)


def _sexes(rng: Random, sex: str, age: int, jumps: bool, pattern: str | None) -> tuple[Sexes, str]:
    """Return the sexes admitted and the words of the title for them."""
    draw = rng.random()
    if sex in FEMALE and draw < 0.3:
        if jumps:
            return frozenset("m") if age >= 5 else FEMALE, "Mares'" if age >= 5 else "(Fillies & Mares)"
        return FEMALE, rng.choice(
            ("Fillies'", "Fillies'", "(Fillies & Mares)", "(3yo+ F & M)")
        ) if age > 2 else "Fillies'"
    if sex in MALE and not jumps and age <= 3 and draw < 0.05:
        return frozenset("cg"), rng.choice(("(C & G)", "(Colts & Geldings)", "Colts/Geldings", f"({age}yo C&G)"))
    if sex in COLTS and pattern and age <= 3 and draw < 0.4:
        return frozenset("cfrh"), "(No Geldings)"
    return None, ""
