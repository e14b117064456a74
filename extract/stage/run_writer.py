"""Write one run into staging: results by slice, then races, then the commit marker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import PurePosixPath

from extract.contract import RACES, RESULTS, SLICES, Record
from extract.errors import StagingError
from extract.stage import layout
from extract.stage.dialect import decode, encode
from extract.stage.layout import Run
from extract.stage.seal import sealed
from extract.stage.storage import Storage

DECIDES = ("race_id", "status", "rows_staged", "content_hash")
"""What two races files of one run must agree on."""


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file in place: its relative path, the SHA-256 of its bytes, and its rows."""

    path: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class RunWriter:
    """The only writer of a run's CSV files. Until `commit`, readers do not see the run."""

    storage: Storage
    run: Run
    _staged: dict[str, StagedFile] = field(default_factory=dict)

    def write_results(self, country: str, race_date: date, rows: Iterable[Record]) -> StagedFile:
        """Write the runner rows of one slice."""
        path = layout.results_path(self.run, country, race_date)
        data = encode(RESULTS, rows)
        self.storage.write_new(path, data)
        return self._seen(path, data)

    def ensure_results(self, country: str, race_date: date | str, rows: Iterable[Record]) -> StagedFile:
        """Write the runner rows of one slice, or find them written by this run before it was interrupted.

        Raises:
            StagingError: what it wrote then is not what it has now.
        """
        path, data = layout.results_path(self.run, country, race_date), encode(RESULTS, rows)
        if not self.storage.exists(path):
            self.storage.write_new(path, data)
        elif self.storage.read(path) != data:
            raise self._differs(path)
        return self._seen(path, data)

    def results_staged(self, country: str, race_date: date) -> StagedFile | None:
        """Return the slice's results file if this run wrote it before it was interrupted."""
        path = layout.results_path(self.run, country, race_date)
        return self._seen(path, self.storage.read(path)) if self.storage.exists(path) else None

    def commit(self, races: Iterable[Record], slices: Iterable[Record]) -> None:
        """Write the races, then the slices with the checksums of all: from then on the run exists.

        A run killed between the two left a races file behind, which stays.

        Raises:
            StagingError: what an interrupted part of this run staged is not what the run has now.
            StagingLocked: the lock was lost; nothing is committed.
        """
        listed = list(slices)
        self._check_results(listed)
        if self.storage.lease:
            self.storage.lease.confirm()
        races_file = self._stage_races(races)
        marker: Record = {"races_sha256": races_file.sha256, "races_rows": races_file.rows, "slices_sha256": None}
        path = layout.slices_path(self.run)
        self.storage.write_new(path, encode(SLICES, sealed(SLICES, [row | marker for row in listed])))

    def _stage_races(self, races: Iterable[Record]) -> StagedFile:
        path, data = layout.races_path(self.run), encode(RACES, races)
        if not self.storage.exists(path):
            self.storage.write_new(path, data)
            return self._seen(path, data)
        stored = self.storage.read(path)
        if _decisive(decode(RACES, stored, path)) != _decisive(decode(RACES, data)):
            raise self._differs(path)
        return self._seen(path, stored)

    def _check_results(self, slices: list[Record]) -> None:
        """Every results file of the run is named by a slice, with its rows: readers would take in any other, too."""
        named = {str(row["results_file"]): row["rows_staged"] for row in slices}
        for path in self.storage.list(layout.results_folder(self.run)):
            if PurePosixPath(path).name.startswith(f"{self.run.run_id}_"):
                staged = self._staged.get(path)
                if path not in named or (staged and staged.rows != named[path]):
                    raise self._differs(path)

    def _differs(self, path: str) -> StagingError:
        return StagingError(
            f"{path}, staged before run {self.run.run_id} was interrupted, is not what its pages say now. "
            "Start a new run for these dates; this one stays uncommitted and counts for nothing."
        )

    def _seen(self, path: str, data: bytes) -> StagedFile:
        file = StagedFile(path, sha256(data).hexdigest(), max(data.count(b"\n") - 1, 0))
        self._staged[path] = file
        return file


def _decisive(races: list[Record]) -> list[tuple[str, ...]]:
    return sorted(tuple(str(race[name]) for name in DECIDES) for race in races)
