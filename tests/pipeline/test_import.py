"""Rows that others scraped, imported and built; imported again; and scraped by ourselves, in whichever order."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.opened import Opened
from extract.source.sample import World
from tests import rpscrape_files
from tests.pipeline.conftest import LISTS, TABLES, Project, truth
from tests.pipeline.test_daily_run import as_truth

DAY = rpscrape_files.LAST
SCRAPED = datetime(2025, 11, 21, 6, tzinfo=UTC)  # ratings that the files know are published by then
LATER = datetime(2025, 11, 26, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def written(project: Project) -> rpscrape_files.Written:
    return rpscrape_files.write(project.folder / "data", 1000, dirt=0.1, days=2)


def import_(project: Project, *options: str, expect: int = 3, folder: str = "data") -> dict[str, object]:
    done = project.extract("import", folder, "--output", "json", *options, expect=expect)
    told: dict[str, object] = json.loads(done.stdout)
    return told


def snapshots(project: Project) -> dict[str, int]:
    return {name: len(project.table(name).snapshots()) for name in (*TABLES, *LISTS)}


def frames(project: Project) -> dict[str, pd.DataFrame]:
    return {name: project.frame(name).drop(columns="loaded_at") for name in TABLES}


def of_the_day(frame: pd.DataFrame, day: date = DAY) -> pd.DataFrame:
    return frame[frame["race_date"] == day]


def test_every_clean_row_is_in_the_table(project: Project, written: rpscrape_files.Written) -> None:
    told = import_(project, "--expect-rows", str(written.clean))
    assert (told["rows"], told["staged"], told["duplicates"]) == (written.rows, written.clean, written.duplicates)
    project.build()
    results = project.frame("results")
    assert len(results) == written.clean
    assert set(results["change"]) == {"insert"}
    status = project.run("lake", "query", "select distinct status from racing.day_status", "--output", "csv").stdout
    assert "imported" in status


def test_importing_again_makes_no_snapshot_in_any_table(project: Project, written: rpscrape_files.Written) -> None:
    before = snapshots(project)
    told = import_(project)
    assert told["run_id"] is None
    assert told["imported_already"] == written.clean
    project.build()
    assert snapshots(project) == before


def test_a_scrape_of_an_imported_day_wins(project: Project, world: World) -> None:
    """Its run id, by the clock of the sample world, is older than the import's: that is no matter."""
    imported = len(project.frame("results"))
    project.scrape(DAY, DAY, SCRAPED)
    with Opened(project.folder / "staging") as seen:
        project.build("--vars", "allow_shrink: all")
    read = {path.name.split("_")[2] for path in seen.files if path.parent.parent.name == "results"}
    assert read == {f"{DAY}.csv"}, "of the import's one folder, only the files of what is scraped again"
    results = project.frame("results")
    assert as_truth(of_the_day(results)) == truth(world, DAY, DAY, SCRAPED).runners
    assert len(results) > imported / 2
    log = of_the_day(project.frame("result_versions"))
    assert {"insert", "update"} <= set(log["change"])


def test_an_import_dated_after_the_scrape_changes_nothing_of_that_day(project: Project, tmp_path: Path) -> None:
    before = frames(project)
    rpscrape_files.write(tmp_path / "other", 400, days=1, as_of=datetime(2025, 10, 26, 23, tzinfo=UTC))
    told = import_(project, "--scraped-at", "2025-11-25T06:00", expect=0, folder=str(tmp_path / "other"))
    assert told["run_id"]
    project.build()
    for name, frame in frames(project).items():
        pd.testing.assert_frame_equal(of_the_day(frame).reset_index(drop=True), of_the_day(before[name]).reset_index(drop=True))  # fmt: skip


def test_scraped_anew_later_the_imported_days_are_as_the_source_shows_them(project: Project, world: World) -> None:
    """A day that was only imported is scraped for the first time, one that was scraped before once more."""
    first = DAY - timedelta(days=1)
    project.scrape(first, DAY, LATER)
    project.build("--vars", "allow_shrink: all")
    results = project.frame("results")
    assert as_truth(results[results["race_date"] >= first]) == truth(world, first, DAY, LATER).runners


def test_a_full_refresh_comes_to_the_same_tables(project: Project) -> None:
    before = frames(project)
    project.build("--full-refresh")
    for name, frame in frames(project).items():
        pd.testing.assert_frame_equal(frame, before[name], obj=name)


def test_retry_and_status_know_an_import_for_what_it_is(project: Project) -> None:
    told = json.loads(project.extract("status", "--output", "json").stdout)
    imports = [run["run_id"] for run in told["runs"] if run["source"] == "import"]
    assert len(imports) == 2
    assert told["unfinished"] == told["unfinished_imports"] == told["strays"] == []
    refused = project.extract("retry", imports[0], expect=2).stderr
    assert "is an import" in refused
    assert "is an import" in project.extract("--resume", imports[0], expect=2).stderr
    project.extract("verify")
