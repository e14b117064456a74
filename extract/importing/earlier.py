"""What earlier imports staged: a later one adds to it, and never takes a known value away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from extract.contract import RESULTS
from extract.importing.race import Runners
from extract.importing.spill import Slice
from extract.stage.dialect import decode
from extract.stage.layout import Run
from extract.stage.manifest import committed_runs, imported_runs, read_slices
from extract.stage.storage import Storage
from extract.stage.withdrawals import withdrawn_runs


class Earlier:
    """The imports that count, by slice."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._files: dict[Slice, list[str]] = defaultdict(list)
        self._newest: dict[Slice, str] = {}
        imports, withdrawn = imported_runs(storage), withdrawn_runs(storage)
        self.counting = [run_id for run_id in imports if run_id not in withdrawn]
        self.times = {Run.of(run_id).scraped_at_text for run_id in committed_runs(storage) if run_id not in imports}
        """When every committed run scraped: no import may share a time with another run."""
        for run_id in imports:
            for row in read_slices(storage, run_id):
                slice_, scraped_at = (str(row["country"]), str(row["race_date"])), str(row["scraped_at"])
                self._newest[slice_] = max(self._newest.get(slice_, ""), scraped_at)
                self.times.add(scraped_at)
                if run_id not in withdrawn and row["results_file"]:
                    self._files[slice_].append(str(row["results_file"]))

    def races(self, slice_: Slice) -> dict[int, Runners]:
        """Return the rows of a slice as earlier imports left them, by race and horse."""
        found: dict[int, Runners] = defaultdict(dict)
        for path in self._files.get(slice_, ()):
            for row in decode(RESULTS, self._storage.read(path), path):
                found[int(row["race_id"] or 0)][int(row["horse_id"] or 0)] = row
        return found

    def newest_of(self, slices: Iterable[Slice]) -> str | None:
        """Return the latest time of an import of any of these slices, withdrawn or not; None without one."""
        return max((self._newest[slice_] for slice_ in slices if slice_ in self._newest), default=None)
