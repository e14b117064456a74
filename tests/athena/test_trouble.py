"""What goes wrong on Athena, and what is left of it afterwards: nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from extract.stage.glue import register
from tests.athena.account import BIN, Account
from tests.athena.local_athena.running import ROOT
from tests.athena.parity import Week, assert_same, morning
from tests.dbt_process import PATIENCE
from tests.pipeline.conftest import TABLES, Project
from tests.pipeline.test_daily_run import as_truth
from tests.unit.dbt.staged_world import StagedWorld

DBT_RUN = ("run", "--select", "+results")
AGAIN = (*DBT_RUN, "--exclude", "path:dbt_project/models/staging")
"""A later run, for which the views of staging are there and the same; what a morning runs has them made anew."""


@pytest.fixture(scope="module")
def account(new_account: Callable[[], Account], week: Week) -> Account:
    """An account with one morning's tables of two days of racing."""
    made = new_account()
    scrape(made, week, 1)
    made.dbt(*DBT_RUN).ok()
    return made


def scrape(account: Account, week: Week, days: int) -> None:
    account.extract(morning(week.last, days), "--days", "2", "--until", str(week.last)).ok()


def kill_when(account: Account, reached: Callable[[], bool]) -> None:
    """Start a build and kill it, with all it started, as soon as a point is reached."""
    environment = account.environment | {"LAKE_TARGET": "athena"}
    running = subprocess.Popen(
        [str(BIN / "dbt"), *DBT_RUN], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + PATIENCE
    try:
        while not reached():
            assert running.poll() is None, "the build ended before the point was reached"
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def grown(account: Account, table: str) -> Callable[[], bool]:
    """Whether a table has got one more snapshot than it has now."""
    snapshots = len(account.table(table).snapshots())
    return lambda: len(account.table(table).snapshots()) > snapshots


def is_there(account: Account, table: str) -> Callable[[], bool]:
    return lambda: table in account.tables()


POINTS: list[Callable[[Account], Callable[[], bool]]] = [
    lambda account: grown(account, "run_slices"),
    lambda account: grown(account, "slice_decisions"),
    lambda account: grown(account, "scraped_races"),
    lambda account: is_there(account, "result_versions__dbt_tmp"),
    lambda account: grown(account, "result_versions"),
    lambda account: is_there(account, "results__dbt_tmp"),
]


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(0, id="runs"),
        pytest.param(1, id="decisions", marks=pytest.mark.long),
        pytest.param(2, id="races", marks=pytest.mark.long),
        pytest.param(3, id="in the log", marks=pytest.mark.long),
        pytest.param(4, id="the log", marks=pytest.mark.long),
        pytest.param(5, id="in results"),
    ],
)
def test_killed_build_is_healed_by_the_next(account: Account, week: Week, point: int) -> None:
    days = point + 2
    scrape(account, week, days)
    kill_when(account, POINTS[point](account))
    if point == 0:  # its last query may still be at work
        second = account.dbt(*DBT_RUN)
        assert second.code == 2
        assert "Another command (dbt run, process" in " ".join(second.output.split())
    account.let_lock_run_out()
    account.dbt(*DBT_RUN).ok()
    assert as_truth(account.frame("results")) == week.seen(days, length=2).runners
    assert account.leftovers() == []


