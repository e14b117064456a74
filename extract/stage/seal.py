"""The commit marker's own checksum: a slices file tells when it has been changed, and stays one atomic file."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from extract.contract import Column, Record
from extract.stage.dialect import encode, render

SEAL = "slices_sha256"


def sealed(columns: tuple[Column, ...], rows: Sequence[Record]) -> list[Record]:
    """Return the rows of a slices file, each with the SHA-256 of the file as it reads without that column."""
    without = tuple(column for column in columns if column.name != SEAL)
    bare = [{name: value for name, value in row.items() if name != SEAL} for row in rows]
    seal = sha256(encode(without, bare)).hexdigest()
    return [row | {SEAL: seal} for row in rows]


def is_whole(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool | None:
    """Say whether a slices file, as it is written, agrees with its own checksum; None when it carries none."""
    if SEAL not in header or not rows:
        return None
    place = header.index(SEAL)

    def bare(row: Sequence[str]) -> list[str]:
        return [cell for number, cell in enumerate(row) if number != place]

    seal = sha256(render(bare(header), map(bare, rows))).hexdigest()
    return all(row[place] == seal for row in rows)
