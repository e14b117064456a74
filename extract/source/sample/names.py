"""Invented names. None is meant to be a real horse, person or course."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

HORSE_FIRST = (
    "Amber Brisk Copper Dapple Ember Fathom Gable Hollow Ivory Juniper Kestrel Lantern Marble Nettle Ochre Pewter Quarry "
    "Russet Saffron Thistle Umber Velvet Willow Yarrow Zephyr Bramble Cinder Drift Fennel Gossamer Heather Indigo "
    "Mallow Orchard Pebble Sable Tansy Vesper Wicker Clover"
).split()
HORSE_LAST = (
    "Anthem Beacon Cascade Doctrine Errand Fable Garland Harbour Isle Jubilee Knot Ledger Meadow Notion Overture Parade "
    "Quill Riddle Signal Tempo Union Voyage Whisper Yonder Almanac Ballad Compass Dividend Echo Footnote Gambit Horizon "
    "Interval Junction Kindling Lullaby Margin Novella Orbit Postscript"
).split()
ODD_HORSES = ("D'Artagnel's Folly", "L'Éclair Doré", "O'Halligan", "Señora Viento", "Mc Thistleby", "A B C Dapple")
FIRST = "Ada Bram Cora Dov Elin Finn Greta Hal Ines Jory Kit Lena Milo Nora Oren Pia Quin Rhea Soren Tess".split()
LAST = (
    "Ashgrove Birkle Cobbley Dunmere Eastoft Farrowby Gantley Hexwell Inchmoor Jesselby Kirkwynd Lorrimere Moxby "
    "Netherbridge O'Tarrel Penhallock Quenby Rushmere Staveley Thornhay"
).split()
SYNDICATES = ("The Thornhay Partnership", "Moxby & Friends", "Inchmoor Bloodstock Ltd", "Écurie Du Pré Bleu")


@dataclass(frozen=True, slots=True)
class Course:
    """An invented course. `kind` says which racing it stages."""

    id: int
    name: str
    country: str
    kind: str

    @property
    def key(self) -> str:
        """Slug in addresses."""
        return slug(self.name)


COURSES = (
    Course(90001, "Ambleford", "GB", "flat"),
    Course(90002, "Brackenhurst", "GB", "flat"),
    Course(90003, "Caldermoor", "GB", "jumps"),
    Course(90004, "Dunsley Park", "GB", "jumps"),
    Course(90005, "Eastwold (AW)", "GB", "aw"),
    Course(90006, "Fenwick Heath (AW)", "GB", "aw"),
    Course(90007, "Garstone", "GB", "jumps"),
    Course(90008, "Hartlow", "GB", "flat"),
    Course(90021, "Ballymorrow", "IRE", "jumps"),
    Course(90022, "Clonferry", "IRE", "flat"),
    Course(90023, "Dromkeel", "IRE", "jumps"),
    Course(90024, "Kilbrannock (AW)", "IRE", "aw"),
    Course(90041, "Aubreval", "FR", "flat"),
    Course(90042, "Beaumarais", "FR", "jumps"),
    Course(90043, "Clairvigne", "FR", "flat"),
    Course(90061, "Redwater Downs", "USA", "dirt"),
    Course(90062, "Port Merrin", "JER", "flat"),
    Course(90063, "Oldstead (GB) (ARAB)", "ARAB", "arab"),
)


def slug(name: str) -> str:
    """Return a name as it stands in an address."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower().replace("'", ""))
    return "-".join(kept.split())


@dataclass(frozen=True, slots=True)
class Person:
    """A jockey, trainer or owner."""

    id: int
    name: str

    def url(self, kind: str) -> str:
        """Profile address."""
        return f"/profile/{kind}/{self.id}/{slug(self.name)}/"


def person(base: int, number: int) -> Person:
    """Return the person of a number; `base` keeps jockeys, trainers and owners apart."""
    rng = Random(f"person:{base}:{number}")
    return Person(base + number, f"{rng.choice(FIRST)} {rng.choice(LAST)}")


def owner(number: int) -> Person:
    """Return the owner of a number; some are syndicates."""
    if number % 7 == 0:
        return Person(970_000 + number, SYNDICATES[number // 7 % len(SYNDICATES)])
    return person(970_000, number)
