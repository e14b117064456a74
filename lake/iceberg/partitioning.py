"""Read the models' `partitioned_by` and `sorted_by` settings, written as dbt-athena writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.sorting import SortField, SortOrder
from pyiceberg.transforms import DayTransform, IdentityTransform, MonthTransform, Transform, YearTransform

from lake.errors import LakeError

TERM = re.compile(r"\s*(?:(\w+)\s*\(\s*)?(\w+)\s*\)?\s*")
TRANSFORMS: dict[str | None, Callable[[], Transform[Any, Any]]] = {
    None: IdentityTransform,
    "year": YearTransform,
    "month": MonthTransform,
    "day": DayTransform,
}


@dataclass(frozen=True, slots=True)
class PartitionTerm:
    """One term: a column, and `year`, `month` or `day` of it, or itself."""

    column: str
    function: str | None

    @property
    def name(self) -> str:
        """Name of the partition field."""
        return self.column if self.function is None else f"{self.column}_{self.function}"


def partition_terms(partitioned_by: list[str]) -> list[PartitionTerm]:
    """Parse `['country', 'year(race_date)']`.

    Raises:
        LakeError: a term is not a column or year, month or day of one.
    """
    terms = []
    for text in partitioned_by:
        match = TERM.fullmatch(text)
        if match is None or match[1] not in TRANSFORMS:
            raise LakeError(f"partitioned_by has {text!r}. Use a column, or year(), month() or day() of one.")
        terms.append(PartitionTerm(match[2], match[1]))
    return terms


def partition_spec(schema: Schema, terms: list[PartitionTerm]) -> PartitionSpec:
    """Return the Iceberg partition spec of the terms."""
    fields = (
        PartitionField(schema.find_field(term.column).field_id, 1000 + number, TRANSFORMS[term.function](), term.name)
        for number, term in enumerate(terms)
    )
    return PartitionSpec(*fields)


def sort_order(schema: Schema, sorted_by: list[str]) -> SortOrder:
    """Return the Iceberg sort order of some columns, ascending."""
    return SortOrder(
        *(SortField(schema.find_field(name).field_id, transform=IdentityTransform()) for name in sorted_by)
    )
