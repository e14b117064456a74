"""The first pass: every row of every file is read, mapped, and kept by month and country, or set aside."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime

from extract.contract import Record
from extract.importing.convert import Converter
from extract.importing.country import Place, named_by
from extract.importing.dirt import Dirty
from extract.importing.files import Found, damaged
from extract.importing.glue_table import GlueTable
from extract.importing.header import Header
from extract.importing.known_ids import KnownIds
from extract.importing.lines import Row, read_rows
from extract.importing.set_aside import SetAside
from extract.importing.spill import Races, Rows
from extract.importing.tables import read_parquet
from extract.importing.tally import UNKNOWN, Key, Tally
from extract.stage.layout import timestamp

Source = Found | GlueTable
TELL = 5000
"""Rows after which progress is told."""
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it, and of how much."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: encoding, the country of rows that do not tell, today in Britain, ids that are known."""

    encoding: str
    country: str | None
    today: date
    ids: KnownIds


@dataclass(slots=True)
class Read:
    """All that the first pass found, on disk."""

    tally: Tally = field(default_factory=Tally)
    rows: Rows = field(default_factory=Rows)
    races: Races = field(default_factory=Races)
    set_aside: SetAside = field(default_factory=SetAside)
    names: list[str] = field(default_factory=list)
    """The files, by the number under which their rows are kept."""
    times: list[str] = field(default_factory=list)
    """Their times, as the contract writes timestamps."""
    last_date: str = ""


def read_all(sources: Sequence[Source], how: Reading, progress: Progress) -> Read:
    """Read files in the order in which they count.

    Raises:
        UsageError: a file cannot be read or is damaged.
    """
    found = Read()
    for number, source in enumerate(sources):
        found.names.append(source.name)
        found.times.append(timestamp(source.modified))
        found.tally.files += 1
        for rows in _File(found, number, source, how).read():
            progress(f"reading, {rows:,} rows", number, len(sources))
    progress("reading", len(sources), len(sources))
    return found


class _File:
    """One file of the first pass."""

    def __init__(self, found: Read, number: int, source: Source, how: Reading) -> None:
        self._found, self._number, self._source, self._how = found, number, source, how
        self._converter: Converter | None = None
        self._taken = found.tally.rows_in

    def read(self) -> Iterator[int]:
        """Read the file; yields now and then how many rows have been read in all."""
        before = self._found.tally.rows_in
        try:
            with closing(self._items()) as items:
                for item in items:
                    if isinstance(item, Header):
                        self._open(item)
                    else:
                        self._take(item)
                        if self._taken % TELL == 0:
                            yield self._taken
        except (OSError, EOFError, zlib.error) as error:
            raise damaged(self._source.name, error) from error
        yield self._taken
        self._found.tally.empty_files += self._found.tally.rows_in == before

    def _items(self) -> Generator[Header | Row, None, None]:
        source = self._source
        if isinstance(source, GlueTable):
            yield from source.rows()
            return
        with source.open() as file:
            if source.kind == "parquet":
                yield from read_parquet(file, source.name)
            else:
                yield from read_rows(file, self._how.encoding, self._fits)

    def _open(self, header: Header) -> None:
        place = Place(named_by(self._source.name), self._how.country)
        self._converter = Converter(header, place, self._how.today, self._how.ids)
        self._found.tally.unknown_columns.update(header.unknown)

    def _fits(self, cells: list[str]) -> bool:
        return self._converter is not None and self._converter.fits(cells)

    def _take(self, row: Row) -> None:
        self._taken += 1
        if row.dirt or self._converter is None:
            self._aside(row, row.dirt or Dirty("no usable header"), UNKNOWN)
            return
        try:
            record = self._converter.record(row.cells)
        except Dirty as error:
            self._aside(row, error, self._converter.key(row.cells))
            return
        self._keep(row, record)

    def _keep(self, row: Row, record: Record) -> None:
        found, when = self._found, str(record["race_date"])
        country, race_id = str(record["country"]), int(record["race_id"] or 0)
        found.tally.read[when[:4], country] += 1
        found.tally.mended += row.is_mended
        found.last_date = max(found.last_date, when)
        if other := found.races.put(race_id, (country, when)):
            what = f"race {race_id}: {' '.join(other)} before, {country} {when} in {self._source.name}:{row.line}"
            found.tally.contradiction("race on two dates", what)
        known = {name: value for name, value in record.items() if value is not None}
        found.rows.add((when[:7], country), (self._number, row.line, known))

    def _aside(self, row: Row, dirt: Dirty, key: Key) -> None:
        self._found.tally.read[key] += 1
        self._found.tally.count(dirt.reason, key)
        raw = row.raw or ",".join(row.cells)
        self._found.set_aside.add(self._source.name, row.line, dirt.reason, dirt.detail, raw)


def newest(sources: Sequence[Source]) -> datetime:
    """Return the time of the newest file."""
    return max(source.modified for source in sources)
