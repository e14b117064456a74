"""Withdrawn runs and the state of every slice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.contract import WITHDRAWALS
from extract.errors import StagingError, UsageError
from extract.stage import layout
from extract.stage.dialect import decode
from extract.stage.layout import Run
from extract.stage.manifest import committed_runs
from extract.stage.newest import newest_slices, slices_not_whole
from extract.stage.run_writer import RunWriter
from extract.stage.storage import Storage, open_storage
from extract.stage.withdrawals import latest_decisions, restore, withdraw, withdrawn_runs
from tests.conftest import examples
from tests.unit.stage.staged import DAY, slice_row

NOW = datetime(2025, 11, 20, 9, tzinfo=UTC)
RUNS = [Run(datetime(2025, 11, day, 6, tzinfo=UTC)) for day in (17, 18, 19)]
OLD, MIDDLE, NEW = (run.run_id for run in RUNS)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    storage = open_storage(str(tmp_path))
    for run in RUNS:
        RunWriter(storage, run).commit([], [slice_row(run, "gb"), slice_row(run, "ire")])
    return storage


def test_a_withdrawn_run_stays_staged_and_can_be_restored(storage: Storage) -> None:
    assert withdrawn_runs(storage) == {}
    assert withdraw(storage, [NEW, MIDDLE], "a day of wrong weights", NOW) == [MIDDLE, NEW]
    assert withdraw(storage, [NEW], "again", NOW) == []
    assert restore(storage, [OLD, MIDDLE], "it was right", NOW + timedelta(hours=1)) == [MIDDLE]
    (held,) = withdrawn_runs(storage).values()
    assert (held.run_id, held.reason, held.decided_at) == (NEW, "a day of wrong weights", "2025-11-20 09:00:00.000000")
    assert latest_decisions(storage)[MIDDLE].action == "restored"
    assert committed_runs(storage) == [OLD, MIDDLE, NEW]
    file = "withdrawals/scraped_on=2025-11-20/20251120T090000000000Z.csv"
    assert storage.list("withdrawals") == [file, file.replace("T09", "T10")]
    assert [row["run_id"] for row in decode(WITHDRAWALS, storage.read(file))] == [MIDDLE, NEW]


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([OLD, NEW]), st.booleans(), st.integers(-5, 5)), max_size=6))
def test_the_last_word_holds_whatever_the_clock_said(
    tmp_path_factory: pytest.TempPathFactory, decisions: list[tuple[str, bool, int]]
) -> None:
    storage = open_storage(str(tmp_path_factory.mktemp("staging")))
    for run in RUNS:
        storage.write_new(layout.slices_path(run), b"")
    expected = set()
    for run_id, away, hours in decisions:
        (withdraw if away else restore)(storage, [run_id], "a reason", NOW + timedelta(hours=hours))
        expected = expected | {run_id} if away else expected - {run_id}
        assert set(withdrawn_runs(storage)) == expected
    moments = [decision.decided_at for decision in latest_decisions(storage).values()]
    assert len(set(moments)) == len(moments)


def test_only_committed_runs_can_be_withdrawn_and_only_with_a_reason(storage: Storage) -> None:
    with pytest.raises(UsageError, match=r"no committed run 20250101T000000000000Z\. `extract status`"):
        withdraw(storage, ["20250101T000000000000Z", NEW], "why", NOW)
    with pytest.raises(UsageError, match="not a run id"):
        withdraw(storage, ["yesterday"], "why", NOW)
    with pytest.raises(UsageError, match="Say why"):
        restore(storage, [NEW], " ", NOW)
    assert storage.list("withdrawals") == []


@pytest.mark.parametrize(
    ("old", "new"), [(b"withdrawn", b"withdrew"), (b" 09:", b" 08:"), (NEW.encode(), b"a run"), (b"\n", b"\r\n")]
)
def test_a_damaged_ledger_stops_everything_that_asks_it(storage: Storage, old: bytes, new: bytes) -> None:
    withdraw(storage, [NEW], "why", NOW)
    (path,) = storage.list("withdrawals")
    file = Path(storage.url) / path
    file.write_bytes(file.read_bytes().replace(old, new))
    for ask in (withdrawn_runs, newest_slices, slices_not_whole):
        with pytest.raises(StagingError, match=rf"{path} .*from a backup"):
            ask(storage)


def test_strays_in_the_ledger_are_passed_over(storage: Storage) -> None:
    withdraw(storage, [NEW], "why", NOW)
    folder = Path(storage.url) / "withdrawals" / "scraped_on=2025-11-20"
    for name in (".DS_Store", "20251121T090000000000Z.csv", "notes.csv", "20251120T090000000000Z.csv~"):
        (folder / name).write_bytes(b"garbage")
    assert set(withdrawn_runs(storage)) == {NEW}


def commit(storage: Storage, hour: int, **gb: str | int | None) -> str:
    run = Run(datetime(2025, 11, 20, hour, tzinfo=UTC))
    RunWriter(storage, run).commit([], [slice_row(run, "gb", **gb)])
    return run.run_id


def test_every_slice_has_its_newest_state(storage: Storage) -> None:
    failed = commit(storage, 6, status="partial", races_listed=3, races_failed=1)
    states = newest_slices(storage)
    assert {key: (state.run_id, state.is_whole) for key, state in states.items()} == {
        ("gb", DAY): (failed, False),
        ("ire", DAY): (NEW, True),
    }
    assert list(slices_not_whole(storage)) == [("gb", DAY)]
    withdraw(storage, [failed], "why", NOW)
    assert slices_not_whole(storage) == {}
    assert newest_slices(storage)[("gb", DAY)].run_id == NEW


@pytest.mark.parametrize("unknown", [{"races_listed": None}, {"races_pending": 1}, {"races_failed": 2}])
def test_what_is_not_final_is_not_whole(storage: Storage, unknown: dict[str, int | None]) -> None:
    commit(storage, 6, **unknown)
    assert list(slices_not_whole(storage)) == [("gb", DAY)]


def test_a_filtered_run_does_not_hide_what_a_whole_day_s_run_left_open(storage: Storage) -> None:
    failed = commit(storage, 6, races_failed=1)
    commit(storage, 7, status="partial", selection="course=7")
    assert newest_slices(storage)[("gb", DAY)].run_id == failed
    whole = commit(storage, 8)
    assert newest_slices(storage)[("gb", DAY)].run_id == whole
    filtered = commit(storage, 9, status="partial", selection="course=7", races_failed=1)
    assert newest_slices(storage)[("gb", DAY)].run_id == filtered
    mended = commit(storage, 10, status="partial", selection="course=7")
    assert newest_slices(storage)[("gb", DAY)].run_id == mended
    assert slices_not_whole(storage) == {}
