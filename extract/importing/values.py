"""The text of one cell of others, read as what it means. Pure; a cell that cannot be read raises `Dirty`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from extract.errors import ContractBroken
from extract.importing.dirt import Dirty
from extract.parse import codes, quantities, titles
from extract.parse.bounds import LIMITS
from extract.parse.fields import UNSTAGEABLE
from extract.stage.dialect import LONGEST

MISSING = frozenset({"", "-", "–", "—", "nan", "NaN", "None", "<NA>", "NaT", "null", "NULL", "not found"})
"""How the scrapers, and pandas behind them, write that there is nothing."""
NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")
DATES = ("%d/%m/%Y", "%d %b %Y", "%d-%m-%Y")
ISO = re.compile(r"([0-9]{4})[-/_]([0-9]{1,2})[-/_]([0-9]{1,2})(?:[ T].*)?")
FIRST_DATE = date(1988, 1, 1)
CLOCK = re.compile(r"(?:([0-9]{1,2}):)?([0-9]{1,4}(?:\.[0-9]{1,4})?)")
OFF = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?(?:\.[0-9]+)?")
STONES = re.compile(r"([0-9]{1,2})-([0-9]{1,2})")
FURLONGS = re.compile(r"(?:([0-9]{1,2})m)?(?:([0-9]{0,2}(?:\.[0-9]{1,2})?)([¼½¾]?)f)?(?:([0-9]{1,4})y(?:ds?)?)?")
PARTS = {"": 0.0, "¼": 0.25, "½": 0.5, "¾": 0.75}
BETTING = re.compile(r"\s*\(((?:op|tchd)\b[^()]*)\)$")
CLASS = re.compile(r"(?:class )?([1-7A-H])", re.IGNORECASE)
AFTERNOON = frozenset({"gb", "ire", "fr", "aro"})
"""Where nobody races before ten in the morning, so that an hour without its zero is an afternoon's."""


def text(cell: str, name: str) -> str | None:
    """Return a text with its white space folded; None where it says that there is nothing."""
    if cell in MISSING:
        return None
    folded = " ".join(cell.split())
    if not folded.isprintable() and UNSTAGEABLE.search(folded):
        raise Dirty("unusable text", f"{name} holds a control character")
    if len(folded) > LONGEST:
        raise Dirty("unusable text", f"{name} has {len(folded)} characters")
    return None if folded in MISSING else folded


def number(cell: str, name: str) -> float | None:
    """Return a number."""
    plain = cell.strip()
    if plain in MISSING:
        return None
    if not NUMBER.fullmatch(plain):
        raise Dirty("not a number", f"{name} is {plain[:40]!r}")
    return float(plain)


def whole(cell: str, name: str, ours: str) -> int | None:
    """Return a whole number within the range of our column; 74.0 is one."""
    plain = cell.strip()
    if plain in MISSING:
        return None
    if plain.isdecimal() and plain.isascii() and len(plain) < 19:
        found = int(plain)
    else:
        value = number(plain, name)
        if value is None or value != int(value):
            raise Dirty("not a number", f"{name} is {plain[:40]!r}, which is not whole")
        found = int(value)
    return int(within(found, name, ours))


def within(value: float, name: str, ours: str) -> float:
    """Return a number that our column can hold."""
    low, high = LIMITS[ours]
    if not low <= value <= high:
        raise Dirty("out of range", f"{name} is {value:g}, not within {low:g} to {high:g}")
    return value


def identifier(cell: str, name: str) -> int | None:
    """Return an id of the source: positive; 0 is none."""
    found = whole(cell, name, name) if name in LIMITS else None
    if found is not None and found < 0:
        raise Dirty("out of range", f"{name} is {found}")
    return found or None


@lru_cache(4096)
def day(cell: str) -> date:
    """Return a UK date, year first or day first.

    Raises:
        Dirty: it is none, or before 1988.
    """
    plain = cell.strip()
    try:
        if found := ISO.fullmatch(plain):
            when = date(int(found[1]), int(found[2]), int(found[3]))
        else:
            when = next(_days(plain))
    except (ValueError, StopIteration):
        raise Dirty("no date", f"date is {plain[:40]!r}") from None
    if when < FIRST_DATE:
        raise Dirty("no date", f"date is {when}, before {FIRST_DATE}, when results begin")
    return when


def _days(plain: str) -> Iterator[date]:
    for form in DATES:
        try:
            yield datetime.strptime(plain, form).date()
        except ValueError:
            continue


