"""Whether a race is over jumps, guessed from the index alone, for `--type`.

The index carries no type code. What decides is the noun that says what kind of race it is: the last one of the title.
"Chase The Dream Handicap" is a handicap, "Handicap Chase" a chase.
"""

from __future__ import annotations

import re

CERTAIN = re.compile(
    r"\b(?:hurdles?|hrdl|hdles?|hdl|steeple[- ]?chases?|haies|obstacles?|point[- ]to[- ]point)\b"
    r"|\b(?:inh\b|i\. ?n\. ?h\b)|\b(?:nh|n\.h\.|national hunt)(?=\W.*\bflat\b)|\bflat\b.*\((?:nh|national hunt)\)"
    r"|\bpro[-/ ]am\b.*\bflat race\b"
    r"|\b(?:handicap|novices?'?|hunters?'?|beginners'?|maiden|champion|veterans'?|mares'?|riders'?|limited|graduation)"
    r" chases?\b"
)
WITHIN_BRACKETS = re.compile(r"\((?:[^()]*[\s-])?(?:chase|steeple|cross[- ]country|bumper)\)")
NOUN = re.compile(
    r"\b(?:(?P<jumps>"
    r"(?<!the )chases?(?!\s+(?:the|a|your|my|me|it|that|down|up|after|away|and|&|farm|bank|park|house)\b)"
    r"|chse|s'?chase|bumper|cross[- ]country|steeple)"
    r"|(?P<flat>stakes|handicaps?|nursery|maiden|plate|derby|oaks|guineas|sprint|mile|classified|claiming|selling"
    r"|auction|conditions))\b"
)
FRENCH = re.compile(r"\bsteeple\b|\bcross\b")
IRISH_BUMPER = re.compile(r"\bflat race\b")
DISTANCE = re.compile(r"(?:([0-9]{1,2})m)?(?:([0-9]{1,2})?([¼½¾])?f)?(?:([0-9]{1,4})y(?:ds?)?)?")
SHORTEST_JUMPS = 12.0
LONG = 20.0
SHORTEST_MARATHON = 24.0
"""Furlongs. No jumps or National Hunt flat race is shorter than the first, no flat race as long as the last; from the
second on, any word for a race over jumps is believed."""


def looks_like_jumps(title: str | None, distance: str | None, country: str) -> bool:
    """Guess whether a race is over jumps or a National Hunt flat race, from what the index shows of it."""
    length = _furlongs(distance)
    if length is not None and not SHORTEST_JUMPS <= length < SHORTEST_MARATHON:
        return length >= SHORTEST_MARATHON
    lower = (title or "").lower().replace("’", "'")
    if CERTAIN.search(lower) or WITHIN_BRACKETS.search(lower):
        return True
    if country == "ire" and IRISH_BUMPER.search(lower):
        return True
    if country == "fr" and FRENCH.search(lower):
        return True
    nouns = list(NOUN.finditer(re.sub(r"\([^()]*\)", " ", lower)))
    if length is not None and length >= LONG and any(noun.lastgroup == "jumps" for noun in nouns):
        return True
    return bool(nouns) and nouns[-1].lastgroup == "jumps"


def _furlongs(distance: str | None) -> float | None:
    """Return the furlongs of `2m1½f` or `2m110y` (eight to the mile); None for anything else."""
    match = DISTANCE.fullmatch(distance or "")
    if match is None or not any(match.groups()):
        return None
    part = {None: 0.0, "¼": 0.25, "½": 0.5, "¾": 0.75}[match[3]]
    return 8.0 * int(match[1] or 0) + int(match[2] or 0) + part + int(match[4] or 0) / 220
