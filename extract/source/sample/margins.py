"""Lengths as the sport writes them: from a gap to the published word, and back to what the source adds up."""

from __future__ import annotations

from functools import lru_cache

LENGTHS = {"nse": 0.05, "shd": 0.1, "hd": 0.2, "snk": 0.2, "nk": 0.3, "¼": 0.25, "½": 0.5, "¾": 0.75, "dht": 0.0}
SHORT = ((0.07, "nse"), (0.15, "shd"), (0.22, "hd"), (0.27, "snk"), (0.4, "nk"), (0.63, "½"), (0.88, "¾"))
QUARTERS = ("", "¼", "½", "¾")


def published(gap: float) -> str:
    """Return the distance between two horses as published; quarters up to five lengths, then halves, then whole ones."""
    if gap < SHORT[-1][0]:
        return next(word for limit, word in SHORT if gap < limit)
    step = 0.25 if gap < 5 else 0.5 if gap < 10 else 1.0
    return quarters(min(round(gap / step) * step, 99))


def quarters(gap: float) -> str:
    """Return a number of lengths with its fraction, `1¾`; the fraction alone below one."""
    whole, rest = divmod(round(gap * 4), 4)
    return f"{whole or ''}{QUARTERS[rest]}"


@lru_cache(maxsize=1024)
def lengths(margin: str) -> float:
    """Return a published distance in lengths."""
    if margin in LENGTHS:
        return LENGTHS[margin]
    whole = margin.rstrip("¼½¾")
    return float(whole or 0) + LENGTHS.get(margin[len(whole) :], 0.0)


def pounds_per_length(jumps: bool, yards: int) -> float:
    """Return what a length is worth at a distance, in lbs: three over five furlongs, one over three miles."""
    return max(1.0, 3.0 - (yards - 1100) / 1400) if not jumps else 1.2
