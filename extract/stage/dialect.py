r"""The CSV dialect that DuckDB and Athena's OpenCSVSerde read alike.

UTF-8, `\n`, a header, every field quoted, quotes doubled. Line breaks inside a value become a space, because Athena
splits lines before it looks at quotes. U+0001 is refused, because it is the serde's escape character (its default, the
backslash, would eat backslashes). An empty string is NULL.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from extract.contract import Column, Record, Value, names
from extract.errors import StagingError
from extract.stage.values import BadValue, value_of

BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
ESCAPE = "\x01"
HALF = re.compile("[\ud800-\udfff]")
BOM = b"\xef\xbb\xbf"
LONGEST = 100_000
"""Characters a value may have; Python's own reader stops at 131,072."""
LONGEST_ROW = 1_900_000
"""Bytes of a row's values; DuckDB reads lines of at most 2,097,152."""
REMEDY = "Put the file back from a backup, or scrape its dates again."


class Damaged(StagingError):
    """A staged file is not what `extract` writes."""

    def __init__(self, file: str, fault: str) -> None:
        super().__init__(f"{file} {fault}. {REMEDY}")
        self.fault = fault


def check_row(columns: tuple[Column, ...], row: Record) -> None:
    """Refuse a row that cannot be staged as it is.

    Raises:
        StagingError: the row lacks a column or has one too many, or a value holds U+0001 or half a character, or
            the value or the row is too long.
    """
    check_rows(columns, [row])


def check_rows(columns: tuple[Column, ...], rows: Iterable[Record]) -> None:
    """Refuse rows of which one cannot be staged as it is; raises as `check_row` does."""
    header = names(columns)
    for row in rows:
        _line(header, row)


def encode(columns: tuple[Column, ...], rows: Iterable[Record]) -> bytes:
    """Return rows as a CSV file of the contract's columns.

    Raises:
        StagingError: a row cannot be staged as it is, see `check_row`.
    """
    header = names(columns)
    return render(header, (_line(header, row) for row in rows))


def render(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return texts as a file in the dialect."""
    out = io.BytesIO()
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    text.detach()  # which writes what is left
    return out.getvalue()


def decode(columns: tuple[Column, ...], data: bytes, file: str = "A staged file") -> list[Record]:
    """Return the rows of a staged file, integers and booleans as such, the rest as text; empty is None.

    Columns that an older file lacks are None. `file` is the name that errors give it.

    Raises:
        Damaged: the file is not one of ours.
    """
    header, rows = parse(columns, data, file)
    return typed(columns[: len(header)], rows, file, columns[len(header) :])


def parse(columns: tuple[Column, ...], data: bytes, file: str = "A staged file") -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a staged file as they are written.

    Raises:
        Damaged: the file is not in the dialect, or its header is not the beginning of the contract's columns.
    """
    if fault := fault_of_bytes(data[:3], data[-1:], b"\r" in data):
        raise Damaged(file, fault)
    try:
        lines = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    except UnicodeDecodeError as error:
        raise Damaged(file, f"is not UTF-8 (at byte {error.start})") from error
    except csv.Error as error:
        raise Damaged(file, f"is not valid CSV ({error})") from error
    if data.count(b"\n") != len(lines) or ESCAPE.encode() in data:
        raise Damaged(file, "holds a line break or U+0001 inside a value, which `extract` never writes")
    header, rows = lines[0], lines[1:]
    if fault := fault_of_header(header, columns):
        raise Damaged(file, fault)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise Damaged(file, f"has {len(row)} of {len(header)} values in line {number}")
    return header, rows


def fault_of_bytes(first: bytes, last: bytes, has_carriage_return: bool) -> str | None:
    """Say what is wrong with a file, judged by its first three bytes, its last one, and whether it holds a CR."""
    if not last:
        return "is empty"
    if first == BOM:
        return "begins with a byte order mark, which `extract` never writes: another program saved it"
    if has_carriage_return:
        return "has CRLF or CR line ends, which `extract` never writes: another program saved it"
    return None if last == b"\n" else "is cut: its last line does not end"


def fault_of_header(header: Sequence[str], columns: tuple[Column, ...]) -> str | None:
    """Say what is wrong with a header; a shorter one, of an older version, is good."""
    expected = names(columns)
    if not header:
        return "has no header"
    if tuple(header) == expected[: len(header)]:
        return None
    if tuple(header[: len(expected)]) == expected:
        return f"has {len(header) - len(expected)} more columns than this version knows: update the project"
    for number, (here, there) in enumerate(zip(header, expected, strict=False), start=1):
        if here != there:
            return f"has the column {here[:60]!r} where {there} belongs (column {number})"
    raise AssertionError("a header that differs, differs somewhere")


def typed(
    columns: tuple[Column, ...], rows: Iterable[Sequence[str]], file: str, missing: tuple[Column, ...] = ()
) -> list[Record]:
    """Return rows as values of their columns' types; `missing` columns are None.

    Raises:
        Damaged: a value is none of its column's type.
    """
    padding: Record = dict.fromkeys(names(missing))
    found: list[Record] = []
    for number, row in enumerate(rows, start=2):
        try:
            record: Record = {column.name: value_of(column, cell) for column, cell in zip(columns, row, strict=True)}
        except BadValue as error:
            raise Damaged(file, f"is wrong in line {number}: {error}") from error
        found.append(record | padding)
    return found


def _line(header: tuple[str, ...], row: Record) -> list[str]:
    if len(row) != len(header) or not row.keys() >= set(header):
        odd = sorted(row.keys() ^ set(header))
        raise StagingError(f"A row does not fit the contract, see {', '.join(odd)}. Nothing was staged; report it.")
    plain = [
        value if type(value := row[name]) is str else "" if value is None else _text(value, name) for name in header
    ]
    together = "".join(plain)  # looked at as one text: nearly all rows have nothing to mend
    if together.isprintable() and len(together) <= LONGEST:
        return plain
    cells = [_text(row[name], name) for name in header]
    try:
        size = len("".join(cells).encode())
    except UnicodeEncodeError as error:
        name = next(name for name, cell in zip(header, cells, strict=True) if HALF.search(cell))
        raise StagingError(f"The value of {name} holds half a character (a lone surrogate). Report it.") from error
    if size > LONGEST_ROW:
        raise StagingError(f"A row has {size} bytes, at most {LONGEST_ROW} can be staged. Report it.")
    return cells


def _text(value: Value, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    text = BREAKS.sub(" ", value).replace("\x00", "")
    if ESCAPE in text:
        raise StagingError(f"The value of {name} holds the character U+0001, which staging cannot carry. Report it.")
    if len(text) > LONGEST:
        raise StagingError(
            f"The value of {name} has {len(text)} characters, at most {LONGEST} can be staged. Report it."
        )
    return text
