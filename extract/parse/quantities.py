"""Words and figures of the sport as numbers: distances, times, odds, money.

Each function takes the published text and returns the quantity in the unit its name says, None when the text says
"nothing", and raises ContractBroken when it says something unknown.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from extract.errors import ContractBroken
from extract.parse.fields import MISSING

FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75}
LENGTHS = {
    # One table for the whole project, in lengths. The source's own cumulative figures use the same values.
    "dht": 0.0,
    "nse": 0.05,
    "shd": 0.1,
    "sht-hd": 0.1,
    "snk": 0.2,
    "hd": 0.2,
    "nk": 0.3,
    "lgnk": 0.4,
    "dist": 30.0,
}
CURRENCIES = {"£": "GBP", "€": "EUR"}
ODDS = re.compile(r"(\d{1,5})/(\d{1,5})")
CLOCK = re.compile(r"(?:(\d{1,2})m\s*)?(\d{1,2}(?:\.\d{1,3})?)s")
OFF = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})")


def _unknown(what: str, value: str) -> ContractBroken:
    return ContractBroken(f"{what} {value!r:.60} is not one we know. Nothing of this race was staged; report it.")


def lengths(value: str | None) -> float | None:
    """Return a beaten distance such as `1¾`, `nk` or `dist`, in lengths."""
    if value is None or value in MISSING:
        return None
    if value in LENGTHS:
        return LENGTHS[value]
    match = re.fullmatch(r"(\d{0,4})([¼½¾]?)", value)
    if match is None:
        raise _unknown("The beaten distance", value)
    return int(match[1] or 0) + FRACTIONS.get(match[2], 0.0)


def seconds(value: str | None) -> float | None:
    """Return a winning time such as `1m 4.65s` or `57.34s`, in seconds; a time of zero means not taken."""
    if value is None or value in MISSING:
        return None
    match = CLOCK.fullmatch(value)
    if match is None:
        raise _unknown("The winning time", value)
    total = 60 * int(match[1] or 0) + float(match[2])
    return round(total, 3) if total else None


def against_standard(value: str | None) -> float | None:
    """Return `slow by 5.20s` as 5.2 and `fast by 1.00s` as -1, in seconds; anything else is a remark, not a figure."""
    match = re.fullmatch(r"(slow|fast) by (?:(\d{1,2})m\s*)?(\d{1,3}(?:\.\d{1,3})?)s", value or "")
    if match is None:
        return None
    total = round(60 * int(match[2] or 0) + float(match[3]), 3)
    return total if match[1] == "slow" else -total


def starting_price(value: str | None) -> tuple[str | None, float | None, str | None]:
    """Return (fraction, decimal odds with the stake, favourite mark) of a price such as `7/5F` or `EvensJ`."""
    if value is None or value in MISSING or value.lower() == "no odds":
        return None, None, None
    mark = value[-1] if value[-1] in "FJC" else None
    price = value[:-1] if mark else value
    if price.lower() in {"evens", "evs"}:
        return "1/1", 2.0, mark
    match = ODDS.fullmatch(price)
    if match is None or not int(match[2]):
        raise _unknown("The price", value)
    return price, round(int(match[1]) / int(match[2]) + 1, 2), mark


def money(value: str | None) -> tuple[float | None, str | None]:
    """Return (amount, currency) of `£1,394.25` or `€9,145`."""
    if value is None or value in MISSING:
        return None, None
    match = re.fullmatch(r"([£€])\s?(\d{1,3}(?:,\d{3})*|\d{1,12})(\.\d{1,2})?", value)
    if match is None:
        raise _unknown("The amount of money", value)
    return float(match[2].replace(",", "") + (match[3] or "")), CURRENCIES[match[1]]


def percent(value: str | None) -> float | None:
    """Return `117%` as 117."""
    if value is None or value in MISSING:
        return None
    match = re.fullmatch(r"(\d{1,4}(?:\.\d{1,3})?)\s?%", value)
    if match is None:
        raise _unknown("The percentage", value)
    return float(match[1])


def actual_off(value: str | None, scheduled: datetime) -> str | None:
    """Return a 12-hour off time, which has no am or pm, as 24-hour HH:MM:SS: the one nearer the schedule."""
    if value is None or value in MISSING:
        return None
    match = OFF.fullmatch(value)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3]) > 59:
        raise _unknown("The off time", value)
    midnight = scheduled.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight + timedelta(hours=int(match[1]) % 12, minutes=int(match[2]), seconds=int(match[3]))
    nearest = min((first, first + timedelta(hours=12)), key=lambda at: abs(at - scheduled))
    return nearest.strftime("%H:%M:%S")


def draw(value: str | None) -> int | None:
    """Return the stall in `(5)`."""
    if value is None or value in MISSING:
        return None
    match = re.fullmatch(r"\(?(\d{1,3})\)?", value)
    if match is None:
        raise _unknown("The draw", value)
    return int(match[1]) or None


def lengths_per_second(race_type: str | None, going: str | None) -> float:
    """Return how many lengths pass the post in a second: 6 on the flat and 5 over jumps, one fewer on slow ground."""
    ground = (going or "").lower()
    quick = next((word for word in ("firm", "standard", "fast", "good") if word in ground), None)
    heavy = quick is None and any(word in ground for word in ("soft", "heavy", "yielding", "holding"))
    return (6.0 if race_type == "Flat" else 5.0) - (1.0 if heavy else 0.0)
