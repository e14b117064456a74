"""Mornings on which something is wrong, each for real: verdict, exit code, what people are told, and what the tables keep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from extract.source.sample import World
from lake.cli.app import lake
from lake.report import commands
from tests.pipeline.broken_source import COMMAND, LOST, VARIABLE
from tests.pipeline.conftest import ROOT, Project, truth
from tests.pipeline.test_morning import here
from tests.unit.lake.report.test_notify import Listener

__all__ = ["here"]

pytestmark = pytest.mark.weekly  # some ten builds
SAMPLE = ("--source", "sample", "--rate", "1000", "--backoff", "0.01")
TELLS_DRIFT = 5
"""Runs before one that drift is told by."""


def april(day: int, hour: int = 6) -> datetime:
    return datetime(2025, 4, day, hour, tzinfo=UTC)


@dataclass
class Mornings:
    """Mornings at any moment, on a source that is broken in some way, with what people were told of each."""

    project: Project
    monkeypatch: pytest.MonkeyPatch
    listener: Listener

    def morning(self, moment: datetime, broken: str = "", days: int = 2) -> dict[str, Any]:
        self.monkeypatch.setenv(VARIABLE, broken)
        del self.listener.heard[:]
        options = ("--days", str(days), "--output", "json", "--", *SAMPLE, "--as-of", moment.isoformat())
        done = CliRunner().invoke(lake, ["morning", *options], catch_exceptions=False)
        said: dict[str, Any] = json.loads(done.stdout)
        assert said["exit_code"] == done.exit_code
        return said | {"told": [(heard["title"], heard["message"]) for heard in self.listener.heard]}

    def rows(self) -> pd.DataFrame:
        return self.project.frame("results")

    def check(self) -> tuple[int, str]:
        done = CliRunner().invoke(lake, ["check", "--output", "json"], catch_exceptions=False)
        return done.exit_code, json.loads(done.stdout)["state"]


@pytest.fixture
def mornings(here: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mornings]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(commands, "EXTRACT", COMMAND)
    listener = Listener()
    monkeypatch.setenv("LAKE_NOTIFY", listener.url)
    yield Mornings(here, monkeypatch, listener)
    listener.close()


def told(said: dict[str, Any], state: str) -> list[str]:
    """Check that people were told of this morning, once, by state, verdict and reasons; return the reasons."""
    ((title, text),) = said["told"]
    assert (title, said["state"]) == (f"Racing: {state}", state)
    reasons = [f"{problem['kind']}: {problem['why']}" for problem in said["problems"]]
    assert text.splitlines() == [said["verdict"], *reasons]
    return reasons


def test_each_kind_changes_verdict_exit_code_and_what_people_are_told(mornings: Mornings, world: World) -> None:
    for day in range(18 - TELLS_DRIFT, 18):
        mornings.project.extract(*SAMPLE, "--days", "2", "--as-of", april(day).isoformat(), expect=None)
    first = mornings.morning(april(18))
    assert (first["exit_code"], told(first, "fine")) == (0, [])

    before = mornings.rows()
    held = mornings.morning(april(18, 7), "loses a day")
    lost = sum(len(race.runners) for race in world.truth(LOST, "gb", april(18)))
    (why,) = told(held, f"held back: gb {LOST}")
    assert f"would lose {lost} of {lost} runners" in why
    assert (held["exit_code"], mornings.check()) == (1, (1, f"held back: gb {LOST}"))
    assert held["verdict"].endswith(", 0 duplicates, 0 days open, 1 day held back")
    pd.testing.assert_frame_equal(mornings.rows(), before)

    # looked at again, the day is whole; of another, some pages do not come
    partial = mornings.morning(april(19), "some pages fail")
    (why,) = told(partial, "partial")
    assert (partial["exit_code"], mornings.check()) == (3, (0, "fine"))
    assert partial["now"]["days_open"] > 0
    assert "extract retry" in why
    assert partial["changes"]["new"] > 0

    before = mornings.rows()
    drifted = mornings.morning(april(19, 7), "names no jockey")
    (why,) = told(drifted, "drifted")
    assert "100 % -> 0 %" in why
    assert (drifted["exit_code"], drifted["changes"], drifted["log"]) == (5, None, None)
    assert drifted["verdict"].startswith("not built, 0 duplicates, ")
    pd.testing.assert_frame_equal(mornings.rows(), before)
    assert CliRunner().invoke(lake, ["withdraw", drifted["run_id"], "--reason", "no jockeys"]).exit_code == 0

    changed = mornings.morning(april(19, 8), "another page")
    (why,) = told(changed, "page changed")
    assert (changed["exit_code"], mornings.check()) == (5, (0, "fine"))
    assert changed["verdict"].startswith("+0 new, 0 corrected, 0 gone, 0 duplicates, ")
    pd.testing.assert_frame_equal(mornings.rows(), before)

    refused = mornings.morning(april(21), "refuses")
    told(refused, "refused")
    assert (refused["exit_code"], mornings.check()) == (4, (0, "fine"))
    assert refused["verdict"].startswith("+0 new, 0 corrected, 0 gone, 0 duplicates, ")
    assert mornings.morning(april(21, 7), "refuses")["told"] == []

    stale = mornings.morning(april(23), "refuses")
    _, why = told(stale, "refused, stale")
    assert why == (
        f"stale: nothing new was fetched since 2025-04-19 06:00 UTC (run {partial['run_id']}), 4 days; 4 runs have tried "
        "and got nothing. Next: lake morning --days 11"
    )
    assert (stale["exit_code"], mornings.check()) == (1, (1, "stale"))
    assert stale["verdict"].endswith("; nothing new fetched for 4 days")
    pd.testing.assert_frame_equal(mornings.rows(), before)
    assert mornings.morning(april(23, 7), "refuses")["told"] == []

    well = mornings.morning(april(23, 8), days=7)
    if well["exit_code"] == 3:  # a race has left the index, which is believed when it is seen again
        told(well, "partial")
        well = mornings.morning(april(23, 9), days=7)
    assert (well["exit_code"], told(well, "fine"), mornings.check()) == (0, [], (0, "fine"))
    assert well["freshness"]["days"] == 0
    seen = truth(world, date(2025, 4, 16), date(2025, 4, 22), april(23, 9))
    known = mornings.rows().query("race_date >= @day", local_dict={"day": date(2025, 4, 16)})
    assert set(zip(known["race_id"], known["horse_id"], strict=True)) == set(seen.runners)
