"""Ids of horses and courses from an export of the lake, for rows of others that have only names.

The export is a CSV or Parquet file: `extract` never looks at a table. Who fits is told by name, country, sire and dam;
where two fit, nobody does.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from extract.contract import Record
from extract.errors import UsageError
from extract.importing.dirt import Dirty
from extract.importing.tables import cell
from extract.parse.titles import name_and_country

LETTERS = re.compile(r"[\W_]+")
AMBIGUOUS = 0
HORSE = ("horse_id", "horse", "sire", "dam")
COURSE = ("course_id", "course", "country")
EXAMPLE = "lake query 'select * from racing.dim_horses' --output csv > horses.csv"


class KnownIds:
    """Ids by what names them."""

    def __init__(self) -> None:
        self._horses: dict[bytes, int] = {}
        self._courses: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._horses) + len(self._courses)

    def horse(self, row: Record) -> int | None:
        """Return the id of a row's horse; None when none is known.

        Raises:
            Dirty: two horses fit.
        """
        if not (row["horse"] and row["sire"] and row["dam"]):
            return None
        found = self._horses.get(_key(row["horse"], row["horse_country"], row["sire"], row["dam"]))
        if found == AMBIGUOUS:
            raise Dirty("horse_id ambiguous", f"two horses are called {row['horse']} ({row['horse_country']})")
        return found

    def course(self, country: str, course: str | None) -> int | None:
        """Return the id of a course; None when none is known, or two are."""
        return self._courses.get(_key(course, country)) or None if course else None

    def read(self, path: str) -> None:
        """Take in the ids of an export.

        Raises:
            UsageError: it cannot be read, or names neither horses nor courses.
        """
        before = len(self)
        try:
            for row in _rows(Path(path)):
                self._take(row)
        except (OSError, ValueError, csv.Error, pa.ArrowException) as error:
            raise UsageError(f"--ids-from {path} cannot be read: {error}. Export it again: {EXAMPLE}") from error
        if len(self) == before:
            raise UsageError(
                f"--ids-from {path} has no rows with {', '.join(HORSE)} (or {', '.join(COURSE)}). Export: {EXAMPLE}"
            )

    def _take(self, row: dict[str, str]) -> None:
        if all(row.get(name) for name in HORSE):
            horse, country = name_and_country(row["horse"])
            country = row.get("horse_country") or country
            names = (horse, country, name_and_country(row["sire"])[0], name_and_country(row["dam"])[0])
            _put(self._horses, _key(*names), row["horse_id"])
        if all(row.get(name) for name in COURSE):
            _put(self._courses, _key(row["course"], row["country"]), row["course_id"])


def _put(ids: dict[bytes, int], key: bytes, said: str) -> None:
    number = int(float(said))
    ids[key] = number if ids.get(key, number) == number else AMBIGUOUS


def _key(*names: object) -> bytes:
    """Return what stands for names, whatever their case, blanks and apostrophes."""
    plain = "\x1f".join(LETTERS.sub("", str(name).casefold()) if name else "" for name in names)
    return blake2b(plain.encode(), digest_size=8).digest()


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.suffix.lower() == ".parquet":
        table = pq.ParquetFile(path)
        wanted = [name for name in table.schema_arrow.names if name in {*HORSE, *COURSE, "horse_country"}]
        for batch in table.iter_batches(columns=wanted):
            columns: Iterable[list[str]] = ([cell(value) for value in column.to_pylist()] for column in batch.columns)
            for values in zip(*columns, strict=True):
                yield dict(zip(wanted, values, strict=True))
        return
    with path.open("rb") as file:
        yield from csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
