"""Words and figures of the sport as numbers: distances, times, odds, money.

Each function takes the published text and returns the quantity in the unit its name says, None when the text says
"nothing", and raises ContractBroken when it says something unknown.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

from extract.contract import Value
from extract.errors import ContractBroken, UnknownCode
from extract.parse.codes import CURRENCIES, FAVOURITE_MARKS
from extract.parse.fields import MISSING, shown

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
LENGTHS_FIGURE = re.compile(r"([0-9]{0,4})([¼½¾]?)")
AGAINST_STANDARD = re.compile(r"(slow|fast) by (?:([0-9]{1,2})m\s*)?([0-9]{1,3}(?:\.[0-9]{1,3})?)s")
PRICE = re.compile(r"(evens|evs|no odds|[0-9]{1,5}/[0-9]{1,5}|) ?([A-Za-z]{0,2})", re.IGNORECASE)
MONEY = re.compile(r"([^0-9\s.,+-]+)\s?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(\.[0-9]{1,2})?")
CLOCK = re.compile(r"(?:([0-9]{1,2})m\s*)?([0-9]{1,2}(?:\.[0-9]{1,3})?)s")
STALL = re.compile(r"\(?([0-9]{1,3})\)?")
CLOTH = re.compile(r"([0-9]{1,9}) ?([A-Za-z]{0,2})")
OFF = re.compile(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})")


seen_before = lru_cache(maxsize=2048)
"""For figures that come again and again: what they mean is worked out once."""


def _unknown(what: str, value: str) -> ContractBroken:
    return ContractBroken(f"{what} {shown(value)} is not one we know. Nothing of this race was staged; report it.")


@seen_before
def lengths(value: str | None) -> float | None:
    """Return a beaten distance such as `1¾`, `nk` or `dist`, in lengths."""
    if value is None or value in MISSING:
        return None
    if value in LENGTHS:
        return LENGTHS[value]
    match = LENGTHS_FIGURE.fullmatch(value)
    if match is None:
        raise UnknownCode("beaten distance", value, "a runner's beatenDistance")
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
    """Return `slow by 5.20s` as 5.2, `fast by 1.00s` as -1 and `standard time` as 0, in seconds.

    Anything else is a remark, not a figure.
    """
    if value is not None and value.lower() == "standard time":
        return 0.0
    match = AGAINST_STANDARD.fullmatch(value or "")
    if match is None:
        return None
    total = round(60 * int(match[2] or 0) + float(match[3]), 3)
    return total if match[1] == "slow" else -total


@seen_before
def starting_price(value: str | None) -> tuple[str | None, float | None, str | None]:
    """Return (fraction, decimal odds with the stake, favourite mark) of a price such as `7/5F` or `EvensJ`.

    A price may be only its mark (`F`, `No OddsF`): a favourite whose price was not returned.

    Raises:
        UnknownCode: the mark is not in the table.
        ContractBroken: the price is no fraction.
    """
    if value is None or value in MISSING:
        return None, None, None
    match = PRICE.fullmatch(value)
    if match is None:
        raise _unknown("The price", value)
    price, mark = match[1].lower(), match[2] or None
    if mark is not None and mark not in FAVOURITE_MARKS:
        raise UnknownCode("favourite mark", mark, "a runner's odds")
    if price in {"", "no odds"}:
        return None, None, mark
    if price in {"evens", "evs"}:
        return "1/1", 2.0, mark
    over, under = price.split("/")
    if not int(under):
        raise _unknown("The price", value)
    return price, round(int(over) / int(under) + 1, 2), mark


@seen_before
def money(value: str | None) -> tuple[float | None, str | None]:
    """Return (amount, ISO 4217 code of its currency) of `£1,394.25`, `€9,145` or `HK$1,000,000`.

    Raises:
        UnknownCode: the sign of the currency is not in the table.
        ContractBroken: it is no amount with a sign.
    """
    if value is None or value in MISSING:
        return None, None
    match = MONEY.fullmatch(value)
    if match is None:
        raise _unknown("The amount of money", value)
    if match[1] not in CURRENCIES:
        raise UnknownCode("currency", match[1], "an amount of money")
    return float(match[2].replace(",", "") + (match[3] or "")), CURRENCIES[match[1]]


def percent(value: str | None) -> float | None:
    """Return `117%` as 117."""
    if value is None or value in MISSING:
        return None
    match = re.fullmatch(r"([0-9]{1,4}(?:\.[0-9]{1,3})?)\s?%", value)
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


@seen_before
def draw(value: str | None) -> int | None:
    """Return the stall in `(5)`."""
    if value is None or value in MISSING:
        return None
    match = STALL.fullmatch(value)
    if match is None:
        raise _unknown("The draw", value)
    return int(match[1]) or None


def saddlecloth(value: int | str | None) -> tuple[int | None, str | None]:
    """Return (number, letter) of a saddlecloth: `1A` is the second horse of a coupled entry, which bets as one.

    Raises:
        ContractBroken: it is not a number with at most a letter or two.
    """
    if value is None or value in MISSING:
        return None, None
    if isinstance(value, int):
        return value or None, None
    match = CLOTH.fullmatch(value)
    if match is None:
        raise _unknown("The saddlecloth number", value)
    return int(match[1]) or None, match[2].upper() or None


def lengths_per_second(race_type: Value, going: Value) -> float | None:
    """Return how many lengths pass the post in a second: 6 on the flat and 5 over jumps, one fewer on slow ground.

    None when the type of the race is not known.
    """
    if race_type is None:
        return None
    ground = going.lower() if isinstance(going, str) else ""
    quick = next((word for word in ("firm", "standard", "fast", "good") if word in ground), None)
    heavy = quick is None and any(word in ground for word in ("soft", "heavy", "yielding", "holding"))
    return (6.0 if race_type == "Flat" else 5.0) - (1.0 if heavy else 0.0)
