"""What a race's title, type, class and going say about the race."""

from __future__ import annotations

import re

from extract.parse.codes import RaceType

ALL_WEATHER = {"slow", "standard", "standard to fast", "standard to slow"}
DIRT = {"fast", "muddy", "sloppy", "wet fast"}
TURF = {
    "hard", "firm", "good to firm", "good", "good to soft", "good to yielding", "yielding", "yielding to soft",
    "soft", "soft to heavy", "heavy", "very soft", "holding", "firm to hard", "good to heavy", "collant", "souple",
}  # fmt: skip
PATTERN = re.compile(r"(?:\(|\s)(Grade|Group) ([1-3A-C]|I{1,3})(?=\)|\s|$)")
ROMAN = {"I": "1", "II": "2", "III": "3"}
LETTERS = dict(zip("ABCDEFGH", (1, 2, 3, 4, 5, 6, 6, 7), strict=True))
"""British classes before 2006 had letters; this is how they are counted in the numbers of today."""
CLASS = re.compile(r"\b[Cc]lass ([1-7])\b|\([Cc]lass ([A-H])\)")
HANDICAP = re.compile(r"(?<!non-)(?<!non )\b(?:handicaps?|h'?caps?|hcps?)\b")
QUALIFIER = re.compile(r"\([^()]*\bqualif\w+ (?:for|to)\b[^()]*\)")
"""What a race leads to says nothing of the race itself."""
NURSERY = re.compile(r"\bnursery\b(?!.*\b(?:maiden|novice|conditions|auction|median)\b)")
COUNTRY_SUFFIX = re.compile(r"(?:\s*\((?!AW\))[A-Z]{2,4}\))+$")
NAME_SUFFIX = re.compile(r"(\S.*?)\s*\(([A-Z]{2,4})\)")


def surface(kind: RaceType | None, going: str | None, course: str) -> str | None:
    """Return Turf, AW or Dirt. 'Fast' is all-weather at an all-weather course and dirt elsewhere; unknown is None."""
    ground = (going or "").lower()
    if (kind is not None and kind.all_weather) or "(AW)" in course or ground in ALL_WEATHER:
        return "AW"
    if ground in DIRT:
        return "Dirt"
    return "Turf" if ground in TURF else None


def pattern(title: str | None) -> str | None:
    """Return Group 1 to 3, Grade 1 to 3, Grade A to C, or Listed."""
    if title is None:
        return None
    match = PATTERN.search(title)
    if match:
        return f"{match[1]} {ROMAN.get(match[2], match[2])}"
    lower = title.lower()
    return "Listed" if "listed race" in lower or "(listed" in lower else None


def race_class(published: str | None, title: str | None) -> int | None:
    """Return the class of a British race, 1 to 7: as published, else as the title says; None where there is none.

    Only for British races: elsewhere the same words mean other things.
    """
    said = published or ""
    if said not in LETTERS and not re.fullmatch("[1-7]", said):
        match = CLASS.search(title or "")
        if match is None:
            return 2 if "(premier handicap)" in (title or "").lower() else None
        said = match[1] or match[2]
    return LETTERS.get(said) or int(said)


def is_handicap(title: str | None, grade: str | None, race_code: str | None, country: str) -> bool | None:
    """Say whether the weights were set by rating; None without a title.

    The word is the same in English and French. Three kinds are handicaps without saying so: a nursery, Ireland's
    Grades A to C, and a Grade 3 over jumps in Britain.
    """
    if title is None:
        return None
    lower = QUALIFIER.sub("", title.lower().replace("’", "'"))
    if HANDICAP.search(lower) or NURSERY.search(lower):
        return True
    if grade in {"Grade A", "Grade B", "Grade C"}:
        return True
    return grade == "Grade 3" and country == "gb" and race_code in {"hurdle", "chase"}


def course_name(published: str) -> str:
    """Return a course name without its suffixes of country and fixture; the all-weather mark stays."""
    return COUNTRY_SUFFIX.sub("", published) or published


def name_and_country(name: str) -> tuple[str, str | None]:
    """Return (name, country) of a horse whose country stands within its name, as in `Sand Dancer (FR)`."""
    match = NAME_SUFFIX.fullmatch(name)
    return (match[1], match[2]) if match else (name, None)
