"""Every reader of a staging area, and an area with a bit of everything for them to read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from extract.run.request import load_request
from extract.stage import layout, manifest
from extract.stage.pages import PageStore
from extract.stage.storage import Storage, open_storage
from extract.stage.unknown_pages import UnknownPages
from extract.stage.verify import verify_run
from extract.stage.withdrawals import withdraw, withdrawn_runs
from tests.unit.stage.staged import DAY, RUN, commit_run

REQUEST = {"slices": [[DAY.isoformat(), "gb"]], "course": None, "type": None, "source": "sample", "good": None}
UNFINISHED = "20251119T060000000000Z"
READERS: dict[str, Callable[[Storage], object]] = {
    "committed_runs": manifest.committed_runs,
    "unfinished_runs": manifest.unfinished_runs,
    "read_slices": lambda storage: manifest.read_slices(storage, RUN.run_id),
    "read_races": lambda storage: manifest.read_races(storage, RUN.run_id),
    "load_request": lambda storage: load_request(storage, RUN.run_id),
    "verify_run": lambda storage: verify_run(storage, RUN.run_id).findings,
    "latest pages": lambda storage: PageStore(storage).latest("gb", DAY),
    "stored slices": lambda storage: PageStore(storage).slices(),
    "unknown pages": lambda storage: UnknownPages(storage).list(),
    "withdrawn_runs": withdrawn_runs,
}


def stage_everything(folder: Path) -> Path:
    """Fill a staging area with a bit of everything."""
    storage = open_storage(str(folder))
    storage.write_new(layout.request_path(RUN.run_id), json.dumps(REQUEST).encode())
    storage.write_new(layout.request_path(UNFINISHED), json.dumps(REQUEST).encode())
    commit_run(storage)
    PageStore(storage).save(layout.page_path("gb", DAY, 7, RUN.run_id), b"{}")
    PageStore(storage).save(layout.index_page_path(DAY, RUN.run_id), b"{}")
    UnknownPages(storage).keep(RUN.run_id, "/somewhere", b"<html>")
    withdraw(storage, [RUN.run_id], "why", RUN.scraped_at)
    return folder
