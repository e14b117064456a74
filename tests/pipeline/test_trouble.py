"""Days that go wrong: what was merged stays, the exit code says so, the next good run heals."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from extract.source.sample import Fault, SampleServer, World
from extract.stage.manifest import committed_runs
from extract.stage.storage import open_storage
from lake.lock import holder
from tests.pipeline.conftest import BIN, ROOT, Project, truth
from tests.pipeline.test_daily_run import as_truth

DAY = date(2025, 5, 10)
MORNING, LATER = datetime(2025, 5, 11, 6, tzinfo=UTC), datetime(2025, 5, 15, 6, tzinfo=UTC)
FAST = ("--rate", "1000", "--timeout", "1")


@pytest.fixture
def server(world: World) -> Iterator[SampleServer]:
    with SampleServer(world, as_of=MORNING) as running:
        yield running


def tree(project: Project) -> dict[str, bytes]:
    """Every staged CSV; runs only ever add some."""
    staging = project.folder / "staging"
    return {str(path.relative_to(staging)): path.read_bytes() for path in staging.rglob("*.csv")}


@pytest.fixture(scope="module")
def merged(project: Project) -> pd.DataFrame:
    project.scrape(DAY, DAY, MORNING)
    project.build()
    return project.frame("results")


FAULTS = {
    "406": ([Fault("status", status=406)], 4),
    "429": ([Fault("status", status=429, retry_after="9999")], 4),
    "500": ([Fault("status", r"/time-order", status=500)], 3),
    "timeout": ([Fault("latency", r"/results/9000[0-9]/.*[05]$", seconds=1.5)], 3),
    "truncated": ([Fault("truncate", r"/results/9000[0-9]/")], 3),
    "disconnect": ([Fault("disconnect", r"/results/9000[0-9]/")], 3),
    "error shell": ([Fault("error-shell", r"/time-order")], 3),
    "wrong json": ([Fault("bad-json", r"/results/9000[0-9]/")], 3),
    "block page": ([Fault("block-page")], 4),
    "new layout": ([Fault("bad-json")], 5),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_failing_day_touches_nothing(name: str, project: Project, merged: pd.DataFrame, server: SampleServer) -> None:
    faults, code = FAULTS[name]
    for fault in faults:
        server.faults.add(fault)
    staged = tree(project)
    command = ("--source", server.base_url, "--from", str(DAY), "--to", str(DAY), *FAST)
    done = project.extract(*command, "--backoff", "0.01", expect=None)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Next" in done.stdout or "staged as run" in done.stdout or "Update the project" in done.stdout
    now = tree(project)
    assert {path: now[path] for path in staged} == staged


def test_after_all_that_the_table_is_untouched_and_the_next_run_heals(
    project: Project, merged: pd.DataFrame, server: SampleServer, world: World
) -> None:
    project.build()
    pd.testing.assert_frame_equal(project.frame("results"), merged)
    server.as_of = LATER
    project.extract("--source", server.base_url, "--from", str(DAY), "--to", str(DAY), *FAST)
    project.build()
    assert as_truth(project.frame("results")) == truth(world, DAY, DAY, LATER).runners


def test_retry_fetches_only_what_failed(project: Project, server: SampleServer, world: World, home: Path) -> None:
    fresh = Project(home)
    fault = Fault("status", r"/results/90002/", status=500)
    server.faults.add(fault)
    command = ("--source", server.base_url, *FAST, "--backoff", "0.01")
    failed = fresh.extract("--from", str(DAY), "--to", str(DAY), *command, expect=3)
    assert "extract retry" in failed.stdout
    server.faults.clear()
    server.paths.clear()
    fresh.extract("retry", *command)
    pages = [path for path in server.paths if "time-order" not in path and "robots" not in path]
    assert pages
    assert all("/90002/" in path for path in pages)
    assert "nothing to retry" in fresh.extract("retry", *command).stdout
    fresh.build()
    assert as_truth(fresh.frame("results")) == truth(world, DAY, DAY, MORNING).runners


def test_a_killed_run_is_invisible_and_can_be_resumed(server: SampleServer, world: World, home: Path) -> None:
    fresh = Project(home)
    command = [str(BIN / "extract"), "--source", server.base_url, "--from", str(DAY), "--to", str(DAY), "--rate", "40"]
    running = subprocess.Popen(
        command, cwd=home, env=fresh.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while len(server.paths) < 12:
        assert running.poll() is None
        time.sleep(0.02)
    running.send_signal(signal.SIGSTOP)  # on a busy machine it could end before the second has started
    locked = fresh.extract("--source", server.base_url, "--days", "1", expect=6)
    assert "Another run" in locked.stderr
    running.send_signal(signal.SIGKILL)
    running.wait()
    run_id = next((home / "staging" / "runs").iterdir()).stem
    assert f"--resume {run_id}" in fresh.extract("status").stdout
    assert not list((home / "staging").glob("slices/**/*.csv"))
    had = {path.name.split("_")[0] for path in (home / "staging" / "pages").rglob("*.gz")}
    server.paths.clear()
    fresh.extract("--resume", run_id, "--source", server.base_url, *FAST)
    again = {path.rstrip("/").split("/")[-1] for path in server.paths}
    assert not had & again
    fresh.build()
    assert as_truth(fresh.frame("results")) == truth(world, DAY, DAY, MORNING).runners
    assert "nothing to resume" in fresh.extract("--resume", run_id, expect=2).stderr


def test_replay_gives_the_same_rows_without_the_network(project: Project, merged: pd.DataFrame) -> None:
    versions = len(project.frame("result_versions"))
    project.extract("replay", "--from", str(DAY), "--to", str(DAY), expect=None)
    project.build()
    assert len(project.frame("result_versions")) == versions


@pytest.mark.long
@pytest.mark.parametrize("ran_before", ["run_slices", "run_slices listed_races slice_decisions", "+scraped_races"])
def test_a_build_killed_between_two_models_is_healed_by_the_next(ran_before: str, home: Path, world: World) -> None:
    fresh = Project(home)
    fresh.scrape(DAY, DAY, MORNING)
    fresh.build()
    fresh.scrape(DAY, DAY, LATER)
    fresh.run("dbt", "--quiet", "run", "--select", ran_before)
    command = [str(BIN / "dbt"), "--quiet", "build"]
    running = subprocess.Popen(
        command, cwd=ROOT, env=fresh.environment, stdout=subprocess.DEVNULL, preexec_fn=os.setsid
    )
    deadline = time.monotonic() + 60
    while fresh.snapshots()["result_versions"] < 2 and time.monotonic() < deadline and running.poll() is None:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    fresh.build()
    assert as_truth(fresh.frame("results")) == truth(world, DAY, DAY, LATER).runners
    fresh.build()
    assert set(fresh.snapshots().values()) == {2}


def test_nothing_is_written_beside_a_build_and_readers_go_on(home: Path, world: World) -> None:
    """While a build is at work: upkeep, rollbacks, drops and a second build are refused, questions are answered."""
    fresh = Project(home)
    fresh.scrape(DAY, DAY, MORNING)
    fresh.build()
    kept = fresh.frame("results")
    run_id = committed_runs(open_storage(str(home / "staging")))[0]
    fresh.scrape(DAY, DAY, LATER)
    command = [str(BIN / "dbt"), "--quiet", "build"]
    building = subprocess.Popen(command, cwd=ROOT, env=fresh.environment, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while holder(home / "warehouse") is None and time.monotonic() < deadline and building.poll() is None:
        time.sleep(0.05)
    os.kill(building.pid, signal.SIGSTOP)  # it holds what it holds, for as long as this takes
    try:
        for refused in (
            ("maintain", "--minimum-age-hours", "0", "--yes"),
            ("rollback", "--before", run_id, "--yes"),
            ("rollback", "results", "--to", "1", "--yes"),
            ("drop", "results", "--yes"),
            ("relocate",),
            ("doctor", "--mend"),
        ):
            said = fresh.run("lake", *refused, expect=6).stderr
            assert f"dbt build (process {building.pid}" in said, said
        assert f"dbt build (process {building.pid}" in fresh.build(expect=2)
        answer = fresh.run("lake", "query", "--output", "csv", "select count(*) from racing.results").stdout
        assert answer.split() == ["count_star()", str(len(kept))]
        fresh.run("lake", "status")
    finally:
        os.kill(building.pid, signal.SIGCONT)
    said, _ = building.communicate(timeout=300)
    assert building.returncode == 0, said
    assert as_truth(fresh.frame("results")) == truth(world, DAY, DAY, LATER).runners


def test_a_column_that_the_contract_gained_is_added_by_the_next_build(home: Path, world: World) -> None:
    """As if the tables were built before the column was thought of."""
    fresh = Project(home)
    fresh.scrape(DAY, DAY, MORNING)
    fresh.build()
    for name in ("result_versions", "results"):
        with fresh.table(name).update_schema() as schema:
            schema.delete_column("silk_url")
    fresh.scrape(DAY, DAY, LATER)
    fresh.build()
    for name in ("result_versions", "results"):
        assert fresh.table(name).schema().column_names[-1] == "silk_url"
    assert as_truth(fresh.frame("results")) == truth(world, DAY, DAY, LATER).runners


def test_staged_files_and_tables_cannot_share_a_schema(tmp_path: Path) -> None:
    environment = Project(tmp_path).environment | {"EXTRACT_STAGING_SCHEMA": "racing"}
    command = [str(BIN / "dbt"), "run"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Set EXTRACT_STAGING_SCHEMA to another" in done.stdout
