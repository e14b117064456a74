"""The hash over a row's facts, by which a change is told from no change."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from extract.contract import RESULTS, Record

FACTS = tuple(column.name for column in RESULTS if column.role == "fact")
APART = "\x1f"


class FactsHash:
    """The hash of each runner of a race. What all of them share is written once: it is the greater part of the text."""

    def __init__(self, race: Record) -> None:
        """Take the columns of the race."""
        shared, self._own, form = _form(tuple(race))
        texts = ["" if (value := race[name]) is None else str(value).replace("%", "%%") for name in shared]
        self._form = form % tuple(texts)

    def of(self, runner: Record) -> str:
        """Return the SHA-256 over the fact columns of race and runner, written `name=value` in contract order."""
        own = ["" if (value := runner[name]) is None else value for name in self._own]
        return sha256((self._form % tuple(own)).encode()).hexdigest()


def facts_hash(row: Record) -> str:
    """Return the SHA-256 over the fact columns of one whole row."""
    return FactsHash({}).of(row)


@lru_cache(maxsize=4)
def _form(of_race: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the facts of the race, those of a runner, and the text with a place for each: `%s` and `%%s`."""
    shared = tuple(name for name in FACTS if name in of_race)
    own = tuple(name for name in FACTS if name not in of_race)
    return shared, own, APART.join(f"{name}={'%s' if name in of_race else '%%s'}" for name in FACTS)
