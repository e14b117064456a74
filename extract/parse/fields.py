"""Read one field of a payload, strictly: the right type, or a typed error that names the field."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from extract.errors import ContractBroken

MISSING = {"", "-", "–", "—"}
PROFILE_ID = re.compile(r"/profile/\w+/(\d+)(?:/|$)")
BIGGEST = 2**53


def broken(path: str, value: object, expected: str) -> ContractBroken:
    """Build the error for a field that is not what the contract says."""
    return ContractBroken(f"{path} is {value!r:.80}, expected {expected}. Nothing of this race was staged; report it.")


def obj(node: Any, path: str) -> dict[str, Any]:  # noqa: ANN401
    """Return a JSON object."""
    if not isinstance(node, dict):
        raise broken(path, node, "an object")
    return node


def items(node: Any, path: str) -> list[Any]:  # noqa: ANN401
    """Return a JSON array; null reads as empty."""
    if node is None:
        return []
    if not isinstance(node, list):
        raise broken(path, node, "a list")
    return node


def member(node: dict[str, Any], key: str, path: str) -> Any:  # noqa: ANN401
    """Return a member that must be there, even if null."""
    if key not in node:
        raise broken(f"{path}.{key}", None, "a member of that name")
    return node[key]


def text(node: dict[str, Any], key: str, path: str) -> str | None:
    """Return a string with its white space folded; null and blank read as None."""
    value = member(node, key, path)
    if value is None:
        return None
    if not isinstance(value, str):
        raise broken(f"{path}.{key}", value, "text")
    return " ".join(value.split()) or None


def need_text(node: dict[str, Any], key: str, path: str) -> str:
    """Return a string that must not be blank."""
    value = text(node, key, path)
    if value is None:
        raise broken(f"{path}.{key}", value, "text")
    return value


def integer(node: dict[str, Any], key: str, path: str) -> int | None:
    """Return a whole number; numbers in text are read, dashes and blanks are None."""
    value = member(node, key, path)
    if isinstance(value, str):
        value = value.strip()
        if value in MISSING:
            return None
        if re.fullmatch(r"[+-]?[0-9]{1,15}", value):
            return int(value)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > BIGGEST:
        raise broken(f"{path}.{key}", value, "a whole number")
    if value != int(value):
        raise broken(f"{path}.{key}", value, "a whole number")
    return int(value)


def need_integer(node: dict[str, Any], key: str, path: str) -> int:
    """Return a whole number that must be there."""
    value = integer(node, key, path)
    if value is None:
        raise broken(f"{path}.{key}", value, "a whole number")
    return value


def identifier(node: dict[str, Any], key: str, path: str) -> int:
    """Return an id: a positive whole number."""
    value = need_integer(node, key, path)
    if value <= 0:
        raise broken(f"{path}.{key}", value, "a positive id")
    return value


def number(node: dict[str, Any], key: str, path: str) -> float | None:
    """Return a number, or None."""
    value = member(node, key, path)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > BIGGEST:
        raise broken(f"{path}.{key}", value, "a number")
    return float(value)


def flag(node: dict[str, Any], key: str, path: str) -> bool:
    """Return a boolean; null reads as false."""
    value = member(node, key, path)
    if value is None:
        return False
    if not isinstance(value, bool):
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
    return int(found.group(1))


def moment(node: dict[str, Any], key: str, path: str) -> datetime:
    """Return a point in time with its offset."""
    value = need_text(node, key, path)
    try:
        when = datetime.fromisoformat(value)
    except ValueError as error:
        raise broken(f"{path}.{key}", value, "an ISO date and time") from error
    if when.tzinfo is None:
        raise broken(f"{path}.{key}", value, "a date and time with its offset")
    return when


def utc_text(when: datetime) -> str:
    """Return a moment as the contract writes timestamps: UTC, microseconds."""
    try:
        return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    except (OverflowError, ValueError) as error:
        raise ContractBroken(f"The time {when!r} is out of range. Report it.") from error
