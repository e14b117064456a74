"""What each horse carries: rating in handicaps, age and sex elsewhere. All in lbs."""

from __future__ import annotations

from typing import NamedTuple

from extract.source.sample.careers import Due
from extract.source.sample.conditions import FEMALE, Terms

TOP, LEAST = (137, 166), (112, 140)


class Burden(NamedTuple):
    """Weight carried, the age allowance within it, and what the card says beside it.

    `against` is what the horse carries above or below a fair share for its age: what slows it against the others.
    """

    weight: int
    allowance: int
    penalty: int | None
    overweight: int | None
    out_of_handicap: int | None
    against: int


def burdens(terms: Terms, entries: list[Due], month: int, year: int, traits: list[tuple[int, ...]]) -> list[Burden]:
    """Return what each horse carries; `traits` holds some 16-bit numbers for each."""
    jumps = terms.jumps
    highest = max(entry.rating or 0 for entry in entries)
    made = []
    for entry, trait in zip(entries, traits, strict=True):
        age, sex = year - entry.horse.born, entry.horse.sex(year)
        young = 0 if jumps or age != 3 or terms.oldest == 3 else max(0, 14 - month) * terms.yards // 2640
        penalty = over = out = None
        fair = TOP[jumps]
        if terms.handicap:
            fair -= highest - (entry.rating or 0)
            if trait[20] % 40 == 0:
                penalty = 7 if jumps else 6
                fair += penalty
        elif sex in FEMALE and terms.sexes is None:
            fair -= 7 if jumps else 5
        elif terms.kind == "novice" and trait[20] % 7 == 0:
            penalty = 6
            fair += penalty
        weight = fair - young
        if terms.handicap and weight < LEAST[jumps]:
            out = LEAST[jumps] - weight
            weight = LEAST[jumps]
        if trait[21] % 50 == 0:
            over = 1 + trait[21] % 3
            weight += over
        made.append(Burden(weight, young, penalty, over, out, weight + young - TOP[jumps]))
    return made
