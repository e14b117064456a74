"""Which runs asked a source, and which one: what a staging area is a record of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extract.contract import Record
from extract.stage.manifest import IMPORT, read_slices
from extract.stage.storage import Storage
from extract.stage.withdrawals import withdrawn_runs

LIVE = "live"
"""The source of runs that asked the live site."""
REPLAY = "replay"
"""The source of a run that reads stored pages and asks nobody."""


def newest_scrapes(storage: Storage, run_ids: Iterable[str]) -> Iterator[tuple[str, list[Record]]]:
    """Yield the runs among some committed ones that asked a source and are not withdrawn, newest first, with slices.

    Raises:
        StagingError: a slices file is missing or damaged.
    """
    withdrawn = withdrawn_runs(storage)
    for run_id in sorted(run_ids, reverse=True):
        if run_id not in withdrawn:
            rows = read_slices(storage, run_id)
            if rows[0]["source"] not in {IMPORT, REPLAY}:
                yield run_id, rows


def newest_live_fetch(storage: Storage, run_ids: Iterable[str]) -> str | None:
    """Return the newest run that got an index of the live site; one that tried and got none is passed over.

    None where no run did, or where the newest scrape is of another source, whose time is not ours.
    """
    for run_id, rows in newest_scrapes(storage, run_ids):
        if rows[0]["source"] != LIVE:
            return None
        if any(row["races_listed"] is not None for row in rows):
            return run_id
    return None
