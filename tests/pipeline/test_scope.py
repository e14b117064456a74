"""What a morning's build reads and tests: as much after three years as after one, and enough to find what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from benchmarks.history import copy_week, stage_history, the_week
from benchmarks.opened import Opened
from lake.duck.views import table_sql
from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.readings import Readings
from lake.merge.plan import MergeConfig
from lake.merge.store import Store
from tests.pipeline.conftest import Project

pytestmark = pytest.mark.long
RESULTS = MergeConfig(
    ["race_id", "horse_id"],
    ["country", "year(race_date)"],
    ["race_date", "race_id", "horse_id"],
    delete_condition="true",
)


def watched(project: Project) -> Opened:
    """Build once more, and tell what that opens and lists."""
    with Opened(project.folder / "staging", project.folder / "warehouse") as seen:
        project.build()
    assert not seen.lost
    return seen


def morning_after(project: Project, years: int) -> tuple[Opened, Opened]:
    """Build a history of so many years, then the week after it, then nothing new; tell what the latter two open."""
    stage_history(project.folder, 52 * years, days=1)
    project.build()
    copy_week(project.folder / "staging", the_week(project.folder), 0)
    return watched(project), watched(project)


def files(seen: Opened) -> set[Path]:
    return {path for path in seen.files if path.suffix in (".csv", ".parquet")}


def days_listed(seen: Opened, kind: str) -> dict[str, int]:
    """How often a build lists the folders of one kind of staged file, by day."""
    return {path.name: times for path, times in seen.listed.items() if path.parent.name == kind}


def test_a_morning_opens_as_many_files_after_three_years_as_after_one(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    built = {years: morning_after(Project(tmp_path_factory.mktemp(f"years{years}")), years) for years in (1, 3)}
    opened = {years: files(morning) for years, (morning, _) in built.items()}
    staged = {years: {path.name for path in files if path.suffix == ".csv"} for years, files in opened.items()}
    assert staged[3] == staged[1], "the same runs are read"
    assert len(opened[3]) <= len(opened[1])
    assert not [path for path in opened[3] if "race_date_year=2023" in str(path)]
    # Nobody lists the folders of rows and races: files are read by their names. (The first is found to be there, and the
    # check of the week's seven runs looks for files beside theirs.) Those of slices are listed once.
    for morning, idle in built.values():
        for seen, new_runs in ((morning, 7), (idle, 0)):
            assert len(days_listed(seen, "results")) <= 1 + new_runs
            assert len(days_listed(seen, "races")) <= 1 + new_runs
            assert sum(times - 1 for times in days_listed(seen, "slices").values()) <= 1 + new_runs


def take_a_runner_away(project: Project, condition: str) -> None:
    """Do by way of a build what no build does: lose a row of the table."""
    catalog, connection = open_catalog(project.folder / "warehouse"), duckdb.connect()
    rows = table_sql(project.table("results"), project.table("results").schema())
    connection.execute(f"create table source as select * from ({rows}) where {condition} order by all limit 1")
    Store(connection, Readings(catalog, tables(catalog)), ("racing", "results"), "source", RESULTS, "planted").merge()


def failed(project: Project) -> set[str]:
    results = json.loads((project.folder / "target" / "run_results.json").read_text())["results"]
    return {result["unique_id"].split(".")[2] for result in results if result["status"] == "fail"}


def test_what_was_decided_since_the_last_sweep_is_tested_and_everything_by_a_sweep(project: Project) -> None:
    stage_history(project.folder, 3)
    project.build()
    copy_week(project.folder / "staging", the_week(project.folder), 0)
    project.build()
    # a row of before the last sweep is gone: found by the next sweep, at most a week later, or on demand
    take_a_runner_away(project, "race_date < date '2026-04-01'")
    project.build()
    project.build("--vars", "full_tests: true", expect=1)
    assert {"races_have_their_declared_runners", "results_are_the_latest_versions"} <= failed(project)
    # a failed sweep vouches for nothing; a row of this morning is found at once, and every morning until it is mended
    take_a_runner_away(project, "race_date >= date '2026-04-11'")
    for _ in range(2):
        project.build(expect=1)
        assert {
            "races_have_their_declared_runners",
            "results_are_the_latest_versions",
            "results_shrink_only_by_recorded_deletes",
            "results_rows_per_race_equal_ran",
            "slices_match_their_latest_whole_scrape",
        } <= failed(project)


def test_a_mended_file_and_a_withdrawal_are_found_though_little_is_read(project: Project) -> None:
    before = len(project.frame("results"))
    mended = next((project.folder / "staging").glob("slices/*/20260329*.csv"))
    mended.write_bytes(mended.read_bytes())  # the same bytes, written anew
    project.build(expect=None)
    listed = project.frame("run_slices")
    assert len(listed) > 0
    run_id = mended.stem
    project.run("lake", "withdraw", run_id, "--reason", "the copy is wrong")
    project.build("--exclude", "test_type:data")
    assert len(project.frame("results")) < before
    assert set(project.frame("slice_decisions").query("run_id == @run_id")["decision"]) == {"withdrawn"}
