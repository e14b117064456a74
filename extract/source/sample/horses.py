"""The invented horses: each has a birth year, a sex, a pedigree and a level of ability for life."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from extract.source.sample.names import HORSE_FIRST, HORSE_LAST, ODD_HORSES, slug

SUFFIXES = (None, None, None, "(IRE)", "(IRE)", "(FR)", "(USA)", "(GER)")
COLOURS = ("b", "b", "b", "ch", "br", "gr", "bl", "b br")
YEARLY = 4000  # horses born each year


@dataclass(frozen=True, slots=True)
class Horse:
    """One horse, stable over all dates."""

    id: int
    name: str
    suffix: str | None
    born: int
    sex: str
    colour: str
    ability: float
    sire: Parent
    dam: Parent
    damsire: Parent

    @property
    def url(self) -> str:
        """Profile address."""
        return f"/profile/horse/{self.id}/{slug(self.name)}/"


@dataclass(frozen=True, slots=True)
class Parent:
    """A sire, dam or dam's sire."""

    id: int
    name: str
    suffix: str | None

    @property
    def url(self) -> str:
        """Profile address."""
        return f"/profile/horse/{self.id}/{slug(self.name)}/"


@lru_cache(maxsize=200_000)
def horse(seed: int, born: int, number: int) -> Horse:
    """Return horse `number` of the year's crop."""
    rng = Random(f"{seed}:horse:{born}:{number}")
    sire, damsire = _stallion(rng.randrange(120)), _stallion(120 + rng.randrange(120))
    mare = rng.randrange(9000)
    name = f"{rng.choice(HORSE_FIRST)} {rng.choice(HORSE_LAST)}"
    if number % 97 == 0:
        name = ODD_HORSES[number // 97 % len(ODD_HORSES)]
    return Horse(
        id=born * 10_000 + number,
        name=name,
        suffix=rng.choice(SUFFIXES),
        born=born,
        sex=rng.choice(("g", "g", "f", "m", "c")),
        colour=rng.choice(COLOURS),
        ability=min(max(rng.gauss(70, 16), 40), 125),
        sire=sire,
        dam=Parent(92_000_000 + mare, f"{HORSE_FIRST[mare % 40]} {HORSE_LAST[mare // 40 % 40]}", SUFFIXES[mare % 8]),
        damsire=damsire,
    )


def _stallion(number: int) -> Parent:
    name = f"{HORSE_LAST[number % 40]} Of {HORSE_FIRST[number // 6 % 40]}"
    return Parent(91_000_000 + number, name, SUFFIXES[number % 8])
