"""The horses of a country as a whole: how many are foaled, when they race and when they rest.

A crop is numbered from 0, and what a number does with its life (flat, jumps or both; first and last season; months of
rest) is the same in every crop, so the horses in work in a month can be counted without making one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from extract.source.sample.draws import mix

CYCLE = 14  # days; a horse may be due once in each of its cycles
SLOTS = 10  # only in the first days of a cycle, so two runs are five days apart at least
LAST_FLAT = (3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 8)
LAST_JUMPS = (6, 7, 7, 8, 8, 9, 9, 10, 11, 12)
OLDEST = 12
NEVER, SPRING, SUMMER = frozenset[int](), frozenset({4, 5, 6}), frozenset({6, 7, 8})
WINTER, HARD_WINTER = frozenset({12, 1, 2, 3}), frozenset({12, 1, 2})
DUAL = 0.1  # share of horses that run under both codes, where there are two


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """The horses trained in a country. `heads` horses of a crop share a cohort, a prime number for the sake of `due`."""

    country: str
    index: int
    first: int
    heads: int
    jumps_share: float
    yards: int
    jockeys: int

    @property
    def size(self) -> int:
        """Horses in a crop."""
        return CYCLE * self.heads


STOCKS = {
    stock.country: stock
    for stock in (
        Stock("GB", 0, 0, 163, 0.35, 160, 110),
        Stock("IRE", 1, 3600, 79, 0.5, 70, 60),
        Stock("FR", 2, 4900, 89, 0.35, 80, 70),
        Stock("USA", 3, 6500, 23, 0.0, 20, 25),
        Stock("JER", 4, 7000, 11, 0.0, 6, 12),
        Stock("ARO", 5, 7200, 19, 0.0, 12, 20),
        Stock("HK", 6, 7500, 23, 0.0, 14, 20),
        Stock("JPN", 7, 8000, 23, 0.0, 20, 25),
        Stock("AUS", 8, 8500, 23, 0.0, 20, 25),
    )
}


class Life(NamedTuple):
    """What the horses of one number do: the ages at which they run, as bits, and the months in which they rest."""

    flat: int
    flat_rest: frozenset[int]
    debut: int
    jumps: int
    jumps_rest: frozenset[int]
    artificial: bool


@lru_cache(maxsize=16)
def lives(stock: Stock) -> tuple[Life, ...]:
    """Return the life of each number of a crop."""
    return tuple(_life(stock, mix(stock.first + number, 30)) for number in range(stock.size))


@lru_cache(maxsize=256)
def rota(stock: Stock, month: int) -> tuple[tuple[int, int], ...]:
    """Return, for each number of a crop, the ages at which it is in work in a month: bits for the flat, for jumps."""
    return tuple(
        (
            0 if month in life.flat_rest else life.flat & (~4 if month < life.debut else ~0),
            0 if month in life.jumps_rest else life.jumps,
        )
        for life in lives(stock)
    )


@lru_cache(maxsize=512)
def supply(stock: Stock, month: int, jumps: bool) -> float:
    """Return how many horses of a stock are due on a day of the month if every one runs in every cycle."""
    total = 0.0
    for (flat, over), horses in Counter(rota(stock, month)).items():
        both = flat & over
        total += horses * (((over if jumps else flat) & ~both).bit_count() + both.bit_count() / 2)
    return total / CYCLE


def _life(stock: Stock, bits: int) -> Life:
    kind, flat, jumps = (bits & 0xFFFF) / 0x10000, 0, 0
    over = stock.jumps_share + DUAL if stock.jumps_share else 0.0
    if kind < DUAL or kind >= over:
        first = 2 if bits >> 16 & 3 else 3
        flat = _span(first, max(LAST_FLAT[(bits >> 20) % len(LAST_FLAT)], first))
    if kind < over:
        jumps = _span(4 + (bits >> 36) % 2, LAST_JUMPS[(bits >> 40) % len(LAST_JUMPS)])
    artificial = (bits >> 52) % 5 < 2
    rest = NEVER
    if stock.jumps_share and (artificial or bits >> 28 & 7):
        rest = SPRING if artificial else WINTER
    return Life(
        flat=flat,
        flat_rest=rest,
        debut=4 + (bits >> 32) % 7,
        jumps=jumps,
        jumps_rest=HARD_WINTER if bits >> 48 & 3 == 0 else SUMMER,
        artificial=artificial,
    )


def _span(first: int, last: int) -> int:
    return sum(1 << age for age in range(first, last + 1))
