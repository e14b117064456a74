"""Yards, owners and jockeys: who is good, who is in form, who rides for whom."""

from __future__ import annotations

from functools import lru_cache

from extract.source.sample.draws import mix, turn, unit, wave
from extract.source.sample.names import Person, owner, person
from extract.source.sample.stocks import Stock

TRAINERS, JOCKEYS, OWNERS = 960_000, 950_000, 970_000
OWNERS_EACH = 12
NAMES = 150  # jockeys of a stock under a code, with the amateurs who ride when no other is free
FORM_LBS = 3.5  # spread of a yard's form, in lbs
FORM_DAYS = 24


def trainer(yard: int) -> Person:
    """Return the trainer of a yard."""
    return person(TRAINERS + yard)


def owner_of(stock: Stock, yard: int, number: int) -> Person:
    """Return an owner: one of the yard's own, or now and then a rich one with horses everywhere."""
    if number % 9 == 0:
        return owner(OWNERS + stock.index * 2500 + 2400 + number % 40)
    return owner(OWNERS + stock.index * 2500 + (yard - stock.index * 200) * OWNERS_EACH + number % OWNERS_EACH)


def yard_of(stock: Stock, jumps: bool, draw: float) -> int:
    """Return a yard: the first numbers are the large ones, and of three yards one keeps to each code and one has both."""
    place = int(stock.yards * draw * draw)
    if stock.jumps_share and place % 3 == (1 if not jumps else 0):
        place = min(place + 1, stock.yards - 1)
    return stock.index * 200 + place


def standing(stock: Stock, yard: int) -> float:
    """Return how good a yard's horses are: 1 for the largest, 0 for the smallest."""
    return 1 - (yard - stock.index * 200) / stock.yards


@lru_cache(maxsize=50_000)
def yard_form(seed: int, yard: int, day: int) -> float:
    """Return by how many lbs a yard's runners beat their own level on a day: slow waves of a few weeks."""
    return FORM_LBS * wave(mix(seed, 21, yard), day, FORM_DAYS)


def jockey(stock: Stock, jumps: bool, rank: int) -> Person:
    """Return the jockey of a rank; 0 is the best."""
    return person(JOCKEYS + stock.index * 2 * NAMES + jumps * NAMES + rank)


def skill(stock: Stock, rank: int) -> float:
    """Return what a jockey is worth, in lbs."""
    return 5.0 * (0.5 - rank / stock.jockeys)


def claim(stock: Stock, jumps: bool, rank: int, year: int) -> int | None:
    """Return the allowance of an apprentice or conditional: the lower half, less from year to year."""
    if rank < stock.jockeys // 2 or (rank + jumps) % 2:
        return None
    return (7, 5, 3, 3, None)[(year + rank) % 5]


@lru_cache(maxsize=20_000)
def stable_jockeys(seed: int, stock: Stock, yard: int, jumps: bool, year: int) -> tuple[int, int]:
    """Return the ranks of a yard's first and second jockey; better yards have better ones, for two or three years."""
    spell = (year + yard % 3) // 3
    place = 1 - standing(stock, yard)
    first, second = (
        int(stock.jockeys * min(0.999, max(0.0, place * 0.8 + (unit(seed, 22, yard, jumps, spell, n) - 0.5) * width)))
        for n, width in ((1, 0.2), (2, 0.6))
    )
    return first, second if second != first else (first + 1) % stock.jockeys


class Weighing:
    """The jockeys of one date: none rides at two courses, none twice in a race."""

    def __init__(self, seed: int, year: int) -> None:
        self.seed, self.year, self.base = seed, year, mix(seed, 23)
        self._where: dict[int, int] = {}

    def book(self, stock: Stock, jumps: bool, yard: int, course: int, key: int, riding: set[int]) -> int:
        """Return the rank of the jockey of a runner: the yard's own if free, else a freelance."""
        bits = turn(self.base, key)
        first, second = stable_jockeys(self.seed, stock, yard, jumps, self.year)
        order = (first, second) if bits & 7 < 6 else (second,)
        for rank in order:
            if self._free(stock, jumps, rank, course, riding):
                return rank
        for again in range(6):
            share = (bits >> (8 + 8 * again) & 255) / 256
            rank = int(stock.jockeys * (share * 0.75 + share * share * 0.25))
            if self._free(stock, jumps, rank, course, riding):
                return rank
        return next(rank for rank in range(NAMES) if self._free(stock, jumps, rank, course, riding))

    def _free(self, stock: Stock, jumps: bool, rank: int, course: int, riding: set[int]) -> bool:
        if rank in riding or self._where.setdefault(stock.index * 2 * NAMES + jumps * NAMES + rank, course) != course:
            return False
        riding.add(rank)
        return True
