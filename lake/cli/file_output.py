"""Rows for other programs: JSON, and CSV that a spreadsheet opens without running anything in it.

Rows are written as they come, so what is written may be larger than memory.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

import click

from lake.errors import LakeError

FORMULA = re.compile(r"[=+\-@\t\r]")
"""How a text begins that a spreadsheet takes for a formula."""
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")

AS_IS = click.option(
    "--as-is",
    is_flag=True,
    help="With csv: texts as they are. Else one that a spreadsheet would take for a formula begins with an apostrophe.",
)


@contextmanager
def put_in_place(path: Path) -> Iterator[Path]:
    """Yield a new file to write; in the end it takes the place of `path`, whole. After an error nothing has changed.

    Raises:
        LakeError: it cannot be written there.
    """
    beside = path.with_name(f".{path.name}.{uuid4().hex[:8]}.new")
    try:
        yield beside
        beside.replace(path)
    except OSError as error:
        raise LakeError(f"Cannot write {path}: {error.strerror or error}. Choose another file.") from error
    finally:
        beside.unlink(missing_ok=True)


def write_csv(names: Sequence[str], rows: Iterable[Sequence[Any]], *, as_is: bool, file: TextIO | None = None) -> None:
    """Write rows as CSV, always in UTF-8; unless `as_is`, texts like a formula are marked as text by an apostrophe."""
    if file is None and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # a letter that a terminal lacks is no reason to write another
    writer = csv.writer(file or sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows if as_is else ([_safe(value) for value in row] for row in rows))


def write_json(names: Sequence[str], rows: Iterable[Sequence[Any]], file: TextIO | None = None) -> None:
    """Write rows as a JSON array of objects; of columns of one name, the second is `name_1`, the third `name_2`."""
    out, keys, before = file or sys.stdout, unique(names), "["
    for row in rows:
        out.write(before + _json([dict(zip(keys, row, strict=True))], indent=1)[1:-2])
        before = ","
    out.write("[]\n" if before == "[" else "\n]\n")


def write_json_lines(names: Sequence[str], rows: Iterable[Sequence[Any]], file: TextIO | None = None) -> None:
    """Write rows as JSON objects, one a line; keys as in `write_json`."""
    keys = unique(names)
    (file or sys.stdout).writelines(_json(dict(zip(keys, row, strict=True))) + "\n" for row in rows)


def unique(names: Sequence[str]) -> list[str]:
    """Return column names of which no two are the same: the second of a name is `name_1`, the third `name_2`."""
    keys: list[str] = []
    for name in names:
        again = 0
        while (key := f"{name}_{again}" if again else name) in keys or (again and key in names):
            again += 1
        keys.append(key)
    return keys


def _json(value: object, indent: int | None = None) -> str:
    try:
        return json.dumps(value, default=str, indent=indent, allow_nan=False)
    except ValueError:  # JSON has no word for what is no number, nor for infinity
        return json.dumps(_spelled(value), default=str, indent=indent)


def _spelled(value: Any) -> Any:  # noqa: ANN401 - whatever a query returns
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    if isinstance(value, dict):
        return {key: _spelled(inner) for key, inner in value.items()}
    return [_spelled(inner) for inner in value] if isinstance(value, list) else value


def _safe(value: Any) -> Any:  # noqa: ANN401 - whatever a query returns
    risky = isinstance(value, str) and FORMULA.match(value) and not NUMBER.fullmatch(value)
    return f"'{value}" if risky else value
