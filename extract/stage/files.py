"""One staged file as it lies there now: read once, judged without raising for what is wrong with it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from hashlib import sha256

from extract.contract import CONTRACT, Column
from extract.stage.dialect import Damaged, fault_of_bytes, fault_of_header, parse, render, typed
from extract.stage.seal import is_whole
from extract.stage.storage import FileMissing, Storage

MISSING = "missing"
LONGEST_HEADER = 1 << 16  # bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """A file read in one pass: checksum, first line, number of rows, and what its bytes show to be wrong."""

    sha256: str
    header: bytes = b""
    rows: int = 0
    fault: str | None = None

    def fault_of_header(self, columns: tuple[Column, ...]) -> str | None:
        """Say what is wrong with the header."""
        try:
            names = next(csv.reader([self.header.decode()], strict=True), [])
        except (UnicodeDecodeError, csv.Error):
            return "has a header that cannot be read"
        return fault_of_header(names, columns)


def look(storage: Storage, path: str) -> Seen:
    """Read a file in pieces, whatever its size.

    Raises:
        StagingError: it is there and the storage cannot give it.
    """
    digest, rows, header, last, has_cr = sha256(), 0, b"", b"", False
    try:
        for chunk in storage.chunks(path):
            digest.update(chunk)
            if b"\n" not in header and len(header) < LONGEST_HEADER:
                header += chunk[:LONGEST_HEADER]
            rows += chunk.count(b"\n")
            last = chunk[-1:]
            has_cr = has_cr or b"\r" in chunk
    except FileMissing:
        return Seen(MISSING, fault="is missing")
    fault = fault_of_bytes(header[:3], last, has_cr)
    return Seen(digest.hexdigest(), header.partition(b"\n")[0], max(rows - 1, 0), fault)


@dataclass(frozen=True, slots=True)
class Table:
    """A small file read whole: its rows as written, by column name."""

    sha256: str
    header: list[str] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)
    fault: str | None = None
    is_sealed: bool | None = None


def read_table(storage: Storage, path: str, kind: str) -> Table:
    """Read a races or slices file.

    Raises:
        StagingError: it is there and the storage cannot give it.
    """
    columns = CONTRACT[kind]
    try:
        data = storage.read(path)
    except FileMissing:
        return Table(MISSING, fault="is missing")
    digest = sha256(data).hexdigest()
    try:
        header, rows = parse(columns, data, path)
        typed(columns[: len(header)], rows, path)
    except Damaged as error:
        return Table(digest, fault=error.fault)
    fault = None if render(header, rows) == data else "is not written as `extract` writes: another program saved it"
    records = [dict(zip(header, row, strict=True)) for row in rows]
    return Table(digest, header, records, fault, is_whole(header, rows))
