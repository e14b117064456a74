"""What the manifests say of a data file without opening it: the least and greatest value of a column."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from pyiceberg.conversions import from_bytes
from pyiceberg.manifest import DataFile
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.transforms import YearTransform
from pyiceberg.types import DateType, PrimitiveType

EPOCH = date(1970, 1, 1)
SETTLED_AFTER = timedelta(days=31)
"""A year stays open this long after its end: late ratings and corrections still come."""


def bounds(schema: Schema, file: DataFile, column: str) -> tuple[Any, Any] | None:
    """Return the least and greatest value of a column; None where they are not known or a row may have none.

    Dates are returned as dates.
    """
    field = schema.find_field(column)
    low, high = (file.lower_bounds or {}).get(field.field_id), (file.upper_bounds or {}).get(field.field_id)
    if low is None or high is None or (file.null_value_counts or {}).get(field.field_id) != 0:
        return None
    if not isinstance(field.field_type, PrimitiveType):
        return None
    least: Any = from_bytes(field.field_type, low)
    greatest: Any = from_bytes(field.field_type, high)
    if isinstance(field.field_type, DateType):
        return EPOCH + timedelta(days=least), EPOCH + timedelta(days=greatest)
    return least, greatest


def dated_column(table: Table) -> str | None:
    """Return the date by whose year a table is partitioned, or else by which it is sorted; None where there is none."""
    schema = table.schema()
    by_year = [field.source_id for field in table.spec().fields if isinstance(field.transform, YearTransform)]
    sorted_by = [field.source_id for field in table.sort_order().fields[:1]]
    found = [schema.find_field(field_id) for field_id in [*by_year, *sorted_by]]
    return found[0].name if found and isinstance(found[0].field_type, DateType) else None


def newest_date(table: Table, files: Iterable[DataFile]) -> date | None:
    """Return the newest date in some files of a table, as far as the manifests say."""
    column = dated_column(table)
    found = (bounds(table.schema(), file, column) if column else None for file in files)
    return max((between[1] for between in found if between), default=None)


def open_since(newest: date | None) -> date | None:
    """Return the first day of the years that rows still come to, by the newest date of a table; None without one."""
    return None if newest is None else date((newest - SETTLED_AFTER).year, 1, 1)
