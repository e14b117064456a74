"""Rows for other programs: JSON, and CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
import json
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
    """Print rows as CSV, always in UTF-8; unless `as_is`, texts like a formula are marked as text by an apostrophe."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a letter that a terminal lacks is no reason to write another
        sys.stdout.reconfigure(encoding="utf-8")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows if as_is else ([_safe(value) for value in row] for row in rows))


def write_json(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as a JSON array of objects; of columns of one name, the second is `name_1`, the third `name_2`."""
    keys: list[str] = []
    for name in names:
        again = 0
        while (key := f"{name}_{again}" if again else name) in keys or (again and key in names):
            again += 1
        keys.append(key)
    click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], default=str, indent=1))


def _safe(value: Any) -> Any:  # noqa: ANN401 - whatever a query returns
    risky = isinstance(value, str) and FORMULA.match(value) and not NUMBER.fullmatch(value)
    return f"'{value}" if risky else value
