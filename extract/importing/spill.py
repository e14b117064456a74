"""What was read, kept on disk until it is staged, so that memory does not grow with the import.

Rows lie by month and country, in the order in which they came; races by their slice. The files have no name: whatever
becomes of the process, nothing is left of them.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import orjson

from extract.errors import StagingError

Bucket = tuple[str, str]
"""Month, as YYYY-MM, and country."""
Slice = tuple[str, str]
"""Country and date."""
HELD = 32 << 20
"""Bytes of rows that are held before they are written."""
CACHE = 32_000
"""Kilobytes of races that are held."""


def no_room(error: OSError) -> StagingError:
    """Return the error for a disk that does not take what an import has to keep for a while."""
    return StagingError(
        f"Cannot keep the rows in {tempfile.gettempdir()}: {error.strerror}. Nothing was staged. Free space (an import "
        "needs about as much as its files, unpacked), or name another folder in TMPDIR."
    )


class Rows:
    """Rows by month and country."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as this object
        self._held: dict[Bucket, bytearray] = {}
        self._size = 0
        self._places: dict[Bucket, list[tuple[int, int]]] = {}
        self._digest = blake2b(digest_size=16)

    def add(self, bucket: Bucket, row: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        """Keep a row."""
        line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        self._held.setdefault(bucket, bytearray()).extend(line)  # copied: orjson's own buffer is much larger
        self._size += len(line)
        if self._size >= HELD:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        self._file.seek(0, 2)
        for bucket, data in self._held.items():
            self._places.setdefault(bucket, []).append((self._file.tell(), len(data)))
            self._digest.update(data)
            try:
                self._file.write(data)
            except OSError as error:
                raise no_room(error) from error
        self._held, self._size = {}, 0

    def fingerprint(self) -> str:
        """Return what tells these rows from any others."""
        self.flush()
        return self._digest.hexdigest()

    def buckets(self) -> list[Bucket]:
        """Return the months and countries that have rows, in order."""
        self.flush()
        return sorted(self._places)

    def rows(self, bucket: Bucket) -> Iterator[Any]:
        """Yield the rows of one month and country, in the order in which they came."""
        for offset, length in self._places[bucket]:
            self._file.seek(offset)
            for line in self._file.read(length).splitlines():
                yield orjson.loads(line)


class Races:
    """The slice of each race, as the last row says it."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.execute(f"pragma cache_size = -{CACHE}")
        self._database.execute("pragma journal_mode = off")
        self._database.execute("create table race (race_id integer primary key, slice integer not null)")
        self._slices: dict[Slice, int] = {}
        self._numbered: list[Slice] = []
        self._last: tuple[int, Slice] | None = None

    def put(self, race_id: int, slice_: Slice) -> Slice | None:
        """Say where a race belongs; return where an earlier row put it, if that was elsewhere."""
        if self._last == (race_id, slice_):
            return None
        self._last = (race_id, slice_)
        number = self._slices.setdefault(slice_, len(self._slices))
        if number == len(self._numbered):
            self._numbered.append(slice_)
        found = self._database.execute("select slice from race where race_id = ?", (race_id,)).fetchone()
        if found is not None and found[0] == number:
            return None
        self._database.execute("insert or replace into race values (?, ?)", (race_id, number))
        return self._numbered[found[0]] if found is not None else None

    def slice_of(self, race_id: int) -> Slice:
        """Return where a race belongs."""
        found = self._database.execute("select slice from race where race_id = ?", (race_id,)).fetchone()
        return self._numbered[int(found[0])]

    @property
    def slices(self) -> list[Slice]:
        """Every slice that any row named."""
        return self._numbered