def test_after_all_that_both_engines_agree(account: Account, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Day by day with a kill on each, or all mornings at once: the same rows."""
    embedded = Project(tmp_path_factory.mktemp("embedded"))
    account.copy_staging(embedded.folder / "staging")
    embedded.run("dbt", "--quiet", *DBT_RUN)
    assert_same(account, embedded)


@pytest.mark.long  # the embedded engine goes through many more, in make test
def test_random_histories_come_to_the_same_log(
    new_account: Callable[[], Account], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Races voided, moved, failed and unlisted, runners gone and back, slices left out and held back, a run late, one
    withdrawn and restored: on both engines, and the oracle."""
    account, embedded = new_account(), Project(tmp_path_factory.mktemp("embedded"))
    for name, value in account.athena.environment.items():
        monkeypatch.setenv(name, value)
    register(account.staging, account.staging_schema)
    staged = StagedWorld(account.staging, seed=175, first_run=datetime.now(UTC) - timedelta(days=12))
    first = staged.scrape(everything=True)
    _, commit_late = staged.begin(everything=True)
    for number, days in enumerate((0, 3, 2, 1)):
        for _ in range(days):
            staged.pass_time(gently=number > 2)
            staged.scrape()
        if number == 2:
            commit_late()
            staged.decide(first, "withdrawn")
        elif number == 3:
            staged.decide(first, "restored")
        register(account.staging, account.staging_schema)
        allowed = [] if number in (1, 3) else "all"
        account.dbt(*(AGAIN if number else DBT_RUN), allow_shrink=allowed).ok()
        account.copy_staging(embedded.folder / "staging")
        embedded.run("dbt", "--quiet", *DBT_RUN, "--vars", f"allow_shrink: {allowed}")
        assert_same(account, embedded)
        staged.oracle.build(None if allowed else set())
        assert len(account.frame("result_versions")) == len(staged.oracle.log)
    assert account.frame("slice_decisions")["decision"].eq("held_back").sum() == len(staged.oracle.held)


def test_column_that_the_contract_gained_is_added_by_the_next_build(
    new_account: Callable[[], Account], week: Week
) -> None:
    """As if the tables were built before the column was thought of."""
    account = new_account()
    scrape(account, week, 1)
    account.dbt(*DBT_RUN).ok()
    for name in ("result_versions", "results"):
        account.sql(f"alter table {account.schema}.{name} drop column silk_url")
    scrape(account, week, 4)
    account.dbt(*AGAIN).ok()
    for name in ("result_versions", "results"):
        assert account.table(name).schema().column_names[-1] == "silk_url"
        assert account.frame(name)["silk_url"].notna().any()
    assert as_truth(account.frame("results")) == week.seen(4, length=2).runners


def test_full_refresh_killed_in_the_middle_of_its_swap_is_healed(account: Account) -> None:
    """The old table has its backup's name already, the new one not yet its own."""
    rows = account.frame("results").drop(columns="loaded_at")
    for table in ("results", "scraped_races"):
        account.sql(f"alter table {account.schema}.{table} rename to {account.schema}.{table}__bkp")
    empty = {"EXTRACT_STAGING_SCHEMA": f"{account.name}_empty", "EXTRACT_STAGING": f"s3://{account.bucket}/empty"}
    account.run("extract", "register", **empty).ok()
    refused_empty = account.dbt(*DBT_RUN, environment=empty)
    assert "that the tables are built from are no longer in staging" in refused_empty.output
    account.dbt(*DBT_RUN).ok()
    pd.testing.assert_frame_equal(account.frame("results").drop(columns="loaded_at"), rows)
    assert account.leftovers() == []


def test_loss_of_a_fifth_of_a_slice_is_held_back(account: Account, week: Week) -> None:
    rows = account.frame("results")
    run_id = forge_a_day_without_racing(account, week)
    ran = account.dbt(*AGAIN).ok()
    assert f"Held back: gb {week.last}, run {run_id} would lose" in ran.output
    assert f"allow_shrink: [gb {week.last}]" in ran.output
    pd.testing.assert_frame_equal(account.frame("results"), rows)
    assert run_id not in set(account.frame("result_versions")["run_id"])
    assert run_id not in set(account.frame("scraped_races")["run_id"])
    account.dbt(*AGAIN, allow_shrink=[f"gb {week.last}"]).ok()
    left = account.frame("results")
    assert on(week.last, left) == on(week.last, rows) - {"gb"}


def on(day: date, rows: pd.DataFrame) -> set[str]:
    """The countries with rows on a date; not every one has racing every day."""
    return set(rows["country"][rows["race_date"] == day])


def forge_a_day_without_racing(account: Account, week: Week) -> str:
    """Stage a later run that says, complete and whole, that there were no races in gb on a day."""
    staged = account.s3.list_objects_v2(Bucket=account.bucket, Prefix="staging/slices/")["Contents"]
    text = account.s3.get_object(Bucket=account.bucket, Key=staged[-1]["Key"])["Body"].read().decode()
    header, *rows = text.splitlines()
    names = header.strip('"').split('","')
    cells = next(
        dict(zip(names, row.strip('"').split('","'), strict=True)) for row in rows if f'"gb","{week.last}"' in row
    )
    when = morning(week.last, len(POINTS) + 1) + timedelta(hours=6)
    run_id = f"{when:%Y%m%dT%H%M%S}000000Z"
    cells |= {name: "0" for name in names if name.startswith("races_") or name == "rows_staged"}
    cells |= {
        "run_id": run_id,
        "scraped_at": f"{when:%Y-%m-%d %H:%M:%S}.000000",
        "results_file": "",
        "results_sha256": "",
    }
    key = f"staging/slices/scraped_on={when.date()}/{run_id}.csv"
    forged = header + "\n" + ",".join(f'"{cells[name]}"' for name in names) + "\n"
    account.s3.put_object(Bucket=account.bucket, Key=key, Body=forged.encode())
    return run_id


def test_runner_staged_twice_is_refused_and_nothing_is_written(new_account: Callable[[], Account], week: Week) -> None:
    account = new_account()
    scrape(account, week, 1)
    copy = stage_a_file_twice(account)
    refused(account, at_merge=False)
    assert "result_versions" not in account.tables()

    account.s3.delete_object(Bucket=account.bucket, Key=copy)
    account.dbt(*DBT_RUN).ok()
    rows = account.frame("result_versions")
    scrape(account, week, 4)
    copy = stage_a_file_twice(account)
    refused(account, at_merge=True)
    pd.testing.assert_frame_equal(account.frame("result_versions"), rows)

    account.s3.delete_object(Bucket=account.bucket, Key=copy)
    account.dbt(*AGAIN).ok()
    assert len(account.frame("result_versions")) > len(rows)
    assert account.leftovers() == []


def stage_a_file_twice(account: Account) -> str:
    """Copy the newest results file beside itself; returns the copy's key."""
    staged = account.s3.list_objects_v2(Bucket=account.bucket, Prefix="staging/results/")["Contents"]
    key = staged[-1]["Key"]
    copy = key.replace(".csv", "_again.csv")
    account.s3.copy_object(Bucket=account.bucket, Key=copy, CopySource={"Bucket": account.bucket, "Key": key})
    return copy


def refused(account: Account, *, at_merge: bool) -> None:
    ran = account.dbt(*(AGAIN if at_merge else DBT_RUN))
    assert ran.code == 1
    assert "hold the same race_id, horse_id, scraped_at more than once" in ran.output
    assert ("result_versions__dbt_tmp" in account.tables()) == at_merge


def test_of_two_merges_at_once_one_is_refused_whole(new_account: Callable[[], Account]) -> None:
    """The loser fails with the error and the type that dbt-athena knows as worth repeating; nothing of it is there."""
    account = new_account()
    account.glue.create_database(DatabaseInput={"Name": account.schema})
    account.sql(
        f"create table {account.schema}.t with (table_type='iceberg', is_external=false, format='parquet', "
        f"location='s3://{account.bucket}/lake/t') as select 1000 * a + b as id, 'first' as who from unnest(sequence(0, 199)) as x (a), unnest(sequence(0, 999)) as y (b)"
    )
    for attempt in range(10):
        merges = [
            account.start(
                f"merge into {account.schema}.t as target using (select id from {account.schema}.t where id % 2 = 1) as src "
                f"on target.id = src.id when matched then update set who = '{who}{attempt}'"
            )
            for who in ("a", "b")
        ]
        ended = [account.ended(query)["Status"] for query in merges]
        written = account.sql(f"select who, count(*) from {account.schema}.t group by who order by who")
        assert sum(int(count or 0) for _, count in written) == 200_000
        lost = [status for status in ended if status["State"] == "FAILED"]
        if lost:
            break
    assert len(lost) == 1
    assert lost[0]["AthenaError"]["ErrorType"] == 233
    assert "ICEBERG_COMMIT_ERROR" in lost[0]["AthenaError"]["ErrorMessage"]
    winner = "ab"[ended.index(next(status for status in ended if status["State"] == "SUCCEEDED"))]
    assert written == [(f"{winner}{attempt}", "100000"), ("first", "100000")]


def test_tables_left_by_a_dead_build_go_with_the_next_good_one(account: Account) -> None:
    for name in ("results__ha", "scraped_races__bkp", "result_versions__tmp_not_partitioned"):
        account.sql(
            f"create table {account.schema}.{name} with (table_type='iceberg', is_external=false, format='parquet', "
            f"location='s3://{account.bucket}/lake/{name}') as select 1 as one"
        )
    account.dbt(*AGAIN).ok()
    assert account.leftovers() == []
    assert set(TABLES) < set(account.tables())
