"""The rows of a CSV file of others, with their lines: any line end, quoted or hand-joined, in the encoding told.

A line that cannot be read concerns no other: it is given with the reason, and the next one is read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from extract.importing.dirt import Dirty
from extract.importing.header import Header, read_header

BOM = b"\xef\xbb\xbf"
LONGEST_LINE = 1 << 20
"""Bytes; longer lines are no rows."""
WORD = re.compile(r"[^\W\d_]{2}")
JOINED = 20
"""Lines that a quoted value may run over."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its line, from 1; its cells, or why there are none; and the line as it came."""

    line: int
    cells: list[str]
    raw: str
    dirt: Dirty | None = None
    is_mended: bool = False
    """Whether it had a comma too many and was put together."""


Fits = Callable[[list[str]], bool]
"""Says whether cells that were put together make a row: each column holds what belongs there."""


def read_rows(file: IO[bytes], encoding: str, fits: Fits) -> Iterator[Header | Row]:
    """Yield the header of a CSV file, then its rows; blank lines are none.

    A file without a usable header gives its lines as rows with that reason. A file without a line gives nothing.
    """
    lines = _Lines(file, encoding)
    header: Header | None = None
    fault: Dirty | None = None
    for number, text, dirt in lines:
        if dirt is None and not text.strip(" \t,;"):
            continue
        if header is None and fault is None:
            try:
                header = read_header(_split(text))
                yield header
                continue
            except Dirty as error:
                fault = error
                continue
        if dirt or header is None:
            yield Row(number, [], text, dirt or fault)
            continue
        yield _row(lines, header, number, text, fits)


def _row(lines: _Lines, header: Header, number: int, text: str, fits: Fits) -> Row:
    raw = text
    if text.count('"') % 2:
        text, raw = lines.joined(text, header.width, fits)
    cells = _split(text)
    extra = len(cells) - header.width
    if extra > 0 and not any(cell.strip() for cell in cells[header.width :]):
        cells, extra = cells[: header.width], 0  # commas at the end, and nothing behind them
    if extra < 0:
        dirt = Dirty("too few columns", f"{len(cells)} of {header.width}")
        return Row(number, [], raw, dirt)
    if extra:
        mended = _put_together(header, cells, fits)
        if mended is None:
            return Row(number, [], raw, Dirty("stray commas", f"{len(cells)} columns, {header.width} in the header"))
        cells = mended
    return Row(number, cells, raw, None, extra > 0)


def _put_together(header: Header, cells: list[str], fits: Fits) -> list[str] | None:
    """Return the cells with the pieces of one text put together again, where only one way makes a row.

    A piece that begins with a blank follows a comma that was meant: columns were joined without blanks.
    """
    extra = len(cells) - header.width
    ways = {}
    led_by_blank = _by_blanks(cells)
    if len(led_by_blank) == header.width and _are_texts(header, led_by_blank) and fits(led_by_blank):
        return led_by_blank
    for at in header.text_at:
        pieces = cells[at : at + extra + 1]
        if not all(WORD.search(piece) for piece in pieces):
            continue  # a number between two commas is no part of a text
        whole = ",".join(pieces)
        way = [*cells[:at], whole, *cells[at + extra + 1 :]]
        if _are_texts(header, way) and fits(way):
            ways[tuple(way)] = way
    return next(iter(ways.values())) if len(ways) == 1 else None


def _are_texts(header: Header, cells: list[str]) -> bool:
    return all(not cells[at].strip() or WORD.search(cells[at]) for at in header.text_at)


def _by_blanks(cells: list[str]) -> list[str]:
    made: list[str] = []
    for cell in cells:
        if made and cell.startswith(" ") and cell.strip():
            made[-1] += f",{cell}"
        else:
            made.append(cell)
    return made


def _split(text: str) -> list[str]:
    """Return the cells of a line; quotes that do not close are letters."""
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        return text.split(",")


class _Lines:
    """Physical lines, with one line's worth of going back."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file, self._encoding, self._number = file, encoding, 0
        self._ahead: list[tuple[int, str, Dirty | None]] = []

    def __iter__(self) -> Iterator[tuple[int, str, Dirty | None]]:
        while found := self._next():
            yield found

    def _next(self) -> tuple[int, str, Dirty | None] | None:
        return self._ahead.pop(0) if self._ahead else self._read()

    def _read(self) -> tuple[int, str, Dirty | None] | None:
        data = self._file.readline(LONGEST_LINE)
        if not data:
            return None
        self._number += 1
        if self._number == 1:
            data = data.removeprefix(BOM)
        if len(data) >= LONGEST_LINE and not data.endswith(b"\n"):
            while (more := self._file.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
                pass
            return self._number, repr(data[:200]), Dirty("unusable text", f"a line of more than {LONGEST_LINE} bytes")
        data = data.rstrip(b"\r\n")
        try:
            return self._number, data.decode(self._encoding), None
        except UnicodeDecodeError as error:
            shown = data.decode(self._encoding, errors="backslashreplace")
            why = Dirty("not the encoding", f"byte {error.start} is no {self._encoding}; give --encoding")
            return self._number, shown, why

    def joined(self, text: str, width: int, fits: Fits) -> tuple[str, str]:
        """Return (text, raw) of a row whose quoted value runs over lines; the line alone where that makes no row.

        Two lines that are each as wide as a row are two rows with a stray quote each.
        """
        taken: list[tuple[int, str, Dirty | None]] = []
        whole = text
        while len(taken) < JOINED and (more := self._next()):
            taken.append(more)
            if more[2] or (text.count(",") + 1 >= width and more[1].count(",") + 1 >= width):
                break
            whole += f"\n{more[1]}"
            if whole.count('"') % 2 == 0:
                cells = _split(whole)
                if len(cells) == width and fits(cells):
                    return whole, whole
                break
        self._ahead = taken + self._ahead
        return text, text
