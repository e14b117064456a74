"""The invented horses: pedigree, character and careers, fixed for life."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from math import exp
from typing import NamedTuple

from extract.source.sample.calendar import EPOCH
from extract.source.sample.draws import WORD, mix, normal, turn, words
from extract.source.sample.names import HORSE_FIRST, HORSE_LAST, horse_name, slug
from extract.source.sample.people import standing, yard_of
from extract.source.sample.stocks import Stock, lives

SUFFIXES = (None, None, None, "(IRE)", "(IRE)", "(FR)", "(USA)", "(GER)")
COLOURS = ("b", "b", "b", "ch", "br", "gr", "bl", "b br")
GEAR = (*("b", "p", "tp", "h", "v", "t", "ht") * 5, "e/s", "e/sp")
MOVES = (0.7, 0.35)  # share of horses that change yards once, and again


class Parent(NamedTuple):
    """A sire, dam or dam's sire; `url` is the profile address."""

    id: int
    name: str
    suffix: str | None
    url: str


class Spell(NamedTuple):
    """Where a horse is trained, and for whom, from a day on (days since 2008)."""

    since: int
    yard: int
    owner: int


class Horse(NamedTuple):
    """One horse, the same on every date.

    `flat` and `jumps` are its best rating under either code, `distance` and `jumps_distance` its best distances in
    yards, `wet` what it gains on each step of wetter ground, in lbs; `style` is 0 for a front runner and 1 for one
    that comes from the rear.
    """

    id: int
    key: int
    suffix: str | None
    born: int
    is_female: bool
    gelded: int
    colour: str
    flat: float
    jumps: float
    distance: float
    jumps_distance: float
    wet: float
    artificial: bool
    style: float
    handicapper: float
    gear: str | None
    gear_since: int
    wind_since: tuple[int, int] | None
    spells: tuple[Spell, ...]
    parents: tuple[int, int, int]

    @property
    def name(self) -> str:
        """Name without the country."""
        return horse_name(self.born, self.id % 10_000)

    @property
    def sire(self) -> Parent:
        """Father."""
        return _stallion(self.parents[0])

    @property
    def dam(self) -> Parent:
        """Mother."""
        return _mare(self.parents[1])

    @property
    def damsire(self) -> Parent:
        """Mother's father."""
        return _stallion(self.parents[2])

    @property
    def url(self) -> str:
        """Profile address."""
        return f"/profile/horse/{self.id}/{slug(self.name)}/"

    def sex(self, year: int) -> str:
        """Return the sex as published in a year: fillies turn mares and colts horses at five."""
        grown = year - self.born >= 5
        if self.is_female:
            return "m" if grown else "f"
        if year - self.born >= self.gelded:
            return "g"
        return "r" if self.id % 211 == 0 else "h" if grown else "c"

    def spell(self, day: int) -> Spell:
        """Return yard and owner on a day."""
        return next(spell for spell in reversed(self.spells) if day >= spell.since)


@lru_cache(maxsize=16)
def horse_base(seed: int) -> int:
    """Return the key from which every horse's own key is drawn, by its id."""
    return mix(seed, 17)


@lru_cache(maxsize=100_000)
def horse(seed: int, stock: Stock, born: int, number: int) -> Horse:
    """Return horse `number` of a stock's crop of a year."""
    key = turn(horse_base(seed), born * 10_000 + stock.first + number)
    trait = words(key)
    life = lives(stock)[number]
    jumper, flatter = life.jumps > 0, life.flat > 0
    sire = trait[0] % 120
    home = yard_of(stock, jumper and not flatter, trait[2] / WORD)
    lift = 7 * (standing(stock, home) - 0.6)
    flat = min(max(66 + lift + 13.5 * normal(trait[3]), 42), 128)
    jumps = min(max((flat + 45 if flatter else 110 + lift + 13 * normal(trait[4])) + 5 * normal(trait[5]), 78), 172)
    gear_day, start = trait[6] % 2200, (date(born + 2, 1, 1) - EPOCH).days
    wind = start + 500 + trait[7] % 1500
    return Horse(
        id=born * 10_000 + stock.first + number,
        key=key,
        suffix=SUFFIXES[trait[8] % len(SUFFIXES)],
        born=born,
        is_female=trait[9] < WORD * (0.25 if jumper and not flatter else 0.4),
        gelded=99 if flat > 95 and trait[10] % 4 else (2, 2, 3, 3, 4, 4, 99)[trait[10] // 4 % 7],
        colour=COLOURS[trait[11] % len(COLOURS)],
        flat=flat,
        jumps=jumps,
        distance=min(1650 * exp(0.33 * normal(trait[12])), 3800),
        jumps_distance=min(max(4300 + 650 * normal(trait[13]), 3500), 6200),
        wet=2.5 * normal(trait[14]) + 2.0 * normal(turn(horse_base(seed), sire) & 0xFFFF),
        artificial=life.artificial,
        style=trait[15] / WORD,
        handicapper=4.5 * normal(trait[16]),
        gear=GEAR[trait[17] % len(GEAR)] if trait[18] % 2 else None,
        gear_since=start + gear_day,
        wind_since=(wind, wind + 300 + trait[19] % 600) if trait[20] % 10 == 0 else None,
        spells=_spells(stock, jumper and not flatter, home, start, trait[21:28]),
        parents=(sire, trait[28] % 9000, 120 + trait[1] % 120),
    )


def _spells(stock: Stock, jumper: bool, home: int, start: int, trait: tuple[int, ...]) -> tuple[Spell, ...]:
    """Return the homes of a life: most horses never move, some are sold to another yard, a few change owners only."""
    spells = [Spell(start - 10_000, home, trait[0])]
    first, step = (800, 900) if jumper else (300, 450)
    for turn_of_life, share in enumerate(MOVES):
        if trait[1] > WORD * share:
            break
        moved = start + first + turn_of_life * step + trait[2 + turn_of_life] % step
        spells.append(Spell(moved, yard_of(stock, jumper, trait[4 + turn_of_life] / WORD), trait[6]))
    if trait[1] > WORD * 0.94:
        spells.append(Spell(start + 250 + trait[2] % 1200, home, trait[6]))
    return tuple(spells)


@lru_cache(maxsize=512)
def _stallion(number: int) -> Parent:
    name = f"{HORSE_LAST[number % 40]} Of {HORSE_FIRST[number // 6 % 40]}"
    return _parent(91_000_000 + number, name, SUFFIXES[number % 8])


@lru_cache(maxsize=10_000)
def _mare(number: int) -> Parent:
    name = f"{HORSE_FIRST[number % 40]} {HORSE_LAST[number // 40 % 40]}"
    return _parent(92_000_000 + number, name, SUFFIXES[number % 8])


def _parent(number: int, name: str, suffix: str | None) -> Parent:
    return Parent(number, name, suffix, f"/profile/horse/{number}/{slug(name)}/")
