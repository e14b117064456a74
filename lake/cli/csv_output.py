"""Rows as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

FORMULA = re.compile(r"[=+\-@\t\r]")
"""How a text begins that a spreadsheet takes for a formula."""
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")

AS_IS = click.option(
    "--as-is",
    is_flag=True,
    help="With csv: texts as they are. Else one that a spreadsheet would take for a formula begins with an apostrophe.",
)


def write_csv(names: Sequence[str], rows: Iterable[Sequence[Any]], *, as_is: bool) -> None:
    """Print rows as CSV; unless `as_is`, texts that begin like a formula are marked as text by an apostrophe."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows if as_is else ([_safe(value) for value in row] for row in rows))


def _safe(value: Any) -> Any:  # noqa: ANN401 - whatever a query returns
    risky = isinstance(value, str) and FORMULA.match(value) and not NUMBER.fullmatch(value)
    return f"'{value}" if risky else value
