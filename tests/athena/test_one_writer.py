"""One writer at a time, and a way back: lock, tags, diff, rollback and sweep, against the embedded engine step by step."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from extract.stage.s3 import S3Storage
from lake.athena.leftovers import sweep
from tests.athena.account import BIN, Account, Ran
from tests.athena.local_athena.running import ROOT
from tests.athena.parity import TABLES_ONLY, Week, assert_same, morning
from tests.pipeline.conftest import LISTS, TABLES, Project
from tests.pipeline.test_daily_run import as_truth


@pytest.fixture(scope="module")
def account(new_account: Callable[[], Account]) -> Account:
    return new_account()


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("embedded"))


def scrape(account: Account, embedded: Project, week: Week, days: int) -> None:
    account.extract(morning(week.last, days), "--days", "2", "--until", str(week.last)).ok()
    account.copy_staging(embedded.folder / "staging")


def lake(account: Account, *command: str) -> Ran:
    return account.run("lake", *command, LAKE_TARGET="athena")


def tags(account: Account, name: str) -> list[str]:
    """The runs by which a table's states are tagged, in order."""
    return sorted(ref.removeprefix("run-") for ref in account.table(name).metadata.refs if ref != "main")


def is_locked(account: Account) -> bool:
    key = f"lake/_lock/{account.schema}.json"
    there = account.s3.list_objects_v2(Bucket=account.bucket, Prefix=key).get("KeyCount", 0)
    return bool(there) and b'"released": false' in account.s3.get_object(Bucket=account.bucket, Key=key)["Body"].read()


def test_a_good_build_tags_every_table(account: Account, embedded: Project, week: Week) -> None:
    scrape(account, embedded, week, 1)
    account.build(*TABLES_ONLY).ok()
    embedded.build(*TABLES_ONLY)
    newest = max(account.frame("run_slices")["run_id"])
    assert {name: tags(account, name) for name in (*TABLES, *LISTS)} == {name: [newest] for name in (*TABLES, *LISTS)}
    assert not is_locked(account)
    columns = account.glue.get_table(DatabaseName=account.schema, Name="results")["Table"]["StorageDescriptor"]
    assert all(column.get("Comment") for column in columns["Columns"])


def test_while_a_build_is_at_work_every_other_command_that_writes_is_refused(
    account: Account, embedded: Project, week: Week
) -> None:
    scrape(account, embedded, week, 4)
    environment = account.environment | {"LAKE_TARGET": "athena", "DBT_TARGET_PATH": str(account.folder / "first")}
    first = subprocess.Popen(
        [str(BIN / "dbt"), "build", *TABLES_ONLY], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not is_locked(account):
        assert first.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    rollback = lake(account, "rollback", "--before", tags(account, "results")[0], "--yes")
    assert rollback.code == 6
    second = account.build(*TABLES_ONLY)
    assert second.code == 2
    for ran in (rollback, second):
        assert f"Another command (dbt build, process {first.pid} on " in " ".join(ran.output.split())
        assert "Traceback" not in ran.output
    assert first.communicate(timeout=300)[0].count("OK") > len(TABLES)
    assert first.returncode == 0
    assert not is_locked(account)
    embedded.build(*TABLES_ONLY)
    assert_same(account, embedded)


def test_tags_last_through_merges_optimize_and_vacuum(account: Account) -> None:
    """Though VACUUM may take every snapshot but the current one, those that a tag names stay."""
    before = {name: tags(account, name) for name in TABLES}
    assert {len(runs) for runs in before.values()} == {2}
    rows = account.sql(f'select count(*) from "{account.schema}"."results"')
    with account.table("results").transaction() as change:
        change.set_properties({"vacuum_max_snapshot_age_seconds": "1"})
    account.dbt("run-operation", "maintain").ok()
    assert {name: tags(account, name) for name in TABLES} == before
    table = account.table("results")
    first, second = (table.snapshot_by_id(table.metadata.refs[f"run-{run}"].snapshot_id) for run in before["results"])
    assert first is not None
    assert second is not None
    assert len(table.scan(snapshot_id=first.snapshot_id).to_arrow()) > 0
    assert account.sql(f'select count(*) from "{account.schema}"."results"') == rows


def test_diff_says_what_the_embedded_engine_says(account: Account, embedded: Project) -> None:
    first, second = tags(account, "results")
    command = ("diff", first, second, "--output", "csv")
    ours, theirs = lake(account, *command).ok().output, embedded.run("lake", *command).stdout
    assert len(ours.splitlines()) > 5
    assert sorted(ours.splitlines()) == sorted(theirs.splitlines())


def test_rollback_lasts_and_restore_brings_the_run_back(account: Account, embedded: Project, week: Week) -> None:
    first, _ = tags(account, "results")
    runs = sorted(run for run in set(account.frame("run_slices")["run_id"]) if run > first)
    command = ("rollback", "--before", runs[0], "--yes")
    shown = [lake(account, *command).ok().output, embedded.run("lake", *command).stdout]
    assert f"Undo with: lake restore {' '.join(runs)} && dbt build" in shown[0]
    changes = [
        [line.split(".", 1)[1].split() for line in output.splitlines() if ".results " in line] for output in shown
    ]
    assert changes[0] == changes[1] != []
    for name in (*TABLES, *LISTS):
        rows = account.frame(name)
        assert "run_id" not in rows or not set(runs) & set(rows["run_id"]), name
    assert as_truth(account.frame("results")) == week.seen(1, length=2).runners
    assert_same(account, embedded)

    account.build(*TABLES_ONLY).ok()
    embedded.build(*TABLES_ONLY)
    assert as_truth(account.frame("results")) == week.seen(1, length=2).runners
    assert_same(account, embedded)

    lake(account, "restore", *runs).ok()
    embedded.run("lake", "restore", *runs)
    account.build(*TABLES_ONLY).ok()
    embedded.build(*TABLES_ONLY)
    assert as_truth(account.frame("results")) == week.seen(4, length=2).runners
    assert_same(account, embedded)
    assert f"To be withdrawn: {', '.join(runs)}" in lake(account, "rollback", "--before", runs[0]).output


def test_the_sweep_leaves_what_tables_name_and_takes_the_rest(
    account: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dead = f"lake/{account.schema}/results__dbt_tmp/0b8c3c9e-0000-4000-8000-000000000000/data/x"
    account.s3.put_object(Bucket=account.bucket, Key=dead, Body=b"x")
    young = account.dbt("run-operation", "maintain", "--args", "{dry_run: true, minimum_age_hours: 0}").ok()
    assert "named by no table" not in young.output
    for name, value in account.athena.environment.items():
        monkeypatch.setenv(name, value)
    rows = {name: account.frame(name) for name in TABLES}
    storage = S3Storage(f"s3://{account.bucket}/lake/")
    said = sweep(storage, account.schema, (*TABLES, *LISTS), timedelta(seconds=-5), dry_run=False)
    assert any(dead.rsplit("/", 2)[0] in line for line in said)
    left = {path.split("/")[1] for path in storage.list(account.schema)}
    assert left == {*TABLES, *LISTS}
    for name in TABLES:
        assert account.frame(name).equals(rows[name])
    assert account.sql(f'select count(*) from "{account.schema}"."results"') == [(str(len(rows["results"])),)]
