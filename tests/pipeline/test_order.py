"""Runs that come at the wrong time, count no more, or say too much: what the next build makes of them."""

from __future__ import annotations

import csv
import shutil
import subprocess
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from extract.contract import WITHDRAWALS, Record
from extract.source.sample import World
from extract.stage.dialect import encode
from extract.stage.layout import Run
from extract.stage.manifest import committed_runs, read_slices
from extract.stage.run_writer import RunWriter
from extract.stage.storage import open_storage
from tests.pipeline.conftest import BIN, LISTS, ROOT, TABLES, Project, truth
from tests.pipeline.test_daily_run import as_truth

pytestmark = pytest.mark.long

DAY = date(2025, 5, 10)
MORNING, LATER, LAST = (datetime(2025, 5, day, 6, tzinfo=UTC) for day in (11, 13, 15))
LATER_RUN = "20250513T060000000000Z"


def staged_elsewhere(project: Project, as_of: datetime) -> Path:
    """Scrape into a staging area of its own, as if the run had not been copied yet."""
    other = Project(project.folder / f"elsewhere_{as_of:%d}")
    other.folder.mkdir()
    other.scrape(DAY, DAY, as_of)
    return other.folder / "staging"


def copy_run(source: Path, project: Project) -> None:
    """Copy staged files, those that commit the run last."""
    staging = project.folder / "staging"
    for kind in ("results", "races", "slices"):
        shutil.copytree(source / kind, staging / kind, dirs_exist_ok=True)


def same_tables(project: Project, other: Project) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(
            project.frame(name).drop(columns="loaded_at"), other.frame(name).drop(columns="loaded_at"), obj=name
        )


def test_a_run_committed_while_a_build_runs_waits_for_the_next(home: Path, world: World) -> None:
    fresh = Project(home)
    late = staged_elsewhere(fresh, LATER)
    fresh.scrape(DAY, DAY, MORNING)
    running = subprocess.Popen(
        [str(BIN / "dbt"), "build"], cwd=ROOT, env=fresh.environment, stdout=subprocess.PIPE, text=True
    )
    catalog = home / "warehouse" / "racing" / "run_slices"
    while not list(catalog.rglob("*.parquet")) and running.poll() is None:
        time.sleep(0.02)
    copy_run(late, fresh)
    said, _ = running.communicate(timeout=300)
    assert running.returncode == 0, said[-3000:]
    assert as_truth(fresh.frame("results")) == truth(world, DAY, DAY, MORNING).runners
    for name in (*TABLES, "slice_decisions"):
        assert LATER_RUN not in set(fresh.frame(name)["run_id"])
    fresh.build()
    assert as_truth(fresh.frame("results")) == truth(world, DAY, DAY, LATER).runners


def test_a_late_run_takes_its_place_and_the_tests_pass(home: Path, world: World) -> None:
    """Days later and after newer news: the same tables as if it had come in time."""
    fresh, in_time = Project(home), Project(home / "in_time")
    late = staged_elsewhere(fresh, LATER)
    for as_of in (MORNING, LAST):
        fresh.scrape(DAY, DAY, as_of)
        fresh.build()
    before = len(fresh.frame("result_versions"))
    copy_run(late, fresh)
    fresh.build()
    assert len(fresh.frame("result_versions")) > before
    assert LATER_RUN in set(fresh.frame("result_versions")["run_id"])
    shutil.copytree(home / "staging", home / "in_time" / "staging")
    in_time.build()
    same_tables(fresh, in_time)
    counts = {name: len(fresh.table(name).snapshots()) for name in (*LISTS, *TABLES)}
    fresh.build()
    assert {name: len(fresh.table(name).snapshots()) for name in (*LISTS, *TABLES)} == counts


def decide(project: Project, number: int, action: str) -> None:
    folder = project.folder / "staging" / "withdrawals" / "scraped_on=2025-05-16"
    folder.mkdir(parents=True, exist_ok=True)
    row = {"run_id": LATER_RUN, "action": action, "decided_at": f"2025-05-16 06:0{number}:00.000000", "reason": "test"}
    (folder / f"{number}.csv").write_bytes(encode(WITHDRAWALS, [dict(row)]))


