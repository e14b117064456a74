"""Which horses are due to run on a date, and what the handicapper made of their last runs.

Each horse has a cycle of fourteen days, with one day in each on which it may be due; whether it is depends on how much
racing its country has on that day. Both can be told of any date without making the races of another one, so a horse's
last runs are found by looking back over a few cycles, and the horses of a date by turning the same sum round.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from extract.source.sample import ability
from extract.source.sample.calendar import EPOCH, fixtures
from extract.source.sample.draws import gumbel, mix, turn
from extract.source.sample.horses import Horse, horse, horse_base
from extract.source.sample.stocks import CYCLE, OLDEST, SLOTS, STOCKS, Stock, rota, supply

BOOKED = 69  # horses due for a meeting; a few find no race
LOOK_BACK = 5  # cycles
MEMORY = 0.28  # weight of the latest run in an official rating
PUBLISHED = 7  # days after a run at which the rating moves
SEEN_FORM = 30  # days by which the handicapper's idea of a horse's form is late
UNSIGNED = 1 << 32
CYCLE_BITS = 12  # enough for the cycles of 150 years
Order = tuple[int, int, int]


class Due(NamedTuple):
    """A horse due to run. The last runs are days since 2008, latest first; level and luck are in lbs.

    The official rating is None while a horse has hardly run.
    """

    horse: Horse
    rating: int | None
    level: float
    luck: float
    past: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What a day asks of a stock: the share of its due horses that run on the flat and over jumps, and who is in work.

    `limit` is the larger share as 32 bits, to turn most horses away at once.
    """

    year: int
    shares: tuple[float, float]
    limit: int
    working: tuple[tuple[int, int], ...]


def due(seed: int, day: date, stock: Stock) -> tuple[list[Due], list[Due]]:
    """Return the horses of a stock that are due on a date: those for the flat, and those for jumps."""
    today = (day - EPOCH).days
    window = [_demand(seed, today - back, stock) for back in range(CYCLE * (LOOK_BACK + 1))]
    demand, base = window[0], horse_base(seed)
    found: tuple[list[Due], list[Due]] = ([], [])
    for cohort in range(CYCLE):
        cycle, position = divmod(today + CYCLE - cohort, CYCLE)
        if position >= SLOTS:
            continue
        low, high = -(-position * stock.heads // SLOTS), -(-(position + 1) * stock.heads // SLOTS)
        orders = [_order(seed, stock, cohort, cycle - back) for back in range(LOOK_BACK + 1)]
        _, offset, inverse = orders[0]
        for place in range(low, high):
            number = (place - offset) * inverse % stock.heads * CYCLE + cohort
            flat, over = demand.working[number]
            for age in _bits(flat | over):
                born = day.year - age
                bits = turn(base, born * 10_000 + stock.first + number << CYCLE_BITS | cycle)
                if bits >> 32 >= demand.limit:
                    continue
                jumps = _code(demand, number, born, bits)
                if jumps is not None:
                    animal = horse(seed, stock, born, number)
                    past = _past(base, stock, animal, number, today, position, cycle, orders, window)
                    found[jumps].append(_rated(animal, today, bits, jumps, past))
    return found


@lru_cache(maxsize=4096)
def _bits(mask: int) -> tuple[int, ...]:
    """Return the ages in a mask."""
    return tuple(age for age in range(2, OLDEST + 1) if mask >> age & 1)


def _code(demand: Demand, number: int, born: int, bits: int) -> bool | None:
    """Return whether a horse due on a day runs over jumps (True) or on the flat (False); None when it stays at home.

    A horse of both codes is kept for one of them in each cycle.
    """
    flat, over = demand.working[number]
    age = demand.year - born
    jumps = bool(over >> age & 1)
    if jumps and flat >> age & 1:
        jumps = bool(bits & 1)
    elif not jumps and not flat >> age & 1:
        return None
    return jumps if (bits >> 32) / UNSIGNED < demand.shares[jumps] else None


@lru_cache(maxsize=50_000)
def _demand(seed: int, today: int, stock: Stock) -> Demand:
    day = EPOCH + timedelta(days=today)
    courses = [course for course in fixtures(seed, day) if course.country == stock.country]
    over = sum(course.jumps for course in courses)
    flat, jumps = (
        min(1.0, BOOKED * meetings / max(supply(stock, day.month, code), 1.0)) if meetings else 0.0
        for meetings, code in ((len(courses) - over, False), (over, True))
    )
    return Demand(day.year, (flat, jumps), int(max(flat, jumps) * UNSIGNED), rota(stock, day.month))


@lru_cache(maxsize=100_000)
def _order(seed: int, stock: Stock, cohort: int, cycle: int) -> Order:
    """Return how a cohort is shuffled over a cycle: position = factor * head + offset, and the factor's inverse."""
    bits = mix(seed, 15, stock.first, cohort, cycle)
    factor = 1 + bits % (stock.heads - 1)
    return factor, (bits >> 32) % stock.heads, pow(factor, -1, stock.heads)


def _past(
    base: int,
    stock: Stock,
    animal: Horse,
    number: int,
    today: int,
    position: int,
    cycle: int,
    orders: list[Order],
    window: list[Demand],
) -> list[tuple[int, bool, int]]:
    """Return a horse's runs of the cycles before: day, whether over jumps, and the bits of its luck; latest first.

    `position` is today's within the cycle, `orders` the cohort's order of each cycle and `window` the demand of each
    day, both counted back from today.
    """
    runs, head, key = [], number // CYCLE, animal.id << CYCLE_BITS
    for back in range(1, LOOK_BACK + 1):
        factor, offset, _ = orders[back]
        place = (factor * head + offset) % stock.heads
        ago = back * CYCLE + position - place * SLOTS // stock.heads
        demand = window[ago]
        limit = demand.limit
        if not limit:
            continue
        bits = turn(base, key | cycle - back)
        if bits >> 32 >= limit:
            continue
        code = _code(demand, number, animal.born, bits)
        if code is not None:
            runs.append((today - ago, code, bits))
    return runs


def _luck(bits: int, jumps: bool) -> float:
    """Return how much better a horse runs than it should, lbs; the mean is zero."""
    return ability.NOISE[jumps] * (gumbel(bits >> 8 & 0xFFFF) - ability.DRAWN_MEAN)


def _rated(animal: Horse, today: int, bits: int, jumps: bool, past: list[tuple[int, bool, int]]) -> Due:
    """Return a due horse with its official rating: its level, plus what its published runs under the code told.

    The handicapper starts with an error of his own and learns from run to run.
    """
    level, lean = ability.level(animal, today, jumps), animal.handicapper
    told, weight = 0.0, MEMORY
    if past:
        form = ability.form(animal, today - SEEN_FORM) - lean
        for then, code, drawn in past:
            if code == jumps and today - then >= PUBLISHED:
                figure = form + _luck(drawn, jumps)
                told += weight * (figure if -14 < figure < 14 else 14 if figure > 0 else -14)
                weight *= 1 - MEMORY
    known = len(past) >= 2 or today / 365.25 + 2008 - animal.born >= (6 if jumps else 4)
    rating = max(round(level + told + lean), 75 if jumps else 40) if known else None
    return Due(animal, rating, level, _luck(bits, jumps), tuple([run[0] for run in past]))


def stock_of(country: str) -> Stock:
    """Return the stock that races at a country's courses."""
    return STOCKS[country]
