"""Which runs asked a source, and the newest that got something of the live site."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from extract.stage.layout import Run
from extract.stage.manifest import committed_runs
from extract.stage.scrapes import newest_live_fetch, newest_scrapes
from extract.stage.storage import open_storage
from extract.stage.withdrawals import withdraw
from tests.unit.stage.staged import RUN, commit_run

RUNS = [Run(RUN.scraped_at + timedelta(days=number)) for number in range(5)]


def test_only_a_run_that_got_an_index_is_a_fetch_and_replays_imports_and_withdrawn_runs_are_none(
    tmp_path: Path,
) -> None:
    storage = open_storage(str(tmp_path))
    assert newest_live_fetch(storage, []) is None
    commit_run(storage, RUNS[0], source="live")
    commit_run(storage, RUNS[1], source="live", races_listed=None)  # tried, and got none
    commit_run(storage, RUNS[2], source="replay")
    commit_run(storage, RUNS[3], source="import")
    commit_run(storage, RUNS[4], source="live")
    assert newest_live_fetch(storage, committed_runs(storage)) == RUNS[4].run_id
    withdraw(storage, [RUNS[4].run_id], "why", RUNS[4].scraped_at)
    assert [run_id for run_id, _ in newest_scrapes(storage, committed_runs(storage))] == [
        RUNS[1].run_id,
        RUNS[0].run_id,
    ]
    assert newest_live_fetch(storage, committed_runs(storage)) == RUNS[0].run_id


def test_where_the_newest_scrape_is_of_another_source_nothing_is_said_of_the_live_site(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    commit_run(storage, RUNS[0], source="live")
    commit_run(storage, RUNS[1], source="sample")
    assert newest_live_fetch(storage, committed_runs(storage)) is None
