"""The header of a file of others: which of their columns stands where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.importing.dirt import Dirty
from extract.importing.mapping import MAPPING, PASSED_OVER, RACE_COLUMNS, TEXT_COLUMNS

NAMES = {name: column.theirs for column in MAPPING for name in (*column.also, column.theirs)}
NEEDED = ("date", "race_id", "horse", "pos")


@dataclass(frozen=True, slots=True)
class Header:
    """A file's columns: where each of theirs stands, how many there are, and those that nobody knows."""

    at: dict[str, int]
    width: int
    unknown: tuple[str, ...]

    @property
    def race_at(self) -> tuple[int, ...]:
        """Where the columns stand that all runners of a race share."""
        return tuple(self.at[name] for name in RACE_COLUMNS if name in self.at)

    @property
    def text_at(self) -> tuple[int, ...]:
        """Where the columns stand in which a comma can have been meant."""
        return tuple(sorted(self.at[name] for name in TEXT_COLUMNS if name in self.at))


def read_header(cells: Sequence[str]) -> Header:
    """Return what a header says; names in any case and order, with blanks for underscores.

    A bare `name` is the race's beside a `horse` and the horse's otherwise, as old files have it.

    Raises:
        Dirty: it lacks what every row needs, or names a column twice.
    """
    plain = [cell.strip().strip('"').lower().replace(" ", "_").lstrip("\ufeff") for cell in cells]
    if "name" in plain:
        plain[plain.index("name")] = "race_name" if "horse" in plain else "horse"
    at: dict[str, int] = {}
    unknown = []
    for place, name in enumerate(plain):
        theirs = NAMES.get(name)
        if theirs is None:
            if name and name not in PASSED_OVER:
                unknown.append(name)
        elif theirs not in at or (name == theirs and plain[at[theirs]] != theirs):
            at[theirs] = place  # their usual name before any other
        elif name == plain[at[theirs]]:
            raise Dirty("no usable header", f"the column {name} stands there twice")
    if missing := [name for name in NEEDED if name not in at]:
        raise Dirty("no usable header", f"it lacks {', '.join(missing)}")
    return Header(at, len(plain), tuple(unknown))
