"""Invented names. None is meant to be a real horse, person or course."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extract.source.sample.draws import mix

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
SHAPES = (
    "{a} {b}", "{b} Of {a}", "The {a} {b}", "{a}'s {b}", "My {a} {b}", "{b} By {a}", "{a} And {b}", "No {a} {b}",
    "{a} {b} Again", "Sir {a} {b}", "{b} In {a}", "{a} To {b}",
    "Dear {a} {b}", "{a} Or {b}", "{b} For {a}", "Lady {a} {b}", "{a}{b}", "{b} At {a}", "Old {a} {b}", "{a}'s Last {b}",
    "{b} Du {a}", "Miss {a} {b}", "{a} {b} Two", "One {a} {b}",
)  # fmt: skip
ODD_HORSES = ("D'Artagnel's Folly", "L'Éclair Doré", "O'Halligan", "Señora Viento", "Mc Thistleby", "A B C Dapple")
FIRST = (
    "Ada Bram Cora Dov Elin Finn Greta Hal Ines Jory Kit Lena Milo Nora Oren Pia Quin Rhea Soren Tess Una Vik Wren Yara"
).split()
LAST_HEAD = (
    "Ash Birk Cob Dun East Farrow Gant Hex Inch Jessel Kirk Lorri Mox Nether Pen Quen Rush Stave Thorn Wick".split()
)
LAST_TAIL = "grove by ley mere oft bury field worth moor wynd well bridge hallock hay combe".split()
IRISH = ("O'Tarrel", "McArdley", "O'Shawnton", "Mac Quenby")
NOT_PLAIN = re.compile(r"[^a-z0-9]+")
SYNDICATES = ("The Thornhay Partnership", "Moxby & Friends", "Inchmoor Bloodstock Ltd", "Écurie Du Pré Bleu")


@lru_cache(maxsize=50_000)
def slug(name: str) -> str:
    """Return a name as it stands in an address."""
    return NOT_PLAIN.sub("-", name.lower().replace("'", "")).strip("-")


@dataclass(frozen=True, slots=True)
class Person:
    """A jockey, trainer or owner."""

    id: int
    name: str

    def url(self, kind: str) -> str:
        """Profile address."""
        return f"/profile/{kind}/{self.id}/{slug(self.name)}/"


@lru_cache(maxsize=20_000)
def person(number: int) -> Person:
    """Return the person with an id; jockeys, trainers and owners have ranges of their own."""
    bits = mix(number, 77)
    last = LAST_HEAD[bits % len(LAST_HEAD)] + LAST_TAIL[(bits >> 8) % len(LAST_TAIL)]
    if bits >> 16 & 31 == 0:
        last = IRISH[(bits >> 24) % len(IRISH)]
    return Person(number, f"{FIRST[(bits >> 32) % len(FIRST)]} {last}")


@lru_cache(maxsize=20_000)
def owner(number: int) -> Person:
    """Return the owner with an id; some are syndicates."""
    if number % 7 == 0:
        return Person(number, SYNDICATES[number // 7 % len(SYNDICATES)])
    return person(number)


@lru_cache(maxsize=50_000)
def horse_name(born: int, number: int) -> str:
    """Return the name of a horse. Within a crop none comes twice but for the odd ones; years later one may come again."""
    if number % 97 == 0:
        return ODD_HORSES[number // 97 % len(ODD_HORSES)]
    place = number * 7919 + born * 2503  # the factor is prime to the number of names, so a crop repeats none
    shape, pair = divmod(place % (len(SHAPES) * 1600), 1600)
    return SHAPES[shape].format(a=HORSE_FIRST[pair % 40], b=HORSE_LAST[pair // 40])
