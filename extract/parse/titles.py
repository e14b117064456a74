"""What a race's title, type code, class and going say about the race."""

from __future__ import annotations

import re

TYPES = {
    "F": "Flat", "X": "Flat", "A": "Flat", "S": "Flat", "P": "Flat",
    "H": "Hurdle",
    "C": "Chase", "U": "Chase",
    "B": "NH Flat", "W": "NH Flat", "N": "NH Flat",
}  # fmt: skip
ALL_WEATHER = {"slow", "standard", "standard to fast", "standard to slow"}
DIRT = {"fast", "muddy", "sloppy", "wet fast"}
TURF = {
    "hard", "firm", "good to firm", "good", "good to soft", "good to yielding", "yielding", "yielding to soft",
    "soft", "soft to heavy", "heavy", "very soft", "holding", "firm to hard", "good to heavy", "collant", "souple",
}  # fmt: skip
PATTERN = re.compile(r"(?:\(|\s)(Grade|Group) ([1-3A-C]|I{1,3})(?=\)|\s|$)")
ROMAN = {"I": "1", "II": "2", "III": "3"}
SEXES = (
    ("C & F", r"colts\s*(?:&|and)\s*fillies"),
    ("F & M", r"fillies'?\s*(?:&|and)\s*mares"),
    ("C & G", r"colts\s*(?:&|and)\s*geldings|\(c & g\)"),
    ("M & G", r"mares\s*(?:&|and)\s*geldings"),
    ("F", r"fillies"),
    ("M", r"mares"),
)  # in this order: the pair before either of its words
COUNTRY_SUFFIX = re.compile(r"\s*\((?!AW\))[A-Z]{2,4}\)$")


def race_type(code: str | None) -> str | None:
    """Return Flat, Hurdle, Chase or NH Flat for a type code; None for a code we do not know."""
    return TYPES.get(code or "")


def surface(code: str | None, going: str | None, course: str) -> str | None:
    """Return Turf, AW or Dirt. 'Fast' is all-weather at an all-weather course and dirt elsewhere; unknown is None."""
    ground = (going or "").lower()
    if code == "X" or "(AW)" in course or ground in ALL_WEATHER:
        return "AW"
    if ground in DIRT:
        return "Dirt"
    return "Turf" if ground in TURF else None


def pattern(title: str) -> str | None:
    """Return Group 1 to 3, Grade 1 to 3, Grade A to C, or Listed."""
    match = PATTERN.search(title)
    if match:
        return f"{match[1]} {ROMAN.get(match[2], match[2])}"
    lower = title.lower()
    return "Listed" if "listed race" in lower or "(listed" in lower else None


def race_class(published: str | None, title: str) -> int | None:
    """Return the British class, 1 to 7: as published, else as the title says; None where there is none."""
    if published and published.strip().isdigit() and 1 <= int(published) <= 7:
        return int(published)
    match = re.search(r"\b[Cc]lass ([1-7])\b", title)
    if match:
        return int(match[1])
    return 2 if "(premier handicap)" in title.lower() else None


def sex_restriction(title: str) -> str | None:
    """Return the sexes a race is restricted to, such as F & M."""
    lower = title.lower()
    return next((name for name, words in SEXES if re.search(words, lower)), None)


def course_name(published: str) -> str:
    """Return a course name without its country suffix; the all-weather mark stays."""
    name = COUNTRY_SUFFIX.sub("", published)
    return COUNTRY_SUFFIX.sub("", name) or published


def looks_like_jumps(title: str, distance: str | None) -> bool:
    """Guess from the index alone whether a race is over jumps or a National Hunt flat race, for `--type`.

    The index carries no type code. The title's words decide; failing them, nothing on the flat in Britain, Ireland
    or France is run over three miles.
    """
    if re.search(r"hurdle|chase|\bnh flat\b|national hunt flat|\binh\b|bumper|steeple|\bhaies\b", title.lower()):
        return True
    return bool(re.match(r"[3-9]m", distance or ""))
