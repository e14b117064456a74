"""Write one run into staging: results by slice, then races, then the commit marker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from extract.contract import RACES, RESULTS, SLICES, Record
from extract.stage import layout
from extract.stage.dialect import encode
from extract.stage.layout import Run
from extract.stage.storage import Storage


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file in place: its relative path and the SHA-256 of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RunWriter:
    """The only writer of a run's CSV files. Until `commit`, readers do not see the run."""

    storage: Storage
    run: Run

    def write_results(self, country: str, race_date: date, rows: Iterable[Record]) -> StagedFile:
        """Write the runner rows of one slice."""
        path = layout.results_path(self.run, country, race_date)
        data = encode(RESULTS, rows)
        self.storage.write_new(path, data)
        return StagedFile(path, sha256(data).hexdigest())

    def results_staged(self, country: str, race_date: date) -> StagedFile | None:
        """Return the slice's results file if this run wrote it before it was interrupted."""
        path = layout.results_path(self.run, country, race_date)
        if not self.storage.exists(path):
            return None
        return StagedFile(path, sha256(self.storage.read(path)).hexdigest())

    def commit(self, races: Iterable[Record], slices: Iterable[Record]) -> None:
        """Write the races, then the slices: from then on the run exists.

        A run killed between the two left a races file behind; it is what this run would write again, and stays.
        """
        path = layout.races_path(self.run)
        if not self.storage.exists(path):
            self.storage.write_new(path, encode(RACES, races))
        self.storage.write_new(layout.slices_path(self.run), encode(SLICES, slices))
