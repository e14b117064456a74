"""`extract` and `lake` work on the same project from any folder, in cron's empty environment too."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.cli.app import extract
from extract.project.file import SHARED
from lake.cli.app import lake

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent
WORLD = ("--source", "sample", "--rate", "1000", "--as-of", "2025-04-14T06:00", "--days", "1", "--countries", "jer")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a space in its name; the user stands elsewhere."""
    for variable in (*(setting.variable for setting in SHARED.values()), "DBT_PROJECT_DIR"):
        monkeypatch.delenv(variable, raising=False)
    home, elsewhere = tmp_path / "racing home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    return home


def bare(*command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command as cron does: hardly any environment, and somewhere."""
    return subprocess.run(
        ["env", "-i", f"PYTHONPATH={ROOT}", *(f"{name}={value}" for name, value in variables.items()),
         str(BIN / command[0]), *command[1:]],
        cwd=cwd, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_cron_stages_into_the_home_that_racing_home_names_and_says_so_once(home: Path) -> None:
    elsewhere = home.parent / "elsewhere"
    (home / "racing.toml").write_text("staging = 'staged here'\n[extract]\nuser-agent = 'me'\n")
    done = bare("extract", *WORLD, cwd=elsewhere, RACING_HOME=str(home))
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"NOTE: a new staging area begins in {home}/staged here; extract config says why there.\n"
    assert sorted(path.name for path in home.iterdir()) == ["logs", "racing.toml", "staged here"]
    again = bare("extract", "status", cwd=elsewhere, RACING_HOME=str(home))
    assert again.stdout.startswith(f"Staging {home}/staged here\n2025")
    assert again.stderr == ""
    shown = bare("lake", "where", cwd=elsewhere, RACING_HOME=str(home))
    assert "racing home/staged here" in shown.stdout, shown.stderr
    assert list(elsewhere.iterdir()) == []


def test_a_new_staging_area_is_told_even_quietly(home: Path) -> None:
    done = CliRunner().invoke(extract, [*WORLD, "--quiet", "--project", str(home)])
    assert done.exit_code == 0, done.output
    assert done.stderr == f"NOTE: a new staging area begins in {home}/staging; extract config says why there.\n"
    assert f"Next: RACING_HOME='{home}' dbt build" in done.stdout
    assert CliRunner().invoke(extract, [*WORLD, "--quiet", "--project", str(home), "--dry-run"]).stderr == ""


@pytest.mark.parametrize("words", [("--project", "{}", "status"), ("status", "--project", "{}")])
def test_the_project_may_stand_before_or_after_a_subcommand(home: Path, words: tuple[str, ...]) -> None:
    (home / "pyproject.toml").write_text("[tool.racing]\nstaging = 'mine'\n")
    done = CliRunner().invoke(extract, [word.format(home) for word in words], env={"RACING_HOME": str(home.parent)})
    assert done.output.startswith(f"Staging {home}/mine\n")


def test_an_option_is_a_folder_here_and_a_standing_setting_one_at_home(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RACING_HOME", str(home))
    assert CliRunner().invoke(extract, ["status", "--staging", "x"]).output.startswith(f"Staging {Path.cwd()}/x\n")
    monkeypatch.setenv("EXTRACT_STAGING", "x")
    assert CliRunner().invoke(extract, ["status"]).output.startswith(f"Staging {home}/x\n")
    done = CliRunner().invoke(lake, ["status"])
    assert str(done.exception).startswith(f"There is no warehouse at {home}/warehouse.")


def where(*options: str) -> dict[str, dict[str, object]]:
    done = CliRunner().invoke(lake, [*options, "where", "--output", "json"])
    assert done.exit_code == 0, (done.output, done.exception)
    return {item["name"]: item for item in json.loads(done.stdout)["settings"]}


def test_where_shows_each_setting_its_value_and_its_origin(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home / "racing.toml"
    file.write_text("staging = 'mine'\nmemory = '4GB'\n")
    monkeypatch.setenv("RACING_HOME", str(home))
    monkeypatch.setenv("LAKE_WAREHOUSE", "tables")
    found = where()
    assert {name: (item["value"], item["from"]) for name, item in found.items()} == {
        "staging": (str(home / "mine"), str(file)),
        "staging_schema": ("staging", "default"),
        "target": ("embedded", "default"),
        "warehouse": (str(home / "tables"), "LAKE_WAREHOUSE"),
        "memory": ("4GB", str(file)),
    }
    assert not any(item["dbt_differs"] for item in found.values())
    text = CliRunner().invoke(lake, ["where"]).stdout
    assert text.startswith(f"Project {home}, by RACING_HOME\n")
    assert "dbt build takes" not in text


def test_where_shows_what_dbt_takes_instead_of_an_option(home: Path) -> None:
    found = where("--staging", "x")
    assert (found["staging"]["value"], found["staging"]["from"]) == (str(Path.cwd() / "x"), "option")
    assert (found["staging"]["dbt"], found["staging"]["dbt_differs"]) == (str(Path.cwd() / "staging"), True)
    assert "dbt build takes" in CliRunner().invoke(lake, ["--project", str(home), "where"]).stdout
    assert where("--target", "athena")["athena_schema"]["from"] == "not set"