def test_a_withdrawn_run_counts_for_nothing_until_it_is_restored(home: Path, world: World) -> None:
    fresh = Project(home)
    fresh.scrape(DAY, DAY, MORNING)
    fresh.build()
    first = {name: fresh.frame(name).drop(columns="loaded_at") for name in TABLES}
    fresh.scrape(DAY, DAY, LATER)
    fresh.build()
    second = {name: fresh.frame(name).drop(columns="loaded_at") for name in TABLES}
    decide(fresh, 1, "withdrawn")
    fresh.run("dbt", "--quiet", "run", "--select", *LISTS)
    failed = fresh.run("dbt", "test", "--select", "tables_rest_on_accepted_scrapes", expect=1).stdout
    assert "FAIL" in failed  # the tables still rest on what is withdrawn by now
    fresh.build()
    for name in TABLES:
        pd.testing.assert_frame_equal(fresh.frame(name).drop(columns="loaded_at"), first[name])
    fresh.build("--full-refresh")
    assert as_truth(fresh.frame("results")) == truth(world, DAY, DAY, MORNING).runners
    decide(fresh, 2, "restored")
    fresh.run("dbt", "--quiet", "run", "--select", *LISTS)
    assert "FAIL" in fresh.run("dbt", "test", "--select", "staged_runs_are_loaded", expect=1).stdout
    fresh.build()
    for name in TABLES:
        pd.testing.assert_frame_equal(fresh.frame(name).drop(columns="loaded_at"), second[name])


def test_a_mended_file_heals_the_tables(home: Path) -> None:
    fresh = Project(home)
    fresh.scrape(DAY, DAY, MORNING)
    fresh.build()
    row = fresh.frame("results").iloc[0]
    assert row["colour"] != "skewbald"
    path = next((home / "staging" / "results" / "scraped_on=2025-05-11").glob(f"*_{row['country']}_*.csv"))
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    for cells in rows:
        if cells[header.index("horse_id")] == str(row["horse_id"]):
            cells[header.index("colour")] = "skewbald"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    fresh.scrape(DAY, DAY, LATER)  # to work the day's races out anew, its older files are read again
    assert f"say: extract reseal {path.name[:22]}" in " ".join(fresh.build(expect=2).split())
    fresh.extract("reseal", path.name[:22], "--yes")
    fresh.build()
    log = fresh.frame("result_versions")
    first = log[(log["horse_id"] == row["horse_id"]) & (log["race_id"] == row["race_id"])].iloc[0]
    assert first["colour"] == "skewbald"
    mended = {name: fresh.frame(name).drop(columns="loaded_at") for name in TABLES}
    fresh.build("--full-refresh")
    for name in TABLES:
        pd.testing.assert_frame_equal(fresh.frame(name).drop(columns="loaded_at"), mended[name])


def test_a_large_loss_holds_back_its_slice_alone(home: Path, world: World) -> None:
    fresh = Project(home)
    fresh.scrape(DAY, DAY, MORNING)
    fresh.build()
    kept = {name: fresh.frame(name) for name in TABLES}
    run_id = _forge_an_empty_index(fresh, "gb")
    said = fresh.build()
    assert f"Held back: gb {DAY}, run {run_id} would lose" in said
    for name in TABLES:
        pd.testing.assert_frame_equal(fresh.frame(name), kept[name])
    asked = "select why from racing.day_status where status = 'held back'"
    assert f"run {run_id} would lose" in fresh.run("lake", "query", "--output", "csv", asked).stdout
    fresh.scrape(DAY, DAY, LATER)
    assert "Held back" not in fresh.build()
    assert as_truth(fresh.frame("results")) == truth(world, DAY, DAY, LATER).runners


def test_a_loss_that_is_real_is_let_through_by_name(home: Path) -> None:
    fresh = Project(home)
    fresh.scrape(DAY, DAY, MORNING)
    fresh.build()
    for country in ("gb", "ire"):
        _forge_an_empty_index(fresh, country)
    said = fresh.build("--vars", f"allow_shrink: [gb {DAY}]")
    assert f"Held back: ire {DAY}" in said
    assert f"Held back: gb {DAY}" not in said
    assert "gb" not in set(fresh.frame("results")["country"])
    assert "ire" in set(fresh.frame("results")["country"])
    warned = fresh.run("dbt", "build").stdout
    assert "slices_are_not_held_back" in warned
    assert "WARN 1 slices_are_not_held_back" in warned


def _forge_an_empty_index(project: Project, country: str) -> str:
    """Stage a later run that says of one country, complete and whole, that there was no racing."""
    storage = open_storage(str(project.folder / "staging"))
    run = Run(datetime(2025, 5, 12, 6 if country == "gb" else 7, tzinfo=UTC))
    (row,) = (row for row in read_slices(storage, committed_runs(storage)[0]) if row["country"] == country)
    nothing: Record = {name: 0 for name in row if name.startswith("races_") or name == "rows_staged"}
    lineage: Record = {"run_id": run.run_id, "scraped_at": run.scraped_at_text}
    RunWriter(storage, run).commit([], [row | nothing | lineage | {"results_file": None, "results_sha256": None}])
    return run.run_id
