"""An import is no look at the source: retry, belief, the check of the clock and the plan pass it over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from extract.errors import UsageError
from extract.run.history import History, runs_that_count
from extract.run.plan import make_plan
from extract.run.rerun import resume_request, retry_request, sample_clock
from extract.run.selection import Selection
from extract.run.setup import new_run
from extract.stage.interface import Storage
from extract.stage.manifest import committed_runs, imported_runs
from extract.stage.newest import newest_slices
from extract.stage.storage import open_storage
from tests.unit.importing.support import NOW, ROW, SECOND, import_, text, write

DAY = date(2025, 11, 11)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    write(tmp_path / "a.csv", text(ROW, SECOND))
    import_(tmp_path / "staging", tmp_path / "a.csv")
    found = open_storage(str(tmp_path / "staging"))
    assert committed_runs(found) == imported_runs(found)
    return found


def test_an_import_tells_nothing_of_what_an_index_lists(storage: Storage) -> None:
    assert runs_that_count(storage) == []
    assert History(storage, date(1988, 1, 1)).sightings(DAY, "gb") == []


def test_an_import_is_never_retried_or_resumed(storage: Storage) -> None:
    run_id = committed_runs(storage)[0]
    assert newest_slices(storage) == {}
    assert retry_request(storage, date(1988, 1, 1)) is None
    with pytest.raises(UsageError, match="is an import"):
        retry_request(storage, date(1988, 1, 1), run_id)
    with pytest.raises(UsageError, match="is an import"):
        resume_request(storage, run_id)


def test_a_scrape_by_an_older_clock_than_an_import_is_not_refused(storage: Storage) -> None:
    before = NOW - timedelta(days=10)
    assert new_run(storage, before).scraped_at == before
    assert new_run(storage, NOW).scraped_at == NOW + timedelta(seconds=1)  # its name is taken
    assert sample_clock(storage) is None


def test_a_plan_does_not_take_it_for_a_look(storage: Storage) -> None:
    (planned,) = make_plan(storage, Selection((DAY,), ("gb",)))
    assert planned.staged == "nothing"


def test_a_later_import_by_an_earlier_clock_takes_a_name_of_its_own(storage: Storage, tmp_path: Path) -> None:
    write(tmp_path / "b.csv", text(ROW | {"going": "Soft"}, SECOND))
    outcome = import_(tmp_path / "staging", tmp_path / "b.csv")
    assert outcome.run_id == f"{datetime(2025, 12, 1, 12, 0, 1, tzinfo=UTC):%Y%m%dT%H%M%S%fZ}"
