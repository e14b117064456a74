"""A way back that lasts: all tables together, to before a run, which is withdrawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from extract.errors import StagingLocked
from extract.errors import UsageError as StagingUsage
from extract.stage.lock import staging_lock
from extract.stage.storage import open_storage
from extract.stage.withdrawals import withdrawn_runs
from lake import rollback as rollback_module
from lake.cli.app import lake
from lake.errors import CommitConflict, LakeError
from lake.iceberg import together
from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.readings import Readings
from lake.iceberg.snapshots import rollback as to_snapshot
from lake.merge.plan import MergeConfig
from lake.merge.store import Store

RUNS = ["20250501T060000000000Z", "20250502T060000000000Z", "20250503T060000000000Z"]


def build(folder: Path, build_id: str, **rows: dict[int, tuple[str, int]]) -> None:
    """Merge into some tables, as one build: of each the keys, with the run and the value of each."""
    catalog = open_catalog(folder)
    for name, keyed in rows.items():
        connection = duckdb.connect()
        connection.execute("create table source (race_id bigint, race_date date, run_id varchar, n integer)")
        connection.executemany(
            "insert into source values (?, date '2025-05-01' + cast(? as integer), ?, ?)",
            [(key, key % 2, run, n) for key, (run, n) in keyed.items()],
        )
        readings = Readings(catalog, tables(catalog))
        store = Store(connection, readings, ("racing", name), "source", MergeConfig(["race_id"]), build_id)
        if readings.load(("racing", name)) is None:
            store.create_or_replace()
        else:
            store.merge()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three builds over three staged runs; the second changes one table only."""
    staging = tmp_path / "staging"
    for run in RUNS:
        marker = staging / "slices" / f"scraped_on={run[:4]}-{run[4:6]}-{run[6:8]}" / f"{run}.csv"
        marker.parent.mkdir(parents=True)
        marker.touch()
    first = {key: (RUNS[0], 0) for key in range(4)}
    build(tmp_path, "build-1", scraped_races=first, results=first)
    build(tmp_path, "build-2", scraped_races={1: (RUNS[1], 1)})
    build(
        tmp_path,
        "build-3",
        scraped_races={2: (RUNS[2], 2)},
        results={1: (RUNS[1], 1), 2: (RUNS[2], 2), 9: (RUNS[2], 2)},
    )
    return tmp_path


def run(folder: Path, *command: str, **more: Any) -> Result:
    return CliRunner().invoke(
        lake, ["--warehouse", str(folder), "--staging", str(folder / "staging"), *command], **more
    )


def values(folder: Path, name: str) -> dict[int, int]:
    rows = open_catalog(folder).load_table(f"racing.{name}").scan().to_arrow().to_pylist()
    return {row["race_id"]: row["n"] for row in rows}


def withdrawn(folder: Path) -> list[str]:
    return sorted(withdrawn_runs(open_storage(str(folder / "staging"))))


def test_all_tables_go_back_to_between_two_builds_and_the_runs_are_withdrawn(folder: Path) -> None:
    done = run(folder, "rollback", "--before", RUNS[2], "--yes")
    assert done.exit_code == 0, done.output
    assert values(folder, "scraped_races") == {0: 0, 1: 1, 2: 0, 3: 0}
    assert values(folder, "results") == {0: 0, 1: 0, 2: 0, 3: 0}
    assert withdrawn(folder) == RUNS[2:]
    assert f"Undo with: lake restore {RUNS[2]} && dbt build" in done.output


def test_a_run_that_reached_one_table_first_takes_the_others_back_to_the_same_moment(folder: Path) -> None:
    run(folder, "rollback", "--before", RUNS[1], "--yes")
    first = {0: 0, 1: 0, 2: 0, 3: 0}
    assert (values(folder, "scraped_races"), values(folder, "results")) == (first, first)
    assert withdrawn(folder) == RUNS[1:]


def test_it_shows_first_what_it_would_change_per_table_and_day(folder: Path) -> None:
    done = run(folder, "rollback", "--before", RUNS[2], input="n\n")
    shown = [line.split() for line in done.output.splitlines() if line.startswith("racing.")]
    assert shown == [
        ["racing.results", "2025-05-01", "0", "0", "1"],
        ["racing.results", "2025-05-02", "0", "1", "1"],
        ["racing.scraped_races", "2025-05-01", "0", "0", "1"],
    ]
    assert f"To be withdrawn: {RUNS[2]}" in done.output


def test_unanswered_it_touches_nothing(folder: Path) -> None:
    before = (folder / "catalog.db").read_bytes()
    done = run(folder, "rollback", "--before", RUNS[2])
    assert done.exit_code == 2
    assert "needs --yes" in done.output
    assert (folder / "catalog.db").read_bytes() == before
    assert withdrawn(folder) == []


