"""`lake morning` on the sample world: a first morning, one three days later, and one on which the source refuses us."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from extract.source.sample import World
from lake.cli.app import lake
from lake.report import commands
from tests.pipeline import broken_source
from tests.pipeline.conftest import ROOT, Project, Truth, truth
from tests.pipeline.forked import Forked

FIRST, LAST = date(2025, 4, 16), date(2025, 4, 17)
MORNING, LATER = datetime(2025, 4, 18, 6, tzinfo=UTC), datetime(2025, 4, 21, 6, tzinfo=UTC)
REFUSED = datetime(2025, 4, 22, 6, tzinfo=UTC)
DAYS = ("--days", "2", "--output", "json")
SAMPLE = ("--source", "sample", "--until", str(LAST), "--rate", "1000")


@pytest.fixture
def here(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project as the surroundings of this process."""
    for name in [name for name in os.environ if name.startswith(("EXTRACT_", "LAKE_", "DBT_"))]:
        monkeypatch.delenv(name)
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(commands, "Commands", Forked)
    return project


def morning(*options: str, expect: int) -> dict[str, Any]:
    done = CliRunner().invoke(lake, ["morning", *DAYS, "--", *options], catch_exceptions=False)
    assert done.exit_code == expect, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["exit_code"] == expect
    return said


def by_slice(runners: Truth, world: World, as_of: datetime) -> dict[tuple[str, str], int]:
    """Rows of each slice, as the world has them."""
    counted = {}
    for day in (FIRST, LAST):
        for country in ("gb", "ire", "fr"):
            races = [race for race in world.truth(day, country, as_of) if race.status == "result"]
            counted[str(day), country] = sum(len(race.runners) for race in races)
    assert sum(counted.values()) == len(runners.runners)
    return counted


def history(project: Project, run_id: str) -> tuple[int, ...]:
    asked = "select sum(rows_new), sum(rows_corrected), sum(rows_gone) from racing.run_history where run_id = ?"
    with duckdb.connect(str(project.folder / "warehouse" / "lake.duckdb"), read_only=True) as con:
        return tuple(int(count) for count in con.execute(asked, [run_id]).fetchall()[0])


def counted(before: pd.DataFrame, after: pd.DataFrame) -> tuple[int, int, int]:
    """Rows new, changed and gone between two states of the table, told by pandas."""
    keys = ["race_id", "horse_id"]
    sides = before.merge(after, on=keys, how="outer", indicator=True, suffixes=("_a", "_b"))
    both = sides[sides["_merge"] == "both"]
    changed = int((both["row_hash_a"] != both["row_hash_b"]).sum())
    return int((sides["_merge"] == "right_only").sum()), changed, int((sides["_merge"] == "left_only").sum())


def test_the_first_morning_counts_what_the_world_says(project: Project, world: World) -> None:
    """By the command itself, with both commands in processes of their own."""
    done = project.run("lake", "morning", *DAYS, "--", *SAMPLE, "--as-of", MORNING.isoformat())
    said = json.loads(done.stdout)
    seen = truth(world, FIRST, LAST, MORNING)
    results = sum(status == "result" for status, _ in seen.races.values())
    assert (said["exit_code"], said["state"], said["before"]) == (0, "fine", None)
    assert said["verdict"] == f"+{len(seen.runners)} new, 0 corrected, 0 gone, 0 duplicates, 0 days open"
    assert (said["now"]["rows"], said["now"]["races"], said["now"]["duplicates"]) == (len(seen.runners), results, 0)
    rated = 100 * sum(runner[2] is not None for runner in seen.runners.values()) / len(seen.runners)
    assert said["now"]["rpr_percent"] == pytest.approx(rated, abs=0.01)
    slices = {(item["race_date"], item["country"]): item for item in said["slices"]}
    assert {key: item["rows"] for key, item in slices.items()} == by_slice(seen, world, MORNING)
    assert {item["status"] for item in slices.values()} == {"settling"}
    assert history(project, said["run_id"]) == (len(seen.runners), 0, 0)
    assert said["cost"]["requests"] > results
    assert said["cost"]["rows_written"] >= 2 * len(seen.runners)  # of the log and of the table, at least
    assert Path(said["log"]).read_text(encoding="utf-8").count("ERROR=0") == 1


def test_three_days_later_a_partial_scrape_is_built_and_told(here: Project, world: World) -> None:
    """A race has left the index, which is believed when it is seen again."""
    before = here.frame("results")
    said = morning(*SAMPLE, "--as-of", LATER.isoformat(), expect=3)
    new, changed, gone = counted(before, here.frame("results"))
    assert changed > 100
    assert gone > 0
    assert said["changes"] == {"new": new, "corrected": changed, "gone": gone, "taken_back": 0}
    assert history(here, said["run_id"]) == (new, changed, gone)
    assert said["verdict"] == f"+{new} new, {changed} corrected, {gone} gone, 0 duplicates, 0 days open"
    assert (said["before"]["rows"], said["now"]["rows"]) == (len(before), len(before) + new - gone)
    assert said["state"] == "partial"
    assert "gb 2025-04-16: the index lists 25 races and lacks 1" in said["problems"][0]["why"]
    assert "extract retry" in said["problems"][0]["why"]


def test_when_the_source_refuses_us_the_tables_stay_and_it_is_told(
    here: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(commands, "EXTRACT", broken_source.COMMAND)
    monkeypatch.setenv(broken_source.VARIABLE, "refuses")
    before = here.frame("results")
    said = morning(*SAMPLE, "--backoff", "0.01", "--as-of", REFUSED.isoformat(), expect=4)
    assert said["state"] == "refused"
    assert said["verdict"].startswith("+0 new, 0 corrected, 0 gone, 0 duplicates, ")
    learned = {"last_run", "last_scrape", "last_build", "days_open", "days_settling"}  # that the days were not had
    assert {name: said["before"][name] for name in said["before"].keys() - learned} == {
        name: said["now"][name] for name in said["now"].keys() - learned
    }
    assert (said["before"]["days_open"], said["now"]["days_open"]) == (0, 6)
    whys = {item["why"] for item in said["slices"] if item["status"] == "open"}
    assert whys == {"not scraped whole when last looked at; run extract for the whole day"}
    assert said["freshness"]["fetched_at"] == f"{LATER:%Y-%m-%dT%H:%M:%SZ}"
    pd.testing.assert_frame_equal(here.frame("results"), before)
    assert CliRunner().invoke(lake, ["check"]).exit_code == 0
