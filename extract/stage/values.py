"""The text of one staged value, read as its column's type."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

from extract.contract import Column, Value

INTEGER = re.compile(r"-?[0-9]{1,19}")
BOUNDS = {"integer": 2**31, "bigint": 2**63}
NUMBER = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,4})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")


class BadValue(ValueError):
    """A value is none of its column's type; the message names the column."""


def value_of(column: Column, cell: str) -> Value:
    """Return a staged text: integers and booleans as such, dates, times and fractions checked and left as text.

    Raises:
        BadValue: it is none of the column's type.
    """
    if not cell or column.type == "varchar":
        return cell or None
    if column.type in BOUNDS:
        bound = BOUNDS[column.type]
        if INTEGER.fullmatch(cell) and -bound <= (number := int(cell)) < bound:
            return number
    elif column.type == "boolean":
        if cell in ("true", "false"):
            return cell == "true"
    elif _is_good(column, cell):
        return cell
    raise BadValue(f"{column.name} is {cell[:40]!r}, which is no {column.type}")


def _is_good(column: Column, cell: str) -> bool:
    try:
        if column.type == "date":
            return bool(DATE.fullmatch(cell) and date.fromisoformat(cell))
        if column.type == "timestamp":
            return bool(TIMESTAMP.fullmatch(cell) and datetime.fromisoformat(cell))
        return bool(NUMBER.fullmatch(cell)) and math.isfinite(float(cell))
    except ValueError:
        return False
