"""How good a horse is on a day, in lbs on the scale of official ratings: age, form, and what suits it."""

from __future__ import annotations

from math import log

from extract.source.sample.draws import wave
from extract.source.sample.horses import Horse

FORM_LBS = 4.0
FORM_DAYS = 45
NOISE = (7.0, 10.0)  # scale of a run's Gumbel noise, lbs, on the flat and over jumps
DRAWN_MEAN = 0.5772  # mean of a Gumbel deviate


def level(horse: Horse, day: int, jumps: bool) -> float:
    """Return the rating that a horse's age allows: it grows, holds, and declines."""
    age = day / 365.25 + 2008 - horse.born - 0.2
    if jumps:
        return horse.jumps - 3.0 * max(0.0, 7 - age) - 3.0 * max(0.0, age - 9.5)
    return horse.flat - 4.0 * max(0.0, 4.2 - age) - 2.5 * max(0.0, age - 6)


def form(horse: Horse, day: int) -> float:
    """Return by how many lbs a horse is above its level for the time being."""
    return FORM_LBS * wave(horse.key, day, FORM_DAYS)


def suits(horse: Horse, jumps: bool, yards: int, wet: float, artificial: bool) -> float:
    """Return what distance, going and surface cost or give a horse, in lbs."""
    best = horse.jumps_distance if jumps else horse.distance
    stretch = log(yards / best)
    gain = horse.wet * wet - min((50 if jumps else 35) * stretch * stretch, 8)
    if not jumps and horse.artificial != artificial:
        gain -= 4
    return gain
