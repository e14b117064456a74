"""Where there is racing on a date, and on what going. Needs no horse and no other date."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from math import cos, tau
from random import Random

from extract.source.sample.courses import ABROAD, COURSES, Course
from extract.source.sample.draws import mix, wave

EPOCH = date(2008, 1, 1)
SEASON = {
    # How readily a course of a kind races in each month, January first.
    "flat": (0.1, 0.1, 0.3, 1.0, 1.3, 1.4, 1.4, 1.4, 1.3, 1.1, 0.7, 0.1),
    "aw": (1.6, 1.6, 1.4, 0.9, 0.7, 0.6, 0.6, 0.7, 0.9, 1.1, 1.4, 1.6),
    "jumps": (1.4, 1.4, 1.4, 1.2, 0.8, 0.5, 0.5, 0.5, 0.7, 1.1, 1.4, 1.4),
    "awjumps": (0.5, 0.4, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.5),
}
POINTING = {1, 2, 3, 4, 5, 11, 12}  # months of the point-to-points, which are held on Sundays
WORDS = (
    (-0.75, "Firm"),
    (-0.3, "Good To Firm"),
    (0.15, "Good"),
    (0.45, "Good To Soft"),
    (0.85, "Soft"),
    (9.0, "Heavy"),
)
IRISH = {"Good To Soft": "Good To Yielding", "Soft": "Yielding To Soft"}
AW = ("Standard", "Standard", "Standard", "Standard To Slow", "Slow", "Standard To Fast", "Fast")


@lru_cache(maxsize=4096)
def fixtures(seed: int, day: date) -> tuple[Course, ...]:
    """Return the courses that race on a date; none on 25 December, none before 2008."""
    if (day.month, day.day) == (12, 25) or day < EPOCH:
        return ()
    number = (day - EPOCH).days
    rng = Random(mix(seed, 108, number))
    abroad = rng.choice(ABROAD)
    chosen = [
        *_some(rng, "GB", day.month, rng.randint(2, 4)),
        *_some(rng, "IRE", day.month, rng.choice((0, 1, 1, 2))),
        *_some(rng, "FR", day.month, rng.choice((1, 1, 2))),
        *(course for course in COURSES if course.country == abroad),
    ]
    if day.weekday() == 6 and day.month in POINTING and rng.random() < 0.3:
        chosen += [course for course in COURSES if course.kind == "ptp"]
    return tuple(chosen)


def _some(rng: Random, country: str, month: int, count: int) -> list[Course]:
    """Draw courses without repeating one, each by the readiness of its kind in the month."""
    drawn = [
        (rng.random() ** (1 / ready), course)
        for course in COURSES
        if course.country == country and (ready := SEASON.get(course.kind, (0.0,) * 12)[month - 1])
    ]
    return [course for _, course in sorted(drawn, key=lambda pair: -pair[0])[:count]]


def going(seed: int, course: Course, day: date) -> tuple[str, float]:
    """Return the going and how wet it is: about -1 for firm to 1.2 for heavy, 0 on artificial surfaces.

    Turf dries in summer and follows the weather of its country, which changes over a week or two.
    """
    number = (day - EPOCH).days
    if course.kind == "dirt":
        wet = wave(mix(seed, 3, course.id), number, 6) > 1.2
        return ("Muddy" if wet else "Fast"), 0.0
    if "(AW)" in course.name:
        return AW[mix(seed, 4, course.id, number) % len(AW)], 0.0
    season = cos(tau * (day.timetuple().tm_yday - 20) / 365)
    moisture = 0.1 + 0.4 * season + 0.35 * wave(mix(seed, 5, sum(course.country.encode())), number, 10)
    moisture += 0.12 * wave(mix(seed, 6, course.id), number, 10)
    word = next(word for limit, word in WORDS if moisture < limit)
    if course.country == "IRE":
        word = IRISH.get(word, word)
    if course.country == "FR" and word == "Soft" and number % 2:
        word = "Very Soft"
    return word, max(-1.0, min(moisture, 1.2))
