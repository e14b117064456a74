"""Which sexes a race's title restricts it to."""

from __future__ import annotations

import re

AND = r"\s*(?:&|/|,|\band\b|\bor\b)\s*"
SEX = r"\b(?:colts|fillies|mares|geldings)'?"
CLUB = re.compile(
    rf"{SEX}(?:{AND}{SEX})*\s+(?:racing\s+)?(?:club|society|association|syndicate|partnership|stud|bar)\b"
)
"""The name of somebody who sponsors the race, not a restriction of it."""

ANY = re.compile(r"colts|fillies|mares|geldings|[\s(][cfmg](?![a-z])")
"""What every restriction holds; most titles have none of it."""

ALL_OF_THEM = re.compile(rf"{SEX}{AND}{SEX}{AND}{SEX}")
"""Colts, geldings and fillies: that is to say, open."""


def _pair(first: str, second: str) -> str:
    letters = f"{first[0]}{AND}{second[0]}"
    return rf"\b{first}'?{AND}{second}\b|\b{second}'?{AND}{first}\b|\((?:[^()]*[\s(])?{letters}\)"


RESTRICTIONS = tuple(
    (name, re.compile(words))
    for name, words in (
        ("C & F", _pair("colts", "fillies") + r"|\bno geldings\b|\bgeldings excluded\b"),
        ("F & M", _pair("fillies", "mares")),
        ("C & G", _pair("colts", "geldings")),
        ("M & G", _pair("mares", "geldings")),
        ("F", r"\bfillies\b|\(\dyo\+? f\)"),
        ("M", r"\bmares\b|\(\dyo\+? m\)"),
        ("C", r"\([^()]*\bcolts\)"),
    )
)  # in this order: the pair before either of its words


def sex_restriction(title: str | None) -> str | None:
    """Return the sexes a race is restricted to, such as F & M; None when it is open, or has no title."""
    lower = (title or "").lower().replace("’", "'")
    if not ANY.search(lower):
        return None
    lower = CLUB.sub("", lower)
    if ALL_OF_THEM.search(lower):
        return None
    return next((name for name, words in RESTRICTIONS if words.search(lower)), None)
