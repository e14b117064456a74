"""Stale: nothing new was fetched for days, and a check, a morning and its notification say so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.stage.layout import Run
from extract.stage.storage import open_storage
from extract.stage.withdrawals import withdraw
from lake.cli.app import lake
from lake.errors import LakeError
from lake.report.fresh import Freshness, allowed_days, freshness
from tests.unit.lake.report.pretended import Pretended, as_json, morning, place
from tests.unit.lake.report.test_notify import Listener, titles
from tests.unit.stage.staged import commit_run

__all__ = ["place"]

NOW = datetime.now(UTC)


@pytest.fixture
def listener() -> Iterator[Listener]:
    running = Listener()
    yield running
    running.close()


def stage(folder: Path, days_ago: float, **values: str | int | None) -> Run:
    run = Run(NOW - timedelta(days=days_ago))
    commit_run(open_storage(str(folder)), run, **({"source": "live"} | values))
    return run


def days(folder: Path) -> int | None:
    return freshness(str(folder), NOW).days


def test_only_what_got_something_of_the_source_is_a_fetch(tmp_path: Path) -> None:
    fetched = stage(tmp_path, 5)
    assert (days(tmp_path), freshness(str(tmp_path), NOW).tried) == (5, 0)
    stage(tmp_path, 4, races_listed=None)  # tried, and got none
    stage(tmp_path, 3, source="import", selection="import")
    stage(tmp_path, 2, source="replay")
    newest = stage(tmp_path, 1)
    assert days(tmp_path) == 1
    withdraw(open_storage(str(tmp_path)), [newest.run_id], "why", NOW)
    seen = freshness(str(tmp_path), NOW)
    assert (seen.run_id, seen.days, seen.tried, seen.is_stale) == (fetched.run_id, 5, 1, True)
    assert seen.why == (
        f"nothing new was fetched since {fetched.scraped_at:%Y-%m-%d %H:%M} UTC (run {fetched.run_id}), 5 days; "
        "1 run has tried and got nothing. Next: lake morning --days 12"
    )


@pytest.mark.parametrize(("age", "is_stale"), [(0, False), (3.9, False), (4, True)])
def test_three_days_are_allowed(tmp_path: Path, age: float, is_stale: bool) -> None:
    stage(tmp_path, age)
    assert freshness(str(tmp_path), NOW).is_stale is is_stale


def test_a_source_that_never_gave_anything_is_stale_from_the_first_try_on(tmp_path: Path) -> None:
    for age in (6, 5, 0):
        stage(tmp_path, age, races_listed=None)
    seen = freshness(str(tmp_path), NOW)
    assert (seen.days, seen.tried, seen.fetched_at) == (6, 3, None)
    assert seen.why.startswith("nothing new was fetched yet, 6 days; 3 runs have tried and got nothing. ")


def test_a_sample_world_has_a_time_of_its_own(tmp_path: Path) -> None:
    stage(tmp_path, 500, source="sample")
    assert days(tmp_path) == 0
    stage(tmp_path, 495, source="sample", races_listed=None)
    assert days(tmp_path) == 5


def test_where_nobody_asked_nothing_is_stale(tmp_path: Path) -> None:
    assert "No run is staged in" in freshness(str(tmp_path), NOW).missing
    stage(tmp_path, 9, source="import", selection="import")
    assert freshness(str(tmp_path), NOW) == Freshness()


def test_staging_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    run = stage(tmp_path, 9)
    next(tmp_path.rglob(f"slices/*/{run.run_id}.csv")).write_text("")
    seen = freshness(str(tmp_path), NOW)
    assert (seen.days, seen.is_stale) == (None, False)
    assert seen.missing.startswith("When something new was last fetched is not known: ")


def test_the_dbt_project_says_how_many_days_are_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_PROJECT_DIR", str(tmp_path))
    assert allowed_days() == 3
    file = tmp_path / "dbt_project.yml"
    for said in ("name: x", "vars: [1]", "vars: {other: 1}", "{"):
        file.write_text(said)
        assert allowed_days() == 3
    file.write_text("vars: {freshness_days: 10}")
    assert allowed_days() == 10
    stage(tmp_path, 9)
    assert not freshness(str(tmp_path), NOW).is_stale
    file.write_text("vars: {freshness_days: soon}")
    with pytest.raises(LakeError, match=r"freshness_days is 'soon' in .*Write a whole number of days, such as 3\."):
        allowed_days()


def test_a_check_says_so_and_fails(place: Path) -> None:
    run = stage(place / "staging", 5)
    done = CliRunner().invoke(lake, ["check", "--output", "json"])
    said = json.loads(done.stdout)
    assert (done.exit_code, said["exit_code"], said["state"]) == (1, 1, "stale")
    assert said["verdict"].endswith("; nothing new fetched for 5 days")
    assert said["problems"] == [freshness(str(place / "staging"), NOW).why]
    at = f"{run.scraped_at:%Y-%m-%dT%H:%M:%S}Z"
    assert said["freshness"] == {"run_id": run.run_id, "fetched_at": at, "days": 5, "allowed_days": 3, "missing": ""}
    text = CliRunner().invoke(lake, ["check"]).stdout
    assert f"nothing new was fetched since {run.scraped_at:%Y-%m-%d %H:%M} UTC" in text


def test_a_morning_that_gets_nothing_for_too_long_is_worse_than_refused_and_told_once(
    place: Path, monkeypatch: pytest.MonkeyPatch, listener: Listener
) -> None:
    monkeypatch.setenv("LAKE_NOTIFY", listener.url)
    assert as_json(Pretended(place, code=4), monkeypatch)["exit_code"] == 4
    stage(place / "staging", 5)
    stage(place / "staging", 0, races_listed=None)
    for _ in range(2):
        said = as_json(Pretended(place, code=4), monkeypatch)
        assert (said["exit_code"], said["state"]) == (1, "refused, stale")
        assert said["verdict"].endswith(", days open not known; nothing new fetched for 5 days")
        assert [problem["kind"] for problem in said["problems"]] == ["refused", "stale"]
        assert said["problems"][1]["why"].endswith("1 run has tried and got nothing. Next: lake morning --days 12")
        assert said["freshness"]["days"] == 5
    shown = morning(Pretended(place, code=4), monkeypatch).stdout.splitlines()
    assert any(line.startswith("stale: nothing new was fetched since ") for line in shown)
    assert shown[-1].endswith("; nothing new fetched for 5 days (refused, stale)")
    stage(place / "staging", -0.001)
    assert as_json(Pretended(place), monkeypatch)["exit_code"] == 0
    assert titles(listener) == ["Racing: refused", "Racing: refused, stale", "Racing: fine"]
    assert "stale: nothing new was fetched since " in listener.heard[1]["message"]


def test_a_scrape_that_fails_day_after_day_is_stale_though_nothing_is_built(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(place / "staging", 5)
    said = as_json(Pretended(place, code=1, document=None, said=("extract: The disk is full.",)), monkeypatch)
    assert (said["exit_code"], said["state"]) == (1, "scrape failed, stale")
    assert said["verdict"] == "not built, 0 duplicates, days open not known; nothing new fetched for 5 days"
    assert said["problems"][1]["why"].endswith("no run has tried. Next: lake morning --days 12")
