"""Race titles as each country writes them, with the words that have misled readers of titles before."""

from __future__ import annotations

from random import Random

from extract.source.sample.conditions import Terms
from extract.source.sample.courses import Course

SPONSORS = (
    "Quenby", "Lantern Inn", "Gantley & Sons", "Racing Friends", "Moxby Tyres", "Thornhay Feeds", "Read The Larkpost",
    "Birkle Brothers", "Saturday Supper At The Wickmoor", "Happy Fortieth Aunt Tess", "Penhallock Cider", "Farrowby Vets",
    "Inchmoor Insurance", "Staveley Steel", "Watch Every Furlong",
)  # fmt: skip
CHASING = ("Chaseholt Farm", "Chase The Lantern", "Purchase Lane Garage", "Larkchase", "Chasewater Meadow")
"""Sponsors of flat races whose names have a chase in them."""
CLUBS = ("Dunmere Colts And Fillies Club", "Kirkwynd Colts & Fillies Club")
FRENCH = (
    "De La Lanterne",
    "Du Moulin Vert",
    "Des Genêts",
    "De Beaupré",
    "Du Vieux Pont",
    "D'Aubreval",
    "Des Trois Clos",
)
CLASSES = {"FR": "(Class {})", "HK": "(Class {})", "AUS": "(Class {})"}
"""Where titles say a class that is not a British one."""


def title(terms: Terms, course: Course, rng: Random) -> str:
    """Return the title of a race."""
    if course.country == "FR":
        return _french(terms, rng)
    sponsor = rng.choice(SPONSORS)
    if rng.random() < 0.005:
        sponsor = rng.choice(CLUBS)
    elif not terms.jumps and rng.random() < 0.02:
        sponsor = rng.choice(CHASING)
    if course.kind == "ptp":
        return f"{sponsor} Open Point-To-Point Race"
    before, after = (terms.sex_word, "") if terms.sex_word.endswith("'") else ("", terms.sex_word)
    words = [sponsor, before, *_kind(terms, course, rng), after]
    if terms.pattern:
        words.append(f"({terms.pattern})" if terms.pattern != "Listed" else "(Listed Race)")
    if terms.top is not None and course.country == "IRE" and not terms.pattern:
        premier = terms.level <= 2 or rng.random() < 0.02
        words.append("(Premier Handicap)" if premier else f"({terms.bottom}-{terms.top})")
    elif terms.top is not None and rng.random() < 0.15:
        words.append(f"(0-{terms.top})")
    if course.country in CLASSES and not terms.pattern:
        words.append(CLASSES[course.country].format(min(terms.level, 5)))
    return " ".join(word for word in words if word)


def _kind(terms: Terms, course: Course, rng: Random) -> list[str]:
    """Return the words for the kind of race: novice, handicap, hurdle."""
    irish = course.country == "IRE"
    if terms.kind == "bumper":
        if irish:
            return [rng.choice(("(Pro/Am) Flat Race", "I.N.H. Flat Race", "(Ladies Pro/Am) Flat Race"))]
        return [rng.choice(("Open NH Flat Race", "Standard Open National Hunt Flat Race", "Maiden Open NH Flat Race"))]
    noun = "Stakes"
    if terms.jumps:
        over_hurdles = terms.type_code in {"H", "Y"}
        noun = ("Hdl" if irish and rng.random() < 0.15 else "Hurdle") if over_hurdles else "Chase"
    if terms.top is not None:
        young = terms.oldest == 2
        label = "Nursery Handicap" if young else "Handicap"
        return [label] if not terms.jumps else [label, noun]
    labels = {
        "novice": ("Maiden", "Novice", "Novice", "Restricted Maiden") if not terms.jumps else ("Novices'", "Maiden", "Beginners'"),
        "classified": ("Classified",), "conditions": ("Conditions", "Claiming"), "hunters": ("Open Hunters'",),
    }  # fmt: skip
    return [rng.choice(labels[terms.kind]), noun] if terms.kind in labels else [noun]


def _french(terms: Terms, rng: Random) -> str:
    label = {"novice": "Maiden", "classified": "Claimer"}.get(terms.kind, "Conditions")
    label = "Handicap" if terms.handicap else label
    kind = ("Hurdle" if terms.type_code in {"H", "Y"} else "Chase") if terms.jumps else None
    if terms.kind == "bumper":
        kind, label = "NH Flat", "AQPS"
    marks = [
        terms.pattern if terms.pattern != "Listed" else "Listed Race",
        kind,
        label if terms.handicap or not terms.pattern else None,
    ]
    marks += [terms.age_band, terms.sex_word.strip("()").replace("'", "") or None]
    if not terms.jumps and not terms.pattern:
        marks.append(f"Class {min(terms.level, 5)}")
    marks.append("Turf" if terms.type_code not in {"Y", "Z", "W", "X"} else "Polytrack")
    return f"Prix {rng.choice(FRENCH)} " + " ".join(f"({mark})" for mark in marks if mark)
