"""Which runs asked a source, and which one: what a staging area is a record of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Fetch:
    """When a staging area last got something of its source: runs, by name.

    `newest` asked last. `fetched` is the newest that got an index, None where none did. `since` is that run, or the
    oldest that asked. `tried` counts the runs that asked after it, or at all, and got none. `is_live`: the source is
    the live site, whose time is ours; any other has a time of its own, that of its newest run.
    """

    newest: str
    fetched: str | None
    since: str
    tried: int
    is_live: bool


def newest_fetch(storage: Storage, run_ids: Iterable[str]) -> Fetch | None:
    """Return when a source last gave something; None where no run among some committed ones asked any.

    Only runs of one kind of source count, the live site or another: that of the newest.

    Raises:
        StagingError: a slices file is missing or damaged.
    """
    tried: list[str] = []
    is_live = False
    for run_id, rows in newest_scrapes(storage, run_ids):
        if tried and (rows[0]["source"] == LIVE) != is_live:
            break
        is_live = rows[0]["source"] == LIVE
        if any(row["races_listed"] is not None for row in rows):
            return Fetch([*tried, run_id][0], run_id, run_id, len(tried), is_live)
        tried.append(run_id)
    return Fetch(tried[0], None, tried[-1], len(tried), is_live) if tried else None


def newest_live_fetch(storage: Storage, run_ids: Iterable[str]) -> str | None:
    """Return the newest run that got an index of the live site; one that tried and got none is passed over.

    None where no run did, or where the newest scrape is of another source, whose time is not ours.
    """
    found = newest_fetch(storage, run_ids)
    return found.fetched if found and found.is_live else None
