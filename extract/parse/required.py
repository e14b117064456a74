"""What a page must say to be used at all: identity, outcome and the count of its runners.

Everything else is optional. Pages of old years lack much of it, and what a page lacks is NULL, not a lost race.
"""

from __future__ import annotations

from typing import Any, Final

from extract.parse.fields import MISSING, broken

REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    # of the index
    "meeting": ("courseName", "countryCode"),
    "listed race": ("raceUid", "raceDateTime", "fullResultLink", "fullResultAvailable"),
    # of a result; also details.numberOfRunners, which is held against the rows unless the race is void
    "result": ("raceId", "raceDatetime", "header", "details", "runners"),
    "runner": ("horseUid", "horseName", "outcomeCode"),
    "prize": ("position",),
}
"""By object of the pages, the members without which it is refused."""


def require(node: dict[str, Any], kind: str, path: str) -> None:
    """Refuse an object that lacks a required member, or has null or a blank in its place.

    Raises:
        ContractBroken: it does; the message names the member.
    """
    for key in REQUIRED[kind]:
        value = node.get(key)
        if value is None or (isinstance(value, str) and value.strip() in MISSING):
            raise broken(f"{path}.{key}", value, "something: it is required")
