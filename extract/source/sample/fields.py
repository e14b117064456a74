"""Which of the horses due meet in which race of a card."""

from __future__ import annotations

from random import Random

from extract.source.sample.careers import Due
from extract.source.sample.conditions import FLAT_PATTERN, JUMPS_PATTERN, Terms, write
from extract.source.sample.courses import Course

LARGEST = 16
SLACK = 12  # lbs out of the handicap from which a horse still runs where there is room
Field = tuple[Terms, list[Due]]


def split(entries: list[Due], courses: list[tuple[Course, float]], jumps: bool) -> list[list[Due]]:
    """Return the horses due under a code, sent to the courses that race: each to what suits it, none overfull."""
    if len(courses) == 1:
        return [entries]
    sent: list[list[Due]] = [[] for _ in courses]
    fair = max(len(entries) / len(courses), 1.0)
    for entry in entries:
        horse = entry.horse
        best, most = 0, -1e9
        for place, (course, wet) in enumerate(courses):
            gain = horse.wet * wet - 6 * (len(sent[place]) / fair) ** 2
            if not jumps and horse.artificial != ("(AW)" in course.name):
                gain -= 4
            if gain > most:
                best, most = place, gain
        sent[best].append(entry)
    return sent


def card(entries: list[Due], course: Course, day: int, year: int, races: int, rng: Random) -> list[Field]:
    """Return the races of a meeting with their fields.

    Each race is written for one of the horses that still look for one, first for the best, and the others that it
    suits come in. Those left over at the end run where they are admitted, or stay at home.
    """
    waiting = sorted(entries, key=lambda due: -(due.rating or 0))
    good = (JUMPS_PATTERN if course.jumps else FLAT_PATTERN)[-1][0]
    made: list[Field] = []
    for _ in range(races):
        if len(waiting) < 2:
            break
        star = waiting[0] if (waiting[0].rating or 0) >= good else rng.choice(waiting)
        terms = write(star, course, day, year, rng)
        target = star.rating or 0
        fits = sorted(
            (_unfit(due, terms, target), place)
            for place, due in enumerate(waiting)
            if due is star or terms.admits(due, year)
        )
        chosen = {place for _, place in fits[: terms.size]}
        made.append((terms, [waiting[place] for place in sorted(chosen)]))
        waiting = [due for place, due in enumerate(waiting) if place not in chosen]
    for due in waiting:
        _squeeze(due, made, year)
    whole = [race for race in made if len(race[1]) > 1 or rng.random() < 0.03]  # a race of one is a walkover
    rng.shuffle(whole)
    return whole


def _squeeze(due: Due, made: list[Field], year: int) -> None:
    """Put a horse that found no race into the one with most room among those that admit it."""
    open_to = [field for field in made if len(field[1]) < LARGEST - 3 and field[0].admits(due, year, SLACK)]
    if open_to:
        min(open_to, key=lambda field: len(field[1]))[1].append(due)


def _unfit(due: Due, terms: Terms, target: int) -> float:
    best = due.horse.jumps_distance if terms.jumps else due.horse.distance
    return abs(terms.yards - best) / best * 25 + abs((due.rating or target) - target) * 0.4
