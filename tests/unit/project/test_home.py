"""Where a project lives, and what its settings file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.errors import UsageError
from extract.project.file import SHARED, read_settings
from extract.project.home import find_project, project_of_dbt


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user stands in `here`, two folders below an empty one."""
    for setting in SHARED.values():
        monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.delenv("DBT_PROJECT_DIR", raising=False)
    here = tmp_path / "above" / "here"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    return tmp_path


def write(path: Path, text: str = "staging = 'mine'\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_where_nothing_says_otherwise_it_is_the_current_folder(place: Path) -> None:
    found = find_project()
    assert (found.home, found.found_by) == (place / "above" / "here", "the current folder")
    assert found.in_force("staging") == (str(found.home / "staging"), "default")
    assert found.from_here("staging") == "staging"


def test_the_nearest_settings_file_above_is_it(place: Path) -> None:
    write(place / "racing.toml")
    assert find_project().home == place
    near = write(place / "above" / "pyproject.toml", "[tool.racing]\nstaging = 'near'\n")
    found = find_project()
    assert (found.home, found.found_by) == (place / "above", str(near))
    assert found.in_force("staging") == (str(place / "above" / "near"), str(near))
    assert found.from_here("near") == str(place / "above" / "near")


def test_a_folder_that_is_named_beats_the_settings_file_above(place: Path) -> None:
    write(place / "above" / "racing.toml")
    home = place / "a home"
    with pytest.raises(UsageError, match=r"--project names .*a home, and there is no such folder"):
        find_project(str(home), said_by="--project")
    home.mkdir()
    assert find_project(str(home)).in_force("staging") == (str(home / "staging"), "default")
    write(home / "racing.toml", "warehouse = '/elsewhere'\nstaging = 's3://bucket/x'\n")
    found = find_project(str(home))
    assert [found.in_force(name)[0] for name in ("warehouse", "staging")] == ["/elsewhere", "s3://bucket/x"]


def test_the_environment_beats_the_file_and_an_empty_variable_does_not(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(place / "racing.toml")
    monkeypatch.setenv("EXTRACT_STAGING", "")
    assert find_project().in_force("staging") == (str(place / "mine"), str(file))
    monkeypatch.setenv("EXTRACT_STAGING", "theirs")
    assert find_project().in_force("staging") == (str(place / "theirs"), "EXTRACT_STAGING")


def test_extract_and_dbt_find_the_same_home_from_every_folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = place / "clone"
    write(clone / "dbt_project.yml", "")
    for folder in (clone, clone / "docs"):
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        assert find_project().home == project_of_dbt().home == clone
    monkeypatch.chdir(place)
    monkeypatch.setenv("DBT_PROJECT_DIR", str(clone))
    assert find_project().home == project_of_dbt().home == clone
    write(clone / "racing.toml")
    assert find_project() == project_of_dbt()
    monkeypatch.setenv("RACING_HOME", str(place / "above"))
    assert project_of_dbt().home == place / "above"


@pytest.mark.parametrize("text", ["[project]\nname = 'x'\n", "[tool.ruff]\n", "["])
def test_a_pyproject_of_others_above_is_passed_over(place: Path, text: str) -> None:
    write(place / "pyproject.toml", text)
    assert find_project().found_by == "the current folder"


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("racing.toml", "stagin = 'x'", r"sets 'stagin', which is none of staging, .*Options go into \[extract\]"),
        ("pyproject.toml", "[tool.racing]\nrate = 1", r"\[tool.racing\] in .* sets 'rate'"),
        ("racing.toml", "staging = 7", "Write a text in quotes"),
        ("racing.toml", "staging = ' '", "Write a text in quotes"),
        ("racing.toml", "target = 'spark'", "It is embedded or athena"),
        ("racing.toml", "extract = 3", "'extract' in .* is not a table"),
        ("racing.toml", "[", "is not valid TOML"),
        ("pyproject.toml", "[tool.racing]\nstaging = 'a'\n[tool.extract]\nstaging = 'b'", "sets 'staging' twice"),
    ],
)  # fmt: skip
def test_what_a_settings_file_cannot_say_is_told_by_name(place: Path, file: str, text: str, says: str) -> None:
    write(place / file, text)
    with pytest.raises(UsageError, match=says):
        read_settings(place)


def test_two_settings_files_in_one_folder_are_one_too_many(place: Path) -> None:
    write(place / "racing.toml")
    write(place / "pyproject.toml", "[tool.ruff]\n")
    assert read_settings(place) is not None
    write(place / "pyproject.toml", "[tool.extract]\nrate = 1\n")
    with pytest.raises(UsageError, match="Keep one of the two"):
        read_settings(place)


def test_names_may_be_written_with_hyphens_and_options_in_a_table_of_their_own(place: Path) -> None:
    found = read_settings(
        write(place / "racing.toml", "staging-schema = 'mine'\n[extract]\nuser-agent = 'me'\n").parent
    )
    assert found is not None
    assert (found.shared, found.options) == ({"staging_schema": "mine"}, {"user_agent": "me"})
