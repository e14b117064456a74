"""Which country a row is of: as it says itself, else as its file, its course or the user says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extract.errors import UsageError
from extract.importing.dirt import Dirty
from extract.parse.countries import COUNTRIES, OTHER_NAMES, known_country

SUFFIX = re.compile(r"\(([A-Z]{2,4})\)$")
ARABIAN = ("(ARAB)", "(ARO)")


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of the country of a file's rows before any of them is read.

    `by_file` comes from the names of its folders and its own; `by_default` is what the user says of rows that do not
    tell.
    """

    by_file: str | None = None
    by_default: str | None = None

    def country(self, said: str | None, course: str | None) -> str:
        """Return the country of a row that says `said` of it and was run at a course.

        Raises:
            Dirty: nothing tells, or the source knows no such country.
        """
        if course is not None and course.upper().endswith(ARABIAN):
            return "aro"
        if said is not None:
            return _known(said)
        suffix = SUFFIX.search(course) if course else None
        if suffix and suffix[1] != "AW":
            return _known(suffix[1])
        if found := self.by_file or self.by_default:
            return found
        raise Dirty("no country", "no column, folder or course says it; give --country")


def named_by(path: str) -> str | None:
    """Return the country that a path names: `gb_2025.csv`, a folder `gb` one or two above the file, or `country=gb`."""
    *folders, name = path.replace("\\", "/").lower().split("/")
    partitions = [folder.partition("=")[2] for folder in folders if folder.startswith(("country=", "region="))]
    first_word = re.split(r"[_\-. ]", name, maxsplit=1)[0]
    near = [first_word, *reversed(folders[-2:])]
    return next((word for word in (*reversed(partitions), *near) if word in COUNTRIES), None)


@lru_cache(256)
def _known(said: str) -> str:
    plain = said.strip().lower()
    if plain in OTHER_NAMES:
        return OTHER_NAMES[plain]
    try:
        return known_country(plain)
    except UsageError:
        raise Dirty("no country", f"{said[:40]!r} is no country code of the source") from None
