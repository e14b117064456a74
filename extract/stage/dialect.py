r"""The CSV dialect that DuckDB and Athena's OpenCSVSerde read alike.

UTF-8, `\n`, a header, every field quoted, quotes doubled. Line breaks inside a value become a space, because Athena
splits lines before it looks at quotes. U+0001 is refused, because it is the serde's escape character (its default, the
backslash, would eat backslashes). An empty string is NULL.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from extract.contract import Column, Record, Value, names
from extract.errors import StagingError

BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
ESCAPE = "\x01"


def encode(columns: tuple[Column, ...], rows: Iterable[Record]) -> bytes:
    """Return rows as a CSV file of the contract's columns.

    Raises:
        StagingError: a row lacks a column or has one too many, or a value holds U+0001.
    """
    header = names(columns)
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        if row.keys() != set(header):
            odd = sorted(row.keys() ^ set(header))
            raise StagingError(f"A row does not fit the contract, see {', '.join(odd)}. Nothing was staged; report it.")
        writer.writerow([_text(row[name], name) for name in header])
    return out.getvalue().encode()


def decode(columns: tuple[Column, ...], data: bytes) -> list[Record]:
    """Return the rows of a staged file, integers and booleans as such, the rest as text; empty is None.

    Columns that an older file lacks are None.

    Raises:
        StagingError: the file is not one of ours.
    """
    reader = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    try:
        header = next(reader)
        if header != list(names(columns))[: len(header)]:
            raise StagingError("A staged file has other columns than the contract. Was it edited? Remove it by hand.")
        lines = [line for line in reader if line]
    except (csv.Error, StopIteration) as error:
        raise StagingError(f"A staged file is not valid CSV ({error}). Was it edited? Remove it by hand.") from error
    padding = [""] * (len(columns) - len(header))
    return [
        {column.name: _value(column, cell) for column, cell in zip(columns, line + padding, strict=True)}
        for line in lines
    ]


def _text(value: Value, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = BREAKS.sub(" ", str(value)).replace("\x00", "")
    if ESCAPE in text:
        raise StagingError(f"The value of {name} holds the character U+0001, which staging cannot carry. Report it.")
    return text


def _value(column: Column, cell: str) -> Value:
    if not cell:
        return None
    if column.type in ("bigint", "integer"):
        return int(cell)
    return cell == "true" if column.type == "boolean" else cell
