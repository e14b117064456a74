"""Read one field of a payload, strictly: the right type, or a typed error that names the field.

A member that is absent reads like null, as None: what must be there is listed in `required.py`.
"""

from __future__ import annotations

import re
import reprlib
from datetime import UTC, datetime
from typing import Any

from extract.errors import ContractBroken

MISSING = {"", "-", "–", "—"}
PROFILE_ID = re.compile(r"/profile/\w+/([0-9]{1,18})(?:/|$)")
WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
BIGGEST = 2**53
NUMBER = (int, float)
UNSTAGEABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_shown = reprlib.Repr()
_shown.maxlevel, _shown.maxstring, _shown.maxother = 2, 60, 60


def shown(value: object) -> str:
    """Return a short picture of any value, however deep or long, for a message."""
    return _shown.repr(value)[:80]


def broken(path: str, value: object, expected: str) -> ContractBroken:
    """Build the error for a field that is not what the contract says."""
    return ContractBroken(f"{path} is {shown(value)}, expected {expected}. Nothing of it was staged; report it.")


def obj(node: Any, path: str) -> dict[str, Any]:  # noqa: ANN401
    """Return a JSON object."""
    if not isinstance(node, dict):
        raise broken(path, node, "an object")
    return node


def part(node: dict[str, Any], key: str, path: str) -> dict[str, Any]:
    """Return an object within an object; empty where it is absent or null."""
    value = node.get(key)
    return {} if value is None else obj(value, f"{path}.{key}")


def items(node: Any, path: str) -> list[Any]:  # noqa: ANN401
    """Return a JSON array; null reads as empty."""
    if node is None:
        return []
    if not isinstance(node, list):
        raise broken(path, node, "a list")
    return node


def text(node: dict[str, Any], key: str, path: str) -> str | None:
    """Return a string with its white space folded; null and blank read as None.

    Raises:
        ContractBroken: it is no text, or holds a control character, which staging cannot carry.
    """
    value = node.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise broken(f"{path}.{key}", value, "text")
    if value.isprintable() and "  " not in value:  # then its only white space is single spaces
        return value.strip() or None
    folded = " ".join(value.split())
    if not folded.isprintable() and UNSTAGEABLE.search(folded):
        raise broken(f"{path}.{key}", value, "text without control characters")
    return folded or None


def need_text(node: dict[str, Any], key: str, path: str) -> str:
    """Return a string that must not be blank."""
    value = text(node, key, path)
    if value is None:
        raise broken(f"{path}.{key}", value, "text")
    return value


def integer(node: dict[str, Any], key: str, path: str) -> int | None:
    """Return a whole number; numbers in text are read, dashes and blanks are None."""
    value = node.get(key)
    if value is None:
        return None
    if type(value) is int and -BIGGEST <= value <= BIGGEST:
        return value
    if isinstance(value, str):
        value = value.strip()
        if value in MISSING:
            return None
        if WHOLE.fullmatch(value):
            return int(value)
    if isinstance(value, bool) or not isinstance(value, NUMBER) or value != value or abs(value) > BIGGEST:
        raise broken(f"{path}.{key}", value, "a whole number")
    if value != int(value):
        raise broken(f"{path}.{key}", value, "a whole number")
    return int(value)


def measure(node: dict[str, Any], key: str, path: str) -> int | None:
    """Return a whole number of something that cannot be none (an age, a weight): zero means not recorded."""
    return integer(node, key, path) or None


def identifier(node: dict[str, Any], key: str, path: str) -> int:
    """Return an id: a positive whole number."""
    value = integer(node, key, path)
    if value is None or value <= 0:
        raise broken(f"{path}.{key}", value, "a positive id")
    return value


def number(node: dict[str, Any], key: str, path: str) -> float | None:
    """Return a number, or None."""
    value = node.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, NUMBER) or value != value or abs(value) > BIGGEST:
        raise broken(f"{path}.{key}", value, "a number")
    return float(value)


def flag(node: dict[str, Any], key: str, path: str) -> bool | None:
    """Return a boolean, or None."""
    value = node.get(key)
    if value is not None and not isinstance(value, bool):
        raise broken(f"{path}.{key}", value, "true or false")
    return value


def profile_id(node: dict[str, Any], key: str, path: str) -> int | None:
    """Return the id in a profile address such as `/profile/jockey/901/a-name/`; None when there is no address."""
    value = text(node, key, path)
    if value is None:
        return None
    found = PROFILE_ID.search(value)
    if not found:
        raise broken(f"{path}.{key}", value, "a profile address with an id")
    return int(found.group(1)) or None


def moment(node: dict[str, Any], key: str, path: str) -> datetime | None:
    """Return a point in time with its offset, or None."""
    value = text(node, key, path)
    if value is None:
        return None
    try:
        when = datetime.fromisoformat(value)
    except ValueError as error:
        raise broken(f"{path}.{key}", value, "an ISO date and time") from error
    if when.tzinfo is None:
        raise broken(f"{path}.{key}", value, "a date and time with its offset")
    return when


def need_moment(node: dict[str, Any], key: str, path: str) -> datetime:
    """Return a point in time that must be there."""
    when = moment(node, key, path)
    if when is None:
        raise broken(f"{path}.{key}", when, "an ISO date and time")
    return when


def plain_text(when: datetime) -> str:
    """Return a moment as the contract writes timestamps, on the clock it has."""
    return when.replace(tzinfo=None).isoformat(" ", "microseconds")


def utc_text(when: datetime) -> str:
    """Return a moment as the contract writes timestamps: UTC, microseconds."""
    try:
        return plain_text(when.astimezone(UTC))
    except (OverflowError, ValueError) as error:
        raise ContractBroken(f"The time {when!r} is out of range. Report it.") from error
