"""The command that builds from what was staged, whatever dbt would read by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.cli.app import extract
from extract.stage.next_build import VARIABLES, dbt_build, read_by_dbt


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (*VARIABLES, "DBT_PROJECT_DIR", "RACING_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_where_dbt_reads_the_same_nothing_is_added(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dbt_build("staging") == dbt_build(str(folder / "staging")) == "dbt build"
    monkeypatch.setenv("EXTRACT_STAGING", str(folder / "other"))
    assert dbt_build("other") == "dbt build"
    monkeypatch.setenv("LAKE_TARGET", "athena")
    assert dbt_build("s3://bucket/staging") == "dbt build"


def test_where_dbt_reads_another_the_variables_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dbt_build("a b") == f"EXTRACT_STAGING='{folder}/a b' dbt build"
    assert dbt_build("s3://bucket/x", "mine") == "LAKE_TARGET=athena EXTRACT_STAGING_SCHEMA=mine dbt build"
    monkeypatch.setenv("EXTRACT_STAGING", "other")
    assert dbt_build("staging") == f"EXTRACT_STAGING={folder}/staging dbt build"
    monkeypatch.setenv("LAKE_TARGET", "athena")
    assert dbt_build("other") == "LAKE_TARGET=embedded dbt build"


def test_dbt_works_in_the_folder_of_its_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "dbt_project.yml").touch()
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    assert read_by_dbt("LAKE_WAREHOUSE") == str(folder / "warehouse")
    assert dbt_build("staging") == f"EXTRACT_STAGING={folder}/below/staging dbt build"
    monkeypatch.setenv("DBT_PROJECT_DIR", str(folder / "below"))
    assert dbt_build("staging") == "dbt build"


def test_dbt_reads_the_settings_file_as_extract_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "racing.toml").write_text("staging = 'mine'\nwarehouse = 'tables'\n")
    assert read_by_dbt("LAKE_WAREHOUSE") == str(folder / "tables")
    assert dbt_build("mine") == "dbt build"
    assert dbt_build("staging") == f"EXTRACT_STAGING={folder}/staging dbt build"
    monkeypatch.setenv("EXTRACT_STAGING", "staging")
    assert dbt_build("staging") == "dbt build"


def test_a_project_that_was_chosen_by_hand_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = folder / "a home"
    home.mkdir()
    assert dbt_build(str(home / "staging"), project=str(home)) == f"RACING_HOME='{home}' dbt build"
    monkeypatch.setenv("RACING_HOME", str(home))
    assert dbt_build(str(home / "staging"), project=str(home)) == "dbt build"


def test_config_shows_what_dbt_reads_and_whether_it_is_what_is_staged(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "pyproject.toml").write_text("[tool.extract]\nstaging = 'mine'\n")

    def shown(*options: str) -> dict[str, list[str]]:
        done = CliRunner().invoke(extract, [*options, "config"])
        assert done.exit_code == 0, done.output
        return {line.split()[0]: line.split()[1:] for line in done.output.splitlines()}

    assert shown()["project"] == [str(folder), "pyproject.toml"]
    assert shown()["staging"] == ["mine", "pyproject.toml"]
    assert shown()["dbt_staging"] == [str(folder / "mine"), "pyproject.toml"]
    assert "dbt_differs" not in shown()
    assert " ".join(shown("--staging", "other")["dbt_differs"]).endswith(f": EXTRACT_STAGING={folder}/other dbt build")
    monkeypatch.setenv("EXTRACT_STAGING", "both")
    monkeypatch.setenv("LAKE_WAREHOUSE", "")
    assert shown()["dbt_staging"] == [str(folder / "both"), "EXTRACT_STAGING"]
    assert shown()["dbt_warehouse"] == [str(folder / "warehouse"), "default"]
    assert "dbt_differs" not in shown()