def test_restore_brings_a_run_back_and_says_what_it_did(folder: Path) -> None:
    run(folder, "rollback", "--before", RUNS[1], "--yes")
    done = run(folder, "restore", RUNS[2])
    build = f"EXTRACT_STAGING={folder / 'staging'} LAKE_WAREHOUSE={folder} dbt build"
    assert done.output == f"{RUNS[2]} is restored.\nNext: {build}\n"
    assert withdrawn(folder) == [RUNS[1]]
    assert "is not withdrawn.\nNothing was changed." in run(folder, "restore", RUNS[2]).output


def test_withdraw_needs_a_reason_and_keeps_it(folder: Path) -> None:
    assert run(folder, "withdraw", RUNS[0]).exit_code == 2
    assert run(folder, "withdraw", RUNS[0], "--reason", "half the cards were missing").exit_code == 0
    decision = withdrawn_runs(open_storage(str(folder / "staging")))[RUNS[0]]
    assert decision.reason == "half the cards were missing"


def test_it_can_be_repeated_after_a_crash_between_the_decision_and_the_tables(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = values(folder, "results")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rollback_module, "set_current", crash)
    assert run(folder, "rollback", "--before", RUNS[2], "--yes").exit_code != 0
    assert (withdrawn(folder), values(folder, "results")) == (RUNS[2:], before)
    monkeypatch.undo()
    done = run(folder, "rollback", "--before", RUNS[2], "--yes")
    assert done.exit_code == 0
    assert values(folder, "results") == {0: 0, 1: 0, 2: 0, 3: 0}
    again = run(folder, "rollback", "--before", RUNS[2], "--yes")
    assert again.exit_code != 0
    assert "withdrawn already, and no table rests on them" in str(again.exception)


def test_either_all_tables_go_back_or_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that knows no lock of ours commits to the last table between the plan and the commit."""
    before = values(folder, "results")
    swap = together.swap

    def interfere(catalog: Any, moves: Any) -> None:
        table = open_catalog(folder).load_table("racing.scraped_races")
        to_snapshot(open_catalog(folder), table, table.snapshots()[0].snapshot_id)
        swap(catalog, moves)

    monkeypatch.setattr(together, "swap", interfere)
    done = run(folder, "rollback", "--before", RUNS[2], "--yes")
    assert isinstance(done.exception, CommitConflict)
    assert values(folder, "results") == before


def test_a_later_build_goes_on_from_where_it_went_back_to(folder: Path) -> None:
    run(folder, "rollback", "--before", RUNS[2], "--yes")
    build(folder, "build-4", scraped_races={3: ("20250504T060000000000Z", 4)})
    assert values(folder, "scraped_races") == {0: 0, 1: 1, 2: 0, 3: 4}
    table = open_catalog(folder).load_table("racing.scraped_races")
    assert len(table.snapshots()) == 4
    assert len({entry.sequence_number for entry in table.snapshots()}) == 4


def test_without_a_state_from_before_nothing_is_touched_and_the_way_is_told(folder: Path) -> None:
    done = run(folder, "rollback", "--before", RUNS[0], "--yes")
    assert isinstance(done.exception, LakeError)
    assert f"lake withdraw {RUNS[0]}" in str(done.exception)
    assert withdrawn(folder) == []


@pytest.mark.parametrize("said", ["20990101T060000000000Z", "yesterday"])
def test_a_run_that_is_not_staged_is_a_usage_error(folder: Path, said: str) -> None:
    done = run(folder, "rollback", "--before", said, "--yes")
    assert done.exception is not None
    assert getattr(done.exception, "exit_code", 0) == 2
    assert "extract status" in str(done.exception)
    assert isinstance(run(folder, "restore", said).exception, StagingUsage)


def test_a_run_in_the_making_keeps_the_ledger_and_the_tables_as_they_are(folder: Path) -> None:
    before = values(folder, "results")
    with staging_lock(open_storage(str(folder / "staging"))):
        done = run(folder, "rollback", "--before", RUNS[2], "--yes")
    assert isinstance(done.exception, StagingLocked)
    assert values(folder, "results") == before


@pytest.mark.parametrize(
    "options",
    [[], ["results"], ["results", "--before", RUNS[2]], ["--to", "5"], ["results", "--to", "5", "--before", "x"]],
)
def test_odd_options_are_usage_errors(folder: Path, options: list[str]) -> None:
    assert run(folder, "rollback", *options, "--yes").exit_code == 2


def test_one_table_to_a_snapshot_names_the_way_back(folder: Path) -> None:
    table = open_catalog(folder).load_table("racing.results")
    first, second = (snapshot.snapshot_id for snapshot in table.snapshots())
    done = run(folder, "rollback", "results", "--to", str(first), "--yes")
    assert f"Undo with: lake rollback results --to {second}" in done.output
    assert run(folder, "rollback", "results", "--to", str(second), "--yes").exit_code == 0
    assert values(folder, "results")[9] == 2
