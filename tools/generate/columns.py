"""What every output says of a column alike: its SQL type, its doc block, its meaning once it is kept in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from extract.contract import Column

Contract = Mapping[str, tuple[Column, ...]]
"""The columns of every kind of staged file, by kind."""

PARTITION: Final = Column(
    "scraped_on",
    "varchar",
    "UTC date of the run as YYYY-MM-DD text; the partition a daily build filters on.",
    "lineage",
)
"""Every staged table has it, and no file: it is in the path."""

ORIGIN: Final = "generated from extract/contract.py by make generate"


class GenerateError(Exception):
    """The contract or a mark asks for something that cannot be written; the message says what to do."""


def sql_type(column: Column) -> str:
    """Return the type that both engines know: Iceberg keeps timestamps to the microsecond."""
    return "timestamp(6)" if column.type == "timestamp" else column.type


def kept_description(column: Column) -> str | None:
    """Return what the column means in the log and the table, or None where that is what it means in a staged file."""
    if column.kept is not None:
        return column.kept
    if column.role == "rating":
        return f"{column.description.rstrip('.')}; keeps its last known value when a later scrape finds none."
    return None


def doc_blocks(kind: str, columns: tuple[Column, ...]) -> dict[str, str]:
    """Return the text of every dbt doc block of a kind, by name, in order of the file."""
    blocks = {f"{kind}__{column.name}": column.description for column in (*columns, PARTITION)}
    kept = {f"kept_{kind}__{column.name}": kept_description(column) for column in columns}
    blocks |= {name: text for name, text in kept.items() if text is not None}
    for name, text in blocks.items():
        if "{" in text or "}" in text:
            raise GenerateError(f"The description of {name} has a brace, which dbt would read as Jinja; leave it out.")
    return blocks
