"""Names, texts and partition terms as DuckDB writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lake.iceberg.partitioning import PartitionTerm

GROUPING: Final[dict[str | None, str]] = {
    None: "{}",
    "year": "date_trunc('year', {})",
    "month": "date_trunc('month', {})",
    "day": "date_trunc('day', {})",
}


def quote(name: str) -> str:
    """Return a name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def unglobbed(path: str) -> str:
    """Return a path in which nothing is a wildcard, as DuckDB's readers take it."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in path)


def names(columns: Iterable[str]) -> str:
    """Return column names as a SQL list."""
    return ", ".join(map(quote, columns))


def partition_sql(term: PartitionTerm) -> str:
    """Return the expression with one value per partition of a term."""
    return GROUPING[term.function].format(quote(term.column))
