"""The state of every slice: what its newest committed run said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from extract.contract import Record
from extract.stage.manifest import committed_runs, imported_runs, read_slices
from extract.stage.storage import Storage
from extract.stage.withdrawals import withdrawn_runs

ALL = "all"
Slice = tuple[str, date]
"""Country and UK date."""


@dataclass(frozen=True, slots=True)
class SliceState:
    """A slice as a committed run left it; `row` is its row of the run's slices file."""

    run_id: str
    row: Record

    @property
    def is_whole(self) -> bool:
        """Whether index and pages are believed and every race asked for is final.

        What a filter left out was not asked for. A whole day that is partial though nothing failed has a doubtful page.
        """
        row = self.row
        known = row["races_listed"] is not None and not row["is_doubtful"]
        believed = row["status"] == "complete" or self.selection != ALL
        return known and believed and not row["races_failed"] and not row["races_pending"]

    @property
    def selection(self) -> str:
        """`all`, or the filter that left races out."""
        return str(self.row["selection"] or ALL)


def newest_slices(storage: Storage, run_ids: Iterable[str] | None = None) -> dict[Slice, SliceState]:
    """Return for each slice its newest committed scrape that is not withdrawn, and how the slice fared in it.

    A run with a filter says nothing of the races it left out. So it takes the place of an earlier run of another
    selection only if that one was whole: what failed in a whole day's run stays to be retried, whatever part of the
    day was scraped since. Only the small `slices` files are read.

    Args:
        storage: the staging area.
        run_ids: the runs to go by, in any order; None for every committed run that is not withdrawn, imports left out.

    Raises:
        StagingError: a slices file is damaged or cannot be read.
    """
    if run_ids is None:
        left_out = withdrawn_runs(storage).keys() | set(imported_runs(storage))
        run_ids = (run_id for run_id in committed_runs(storage) if run_id not in left_out)
    newest: dict[Slice, SliceState] = {}
    for run_id in sorted(run_ids):
        for row in read_slices(storage, run_id):
            key = (str(row["country"]), date.fromisoformat(str(row["race_date"])))
            state, before = SliceState(run_id, row), newest.get(key)
            if before is None or before.is_whole or state.selection in (ALL, before.selection):
                newest[key] = state
    return newest


def slices_not_whole(storage: Storage) -> dict[Slice, SliceState]:
    """Return the slices that a retry has to make whole, oldest date first."""
    found = {key: state for key, state in newest_slices(storage).items() if not state.is_whole}
    return dict(sorted(found.items(), key=lambda item: (item[0][1], item[0][0])))
