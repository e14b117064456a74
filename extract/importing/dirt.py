"""Why a row is not staged: a closed list of reasons, so that they can be counted and add up."""

from __future__ import annotations

from typing import Final, Literal

Reason = Literal[
    "no race_id",
    "no horse_id",
    "horse_id ambiguous",
    "no date",
    "no country",
    "no position",
    "unknown code",
    "not a number",
    "out of range",
    "unusable text",
    "not the encoding",
    "too few columns",
    "stray commas",
    "no usable header",
    "race on two dates",
    "two ids for one runner",
    "one id for two runners",
    "did not run",
    "void race",
]
NO_DIRT: Final[frozenset[Reason]] = frozenset({"did not run", "void race"})
"""Left out by the rules of the project, though nothing is wrong with them: no runner, no result."""
CONTRADICTIONS: Final[frozenset[Reason]] = frozenset(
    {"race on two dates", "two ids for one runner", "one id for two runners"}
)
"""Two rows cannot both be true; the last one is staged, the other set aside."""


class Dirty(Exception):
    """A row that cannot be staged: its reason, and what exactly is wrong, in words."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail
