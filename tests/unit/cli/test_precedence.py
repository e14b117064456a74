"""An option always beats an environment variable or a setting that excludes it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.cli.app import extract, main
from extract.cli.options import staging_again
from lake.cli.app import lake

Slices = Callable[..., list[str]]
RANGE = ("--from", "2025-03-01", "--to", "2025-03-02")


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Slices:
    monkeypatch.chdir(tmp_path)

    def call(*args: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["extract", *args, "--countries", "gb", "--dry-run"])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        return [str(stopped.value.code), err, *(line.split()[1] for line in out.splitlines() if line.startswith("gb"))]

    return call


def test_dates_that_are_given_beat_the_days_of_the_environment(
    called: Slices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXTRACT_DAYS", "7")
    (tmp_path / "dates.txt").write_text("2025-03-05\n")
    assert called(*RANGE) == ["0", "", "2025-03-01", "2025-03-02"]
    assert called("--date-file", "dates.txt") == ["0", "", "2025-03-05"]
    assert "knows no run" in called("--resume", "20250101T000000000000Z")[1]
    assert called("--until", "2025-03-07")[2:] == [f"2025-03-0{day}" for day in range(1, 8)]  # which goes with it


@pytest.mark.parametrize("setting", ["days = 7", "unsettled = true", "unsettled = true\ndays = 9", "date_file = 'x'"])
def test_dates_that_are_given_beat_the_project_s_settings(called: Slices, tmp_path: Path, setting: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.extract]\n{setting}\n")
    assert called(*RANGE) == ["0", "", "2025-03-01", "2025-03-02"]


def test_the_environment_beats_the_project_s_settings(
    called: Slices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.extract]\nfirst = '2025-03-01'\nlast = '2025-03-02'\n")
    monkeypatch.setenv("EXTRACT_DAYS", "1")
    assert len(called()) == 3


@pytest.mark.parametrize("asked", [("--days", "7", *RANGE), ("--unsettled", *RANGE), ("--unsettled", "--course", "7")])
def test_options_that_exclude_each_other_are_a_usage_error_still(called: Slices, asked: tuple[str, ...]) -> None:
    assert called(*asked)[0] == "2"


def test_a_filter_of_the_project_says_nothing_beside_unsettled(called: Slices, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.extract]\ncourse = 7\n")
    assert called("--unsettled", "--days", "2")[0] == "0"


def test_a_warehouse_that_is_given_beats_the_target_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKE_TARGET", "athena")
    done = CliRunner().invoke(lake, ["--warehouse", str(tmp_path / "none"), "status"])
    assert str(done.exception).startswith(f"There is no warehouse at {tmp_path / 'none'}")


def test_an_option_before_a_subcommand_that_has_its_own_is_refused(called: Slices) -> None:
    code, err = called("--staging", "elsewhere", "status")[:2]
    assert code == "2"
    assert err.strip() == (
        "extract: --staging before status says nothing to it. Write it after: extract status --staging ..."
    )


def test_the_next_step_names_the_staging_area_that_was_given_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EXTRACT_STAGING", raising=False)
    world = ("--source", "sample", "--rate", "1000", "--as-of", "2025-04-14T06:00", "--days", "1", "--countries", "jer")
    monkeypatch.setattr(sys, "argv", ["extract", *world, "--staging", "a b"])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().out.rstrip().endswith(f"is complete. Next: EXTRACT_STAGING='{tmp_path}/a b' dbt build")


@pytest.mark.parametrize(("given", "again"), [(("--staging", "a b"), " --staging 'a b'"), ((), "")])
def test_what_goes_on_from_a_run_keeps_to_its_staging_area(given: tuple[str, ...], again: str) -> None:
    with extract.make_context("extract", [*given, "--days", "1"]):
        assert staging_again() == again
