"""Starting prices: the chances of the runners with the bookmakers' margin, on the ladder of published fractions."""

from __future__ import annotations

from bisect import bisect_left
from math import exp

LADDER = (
    "1/20 1/12 1/10 1/8 1/7 1/6 1/5 2/9 1/4 2/7 3/10 1/3 4/11 2/5 4/9 1/2 8/15 4/7 8/13 4/6 8/11 4/5 5/6 10/11 Evens "
    "11/10 6/5 5/4 11/8 6/4 13/8 7/4 15/8 2/1 85/40 9/4 5/2 11/4 3/1 100/30 7/2 4/1 9/2 5/1 11/2 6/1 13/2 7/1 15/2 8/1 "
    "17/2 9/1 10/1 11/1 12/1 14/1 16/1 18/1 20/1 22/1 25/1 28/1 33/1 40/1 50/1 66/1 80/1 100/1 125/1 150/1 200/1"
).split()
BIAS = 0.94  # below one, long shots are priced shorter than their chances and favourites longer


def _decimal(price: str) -> float:
    if price == "Evens":
        return 2.0
    above, below = price.split("/")
    return int(above) / int(below) + 1


DECIMALS = [_decimal(price) for price in LADDER]
VALUE = dict(zip(LADDER, DECIMALS, strict=True))
RUNG = {price: rung for rung, price in enumerate(LADDER)}


def chances(scores: list[float], noise: float) -> list[float]:
    """Return the probability of each score to be the largest once Gumbel noise of a scale is added to all."""
    best = max(scores)
    weights = [exp((score - best) / noise) for score in scores]
    total = sum(weights)
    return [weight / total for weight in weights]


def prices(probabilities: list[float], french: bool) -> list[str]:
    """Return the starting price of each runner; the favourite or favourites carry their mark."""
    spread = [max(chance, 0.001) ** BIAS for chance in probabilities]
    book = (1.10 + 0.008 * len(spread)) / sum(spread)
    if french:
        shown = [_tote(1 / min(book * share, 0.95)) for share in spread]
    else:
        shown = [LADDER[_rung(1 / min(book * share, 0.95))] for share in spread]
    values = [decimal(price) for price in shown]
    shortest = min(values)
    mark = {1: "F", 2: "J"}.get(values.count(shortest), "C")
    return [price + (mark if value == shortest else "") for price, value in zip(shown, values, strict=True)]


def decimal(price: str) -> float:
    """Return a price without its mark as decimal odds, stake included."""
    return VALUE.get(price) or _decimal(price)


def book_percent(odds: list[str | None]) -> int:
    """Return the book of the starting prices in percent, as the source prints it below a race."""
    quoted = [price.rstrip("FJC") for price in odds if price and price[0] in "E0123456789"]
    return round(sum(100 / decimal(price) for price in quoted))


def moves(price: str, bits: int) -> str | None:
    """Return the betting movements before a start, in the words of the source; None where there were none."""
    kind = bits % 10
    if kind < 3:
        return None
    rung = RUNG[price.rstrip("FJC")]
    drift = 1 + (bits >> 8) % 3
    longer, shorter = _at(rung + drift), _at(rung - drift)
    opened = longer if bits >> 12 & 1 else shorter
    if kind < 6:
        return f"op {opened}"
    if kind == 6:
        return f"tchd {_at(rung + 1)}"
    if kind == 7:
        return f"op {longer} tchd {_at(rung + drift + 1)}"
    if kind == 8:
        return f"op {shorter} tchd {longer} in places"
    return f"op {longer} tchd {_at(rung + drift + 2)} and {_at(rung - 1)}"


def _at(rung: int) -> str:
    return LADDER[max(0, min(rung, len(LADDER) - 1))]


def _rung(value: float) -> int:
    """Return the nearest rung of the ladder, by share of the stake returned."""
    above = min(bisect_left(DECIMALS, value), len(DECIMALS) - 1)
    below = max(above - 1, 0)
    return above if value * value > DECIMALS[above] * DECIMALS[below] else below


def _tote(value: float) -> str:
    """Return a French price: tenths, in the shortest form."""
    tenths = min(max(round((value - 1) * 10), 1), 1500)
    if tenths % 10 == 0:
        return f"{tenths // 10}/1"
    return f"{tenths // 2}/5" if tenths % 2 == 0 else f"{tenths}/10"
