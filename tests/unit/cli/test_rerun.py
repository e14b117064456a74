"""Resume, retry and replay as a user calls them: from where the run began, whatever the surroundings say."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extract.cli.app import main
from extract.parse import ListedRace
from extract.run.outcome import RaceOutcome
from extract.run.race_step import RaceStep
from extract.run.report import RunReport
from extract.source.sample import World
from extract.stage.layout import Run

WORLD = World()
SAMPLE = ("--source", "sample", "--rate", "900", "--seed", "7")
ROBOTS = 1  # every run reads robots.txt first


def shrinking() -> tuple[date, str, list[int], list[int]]:
    """Find a slice whose list of races shrinks within three days: its ids with a result before, and those gone after."""
    for number in range(200):
        day = date(2025, 4, 1) + timedelta(days=number)
        for country in ("ire", "fr", "gb"):
            before, after = (
                {race.race_id: race.status for race in WORLD.truth(day, country, moment(day, days))} for days in (1, 4)
            )
            if before.keys() - after.keys() and set(before.values()) | set(after.values()) <= {"result"}:
                return day, country, sorted(before), sorted(before.keys() - after.keys())
    raise AssertionError("no list shrinks; choose another span")


def moment(day: date, days: int, minutes: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, 6, minutes, tzinfo=UTC) + timedelta(days=days)


ON, COUNTRY, LISTED, GONE = shrinking()
RACES = len(LISTED)
DAY = ("--from", str(ON), "--to", str(ON), "--countries", COUNTRY, "--workers", "1")
MORNING, LATER, SOON = (moment(ON, *when).isoformat() for when in ((1,), (4,), (4, 5)))
BEFORE, BETWEEN = moment(ON, 0).isoformat(), moment(ON, 1, 30).isoformat()
RUN = Run(moment(ON, 1))


@pytest.fixture(autouse=True)
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXTRACT_SOURCE", "http://127.0.0.1:9")  # whoever asks this asks where the run did not begin
    monkeypatch.setenv("EXTRACT_SEED", "99")


def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, Any, str]:
    monkeypatch.setattr(sys, "argv", ["extract", *args, "--output", "json"])
    with pytest.raises(SystemExit) as stopped:
        main()
    out, err = capsys.readouterr()
    return int(str(stopped.value.code)), json.loads(out) if out.startswith("{") else out, err


@pytest.fixture
def extract(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *args: call(monkeypatch, capsys, *args)


def failing_after(number: int, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the races of a run go wrong from some race on."""
    take, seen = RaceStep.take, []

    def stumbling(self: RaceStep, race: ListedRace, report: RunReport) -> RaceOutcome:
        seen.append(race)
        if len(seen) > number:
            raise error
        return take(self, race, report)

    monkeypatch.setattr(RaceStep, "take", stumbling)


def interrupted(extract: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as patch:
        failing_after(5, KeyboardInterrupt(), patch)
        code, _, err = extract(*SAMPLE, *DAY, "--as-of", MORNING)
    assert code == 130
    run_id = err.split("--resume ")[1].split()[0]
    return str(run_id)


def test_an_interrupted_run_is_gone_on_with_in_a_new_one_from_the_same_source(
    extract: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = interrupted(extract, monkeypatch)
    assert extract("status")[1]["unfinished"] == [run_id]
    code, report, _ = extract("--resume", run_id)
    assert code == 0
    assert report["run_id"] > run_id
    assert report["requests"] == ROBOTS + 1 + RACES - 5  # the index, and the pages that are not stored yet
    (row,) = report["slices"]
    assert (row["country"], row["races_listed"], row["status"]) == (COUNTRY, RACES, "complete")
    assert extract("status")[1]["unfinished"] == []
    code, _, err = extract("--resume", run_id)
    assert code == 2
    assert "nothing to resume" in err
    results = next(Path("staging/results").rglob("*.csv")).read_text()
    assert results.count(f'"{RUN.scraped_at_text}"') >= 5  # pages keep their own fetch time
    assert extract("verify")[0] == 0


@pytest.mark.parametrize(
    ("option", "value"),
    [("--source", "live"), ("--seed", "8"), ("--course", "7"), ("--type", "flat"), ("--countries", "hk"), ("--as-of", BEFORE)],
)  # fmt: skip
def test_resume_refuses_to_go_on_elsewhere(
    option: str, value: str, extract: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = interrupted(extract, monkeypatch)
    code, _, err = extract("--resume", run_id, option, value)
    assert code == 2
    assert f"{option} {value}" in err
    assert "Leave" in err
    assert not list(Path("staging").glob("slices/**/*.csv"))


def test_resume_takes_a_lower_rate_and_options_that_agree(extract: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = interrupted(extract, monkeypatch)
    agreeing = ("--source", "sample", "--seed", "7", "--countries", COUNTRY, "--as-of", MORNING, "--rate", "500")
    code, report, _ = extract("--resume", run_id, *agreeing)
    assert code == 0
    kept = json.loads(Path(f"staging/runs/{report['run_id']}.json").read_text())
    assert (kept["source"], kept["seed"], kept["continues"]) == ("sample", 7, [run_id])


def test_a_bare_retry_of_a_sample_run_asks_the_sample_world(extract: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("extract.run.live_pages.loaded_result", lambda body: {}["horse"])
        assert extract(*SAMPLE, *DAY, "--as-of", MORNING)[0] == 3
    for wrong in (("--source", "live"), ("--seed", "8"), ("--as-of", BEFORE)):
        code, _, err = extract("retry", *wrong)
        assert code == 2
        assert "contradicts" in err
    code, report, _ = extract("retry")
    assert code == 0
    assert report["requests"] == ROBOTS + 1 + RACES
    assert extract("retry")[1].startswith("What the runs of the last 28 days took is final")


def test_a_list_that_shrank_is_believed_when_a_retry_sees_it_minutes_later(extract: Any) -> None:
    assert extract(*SAMPLE, *DAY, "--as-of", MORNING)[0] == 0
    code, report, _ = extract(*SAMPLE, *DAY, "--as-of", LATER)
    assert code == 3
    assert f"lacks {len(GONE)} ({GONE[0]}" in report["slices"][0]["reason"]
    assert "in five minutes or more" in report["next"]
    assert extract("retry")[0] == 3
    code, report, _ = extract("retry", "--as-of", SOON)
    assert code == 0
    assert report["requests"] == ROBOTS + 1
    assert report["slices"][0]["races_listed"] == RACES - len(GONE)


def test_a_clock_behind_the_newest_run_is_refused_by_name(extract: Any) -> None:
    assert extract(*SAMPLE, *DAY, "--as-of", LATER)[0] == 0
    code, _, err = extract(*SAMPLE, *DAY, "--as-of", MORNING)
    assert code == 1
    assert f"The newest run, {Run(moment(ON, 4)).run_id}, is later than our clock" in err


def test_a_replay_of_the_sample_world_stays_in_its_time(extract: Any) -> None:
    assert extract(*SAMPLE, *DAY, "--as-of", MORNING)[0] == 0
    code, report, _ = extract("replay")
    assert (code, report["run_id"]) == (0, Run(RUN.scraped_at + timedelta(seconds=1)).run_id)
    assert extract(*SAMPLE, *DAY, "--as-of", BETWEEN)[0] == 0
