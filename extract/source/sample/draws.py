"""Draws without state: a number, a bell curve or a slow wave from a key alone, the same on every machine.

A random generator has to be asked in order. The world is asked for any date in any order, so whatever must be the same
from every side (is this horse due today, how well did it run three weeks ago) is a function of its key instead.
"""

from __future__ import annotations

from hashlib import blake2b
from math import log
from statistics import NormalDist
from struct import Struct

MASK = (1 << 64) - 1
WORD = 1 << 16
UNPACK = Struct("<32H").unpack
GUMBEL = tuple(-log(-log((number + 0.5) / 4096)) for number in range(4096))
NORMAL = tuple(NormalDist().inv_cdf((number + 0.5) / 4096) for number in range(4096))


def mix(*parts: int) -> int:
    """Return 64 well-mixed bits of some whole numbers, of which none is negative."""
    state = 0x9E3779B97F4A7C15
    for part in parts:
        state = ((state ^ part) * 0xBF58476D1CE4E5B9) & MASK
        state ^= state >> 29
    state = (state * 0x94D049BB133111EB) & MASK
    return state ^ (state >> 32)


def unit(*parts: int) -> float:
    """Return a number of [0, 1)."""
    return mix(*parts) / (MASK + 1)


def words(key: int) -> tuple[int, ...]:
    """Return 32 independent 16-bit numbers of a key of 64 bits: all the traits of one thing from one hash."""
    return UNPACK(blake2b(key.to_bytes(8, "little"), digest_size=64).digest())


def normal(word: int) -> float:
    """Return a 16-bit number as a standard normal deviate."""
    return NORMAL[word >> 4]


def gumbel(word: int) -> float:
    """Return a 16-bit number as a Gumbel deviate; the largest of some such sums wins with softmax probability."""
    return GUMBEL[word >> 4]


def turn(key: int, number: int) -> int:
    """Return 64 mixed bits for one number of a key that is itself well mixed: the cheap form of `mix`."""
    state = ((key ^ number * 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9) & MASK
    state = ((state ^ state >> 31) * 0x94D049BB133111EB) & MASK
    return state ^ state >> 29


def wave(key: int, day: int, step: int) -> float:
    """Return a smooth standard normal curve over days; values more than two `step` apart are independent."""
    knot, rest = divmod(day + key % step, step)
    part = rest / step
    share = part * part * (3 - 2 * part)
    return NORMAL[turn(key, knot) >> 52] * (1 - share) + NORMAL[turn(key, knot + 1) >> 52] * share
