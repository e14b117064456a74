"""What became of every row: counted where it is decided, so that the sum can be checked against what was read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

from extract.errors import ExtractError
from extract.importing.dirt import NO_DIRT, Reason

Fate = Literal["staged", "imported already", "duplicate"] | Reason
Key = tuple[str, str]
"""Year and country; both `?` where the row does not tell."""
UNKNOWN: Final[Key] = ("?", "?")
GOOD: Final[tuple[Fate, ...]] = ("staged", "imported already", "duplicate")
SHOWN = 10


@dataclass(slots=True)
class Tally:
    """Counts of one import. Each row that was read has one fate."""

    files: int = 0
    empty_files: int = 0
    read: Counter[Key] = field(default_factory=Counter)
    fates: Counter[tuple[Fate, Key]] = field(default_factory=Counter)
    carried_over: int = 0
    """Rows of earlier imports that are staged again beside new ones of their race."""
    races: int = 0
    slices: int = 0
    short_races: int = 0
    """Races with other rows than they say ran, or without a winner."""
    mended: int = 0
    """Rows with a comma too many that could be put together."""
    unknown_columns: Counter[str] = field(default_factory=Counter)
    passed_over: list[str] = field(default_factory=list)
    contradictions: dict[Reason, list[str]] = field(default_factory=dict)

    def count(self, fate: Fate, key: Key, rows: int = 1) -> None:
        """Count rows that came to an end."""
        self.fates[fate, key] += rows

    def contradiction(self, reason: Reason, what: str) -> None:
        """Note two rows that cannot both be true; the first of each kind are kept as examples."""
        found = self.contradictions.setdefault(reason, [])
        if len(found) < SHOWN:
            found.append(what)

    def total(self, *fates: str) -> int:
        """Return how many rows had one of some fates."""
        return sum(rows for (fate, _), rows in self.fates.items() if fate in fates)

    @property
    def rows_in(self) -> int:
        """Rows that were read."""
        return self.read.total()

    @property
    def accounted(self) -> int:
        """Rows that staging holds after the import."""
        return self.total("staged", "imported already")

    @property
    def set_aside(self) -> dict[str, int]:
        """Rows set aside, by reason, most first."""
        found: Counter[str] = Counter()
        for (fate, _), rows in self.fates.items():
            if fate not in GOOD:
                found[fate] += rows
        return dict(found.most_common())

    @property
    def dirt(self) -> int:
        """Rows set aside because something is wrong with them."""
        return sum(rows for reason, rows in self.set_aside.items() if reason not in NO_DIRT)

    def by_year_and_country(self) -> list[tuple[Key, int, int, int, int, int]]:
        """Return per year and country: rows read, staged, imported already, duplicates, set aside; in order."""
        return [
            (key, self.read[key], *(self.fates[fate, key] for fate in GOOD), self._aside(key))  # type: ignore[misc]
            for key in sorted(self.read)
        ]

    def _aside(self, key: Key) -> int:
        return sum(rows for (fate, at), rows in self.fates.items() if at == key and fate not in GOOD)

    def check(self) -> None:
        """Let an account pass that adds up, in all and per year and country.

        Raises:
            ExtractError: it does not, which is a fault of this program.
        """
        ended: Counter[Key] = Counter()
        for (_, key), rows in self.fates.items():
            ended[key] += rows
        if odd := sorted(key for key in self.read | ended if self.read[key] != ended[key]):
            year, country = odd[0]
            raise ExtractError(
                f"The import does not add up: of {self.read[odd[0]]} rows of {country} {year}, {ended[odd[0]]} came to "
                "an end. Nothing was committed. Report it."
            )