def off(cell: str, country: str) -> str | None:
    """Return a scheduled off as 24-hour HH:MM; None where a 12-hour clock leaves the half of the day open."""
    plain = cell.strip()
    if plain in MISSING:
        return None
    found = OFF.fullmatch(plain)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise Dirty("not a number", f"off is {plain[:40]!r}")
    hour = int(found[1])
    if len(found[1]) == 1:  # a 12-hour clock
        if country not in AFTERNOON:
            return None
        hour += 12 if hour else 0
    elif hour < 9 and country in AFTERNOON and hour:
        hour += 12  # a 12-hour clock that some program gave a zero
    return f"{hour:02}:{found[2]}"


def prize(cell: str) -> tuple[float | None, str | None]:
    """Return (amount, currency) of a prize; without a sign it is in pounds."""
    plain = cell.strip()
    if plain in MISSING:
        return None, None
    bare = plain.replace(",", "")
    if NUMBER.fullmatch(bare):
        return within(round(float(bare), 2), "prize", "prize"), "GBP"
    try:
        return quantities.money(plain)
    except ContractBroken:
        raise Dirty("unknown code", f"prize is {plain[:40]!r}") from None


def price(cell: str) -> tuple[str | None, float | None, str | None]:
    """Return (fraction, decimal, favourite mark) of a starting price."""
    plain = cell.strip()
    if plain in MISSING:
        return None, None, None
    try:
        return quantities.starting_price(plain)
    except ContractBroken:
        raise Dirty("unknown code", f"sp is {plain[:40]!r}") from None


def lengths(cell: str, name: str, ours: str) -> float | None:
    """Return a beaten distance in lengths: a number, or the source's word for one."""
    plain = cell.strip()
    if plain in MISSING:
        return None
    if NUMBER.fullmatch(plain):
        return within(float(plain), name, ours)
    try:
        return quantities.lengths(plain.lower())
    except ContractBroken:
        raise Dirty("not a number", f"{name} is {plain[:40]!r}") from None


def seconds(cell: str, name: str) -> float | None:
    """Return a time such as 1:02.33 or 62.33 in seconds; zero means not taken."""
    plain = cell.strip()
    if plain in MISSING:
        return None
    found = CLOCK.fullmatch(plain)
    if not found:
        raise Dirty("not a number", f"{name} is {plain[:40]!r}")
    total = round(60 * int(found[1] or 0) + float(found[2]), 3)
    return within(total, name, "finishing_time_secs") if total else None


def stones(cell: str) -> int | None:
    """Return a weight such as 9-7 in pounds."""
    plain = cell.strip()
    if plain in MISSING:
        return None
    found = STONES.fullmatch(plain)
    if not found:
        raise Dirty("not a number", f"wgt is {plain[:40]!r}")
    return int(within(14 * int(found[1]) + int(found[2]), "wgt", "weight_lbs"))


def furlongs(displayed: str | None) -> float | None:
    """Return the furlongs of 2m½f, 1m3.5f or 5f; None for anything else."""
    found = FURLONGS.fullmatch(displayed or "")
    if not found or not any(found.groups()):
        return None
    miles, count, part, yards = found.groups()
    return 8 * int(miles or 0) + float(count or 0) + PARTS[part or ""] + int(yards or 0) / 220


def race_class(cell: str) -> int | None:
    """Return a British class, 1 to 7; a word that is none is passed over, as from a page."""
    found = CLASS.fullmatch(cell.strip())
    if not found:
        return None
    said = found[1].upper()
    return titles.LETTERS.get(said) or int(said)


def outcome(cell: str) -> str:
    """Return the outcome of a runner: a position or a code of the source.

    Raises:
        Dirty: it is missing, unknown, or says that the horse did not run.
    """
    plain = cell.strip().upper()
    code = plain[:-2] if plain.endswith(".0") else plain
    if code in codes.WITHDRAWN:
        raise Dirty("did not run", f"pos is {code}")
    if code in codes.POSITIONS or code in codes.NON_FINISHERS or code == codes.UNPLACED:
        return code
    if not code or cell.strip() in MISSING:
        raise Dirty("no position")
    raise Dirty("unknown code", f"pos is {plain[:40]!r}")


def comment(cell: str) -> tuple[str | None, str | None]:
    """Return (remark, betting movements): the scrapers put the latter behind the former in brackets."""
    said = text(cell, "comment")
    found = BETTING.search(said) if said else None
    if said is None or not found:
        return said, None
    return said[: found.start()] or None, found[1]
