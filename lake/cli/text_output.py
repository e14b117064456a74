"""Rows as text: a table, or a field a line where the screen is too narrow for it. Nothing is cut or left out."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import click

GAP = "  "
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What moves the cursor, ends a line or turns the direction of writing."""
NUMBERS = {int, float, Decimal, type(None)}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as shown: its name, its texts, and whether they are numbers."""

    name: str
    texts: list[str]
    is_number: bool

    @property
    def width(self) -> int:
        """Characters that the widest text or the name takes."""
        return max(len(self.name), max(map(len, self.texts), default=0))

    def layout(self) -> str:
        """Return how one text of the column is printed: numbers end, texts begin, below one another."""
        return f"%{'' if self.is_number else '-'}{self.width}s"


def show(names: Sequence[str], rows: Sequence[Sequence[Any]], *, paged: bool = False) -> None:
    """Print rows, in full; `paged`, those that a terminal cannot show at once go through the user's pager.

    A table goes to whatever is no terminal and to a terminal it fits into; a narrower one gets each field on a line.
    """
    screen = shutil.get_terminal_size() if on_terminal() else None
    encoding = sys.stdout.encoding or "utf-8"
    head, lines = _lines(names, rows, encoding, screen.columns if screen else None)
    if paged and screen and _height(len(names), len(rows), is_table=head is not None) >= screen.lines:
        click.echo_via_pager(_all(click.style(head, bold=True) if head is not None else None, lines))
        return
    if head is not None:
        click.secho(head, bold=True)
    sys.stdout.writelines(lines)


def table_lines(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Return rows as the lines of a table for a file in UTF-8."""
    return _all(*_lines(names, rows, "utf-8", None))


def on_terminal() -> bool:
    """Say whether a person looks at what is printed."""
    return sys.stdout.isatty()


def _lines(
    names: Sequence[str], rows: Sequence[Sequence[Any]], encoding: str, width: int | None
) -> tuple[str | None, Iterator[str]]:
    """Return a table's head and lines; where it is wider than the screen, no head and a line for each field."""
    if not names:
        return None, iter(())
    by_column: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else ([] for _ in names)
    columns = [_column(name, values, encoding) for name, values in zip(names, by_column, strict=True)]
    whole = sum(column.width for column in columns) + len(GAP) * (len(columns) - 1)
    if width is not None and whole > width:
        return None, _fields(columns, len(rows))
    layout = GAP.join(column.layout() for column in columns)
    texts = zip(*(column.texts for column in columns), strict=True)
    head = (layout % tuple(column.name for column in columns)).rstrip()
    return head, ((layout % row).rstrip() + "\n" for row in texts)


def _height(columns: int, rows: int, *, is_table: bool) -> int:
    return rows + 1 if is_table else rows * (columns + 1)


def _all(head: str | None, lines: Iterator[str]) -> Iterator[str]:
    if head is not None:
        yield head + "\n"
    yield from lines


def _column(name: str, values: Sequence[Any], encoding: str) -> Column:
    texts = ["" if value is None else str(value) for value in values]
    together = "".join(texts)  # looked at as one text: nearly all columns have nothing to mend
    if not (together.isascii() and together.isprintable()):
        texts = [_plain(text, encoding) for text in texts]
    return Column(_plain(name, encoding), texts, set(map(type, values)) <= NUMBERS)


def _plain(text: str, encoding: str) -> str:
    """Return a text that only prints: codes for control characters, and for letters that the screen does not have."""
    escaped = CONTROL.sub(lambda found: repr(found[0])[1:-1], text)
    return escaped.encode(encoding, "backslashreplace").decode(encoding)


def _fields(columns: list[Column], count: int) -> Iterator[str]:
    width = max(len(column.name) for column in columns)
    for number in range(count):
        yield f"-- {number + 1} of {count}\n"
        for column in columns:
            yield f"{column.name:<{width}}{GAP}{column.texts[number]}".rstrip() + "\n"
