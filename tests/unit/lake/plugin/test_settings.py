"""dbt goes by the settings file as `extract` and `lake` do."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.project.file import SHARED
from tests.unit.lake.plugin.conftest import PROJECT, Tiny


@pytest.fixture
def without(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """The tiny project, where no variable says where anything lies."""
    for setting in SHARED.values():
        monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.delenv("RACING_HOME", raising=False)
    return tiny


def test_a_build_without_any_variable_goes_where_the_settings_file_says(without: Tiny) -> None:
    (without.folder / "racing.toml").write_text("warehouse = 'tables of mine'\nstaging = 'x'\nmemory = '1GB'\n")
    assert without.dbt("build").success, without.errors
    assert {path.name for path in (without.folder / "tables of mine").iterdir()} >= {"catalog.db", "lake.duckdb"}
    assert not (without.folder / "warehouse").exists()


def test_racing_home_beats_the_folder_of_the_dbt_project(
    without: Tiny, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("RACING_HOME", str(home))
    assert without.dbt("build").success, without.errors
    assert (home / "warehouse" / "lake.duckdb").is_file()
    assert not (without.folder / "warehouse").exists()
    monkeypatch.setenv("RACING_HOME", str(home / "none"))
    assert "there is no such folder" in without.error(without.dbt("build"))


def test_a_settings_file_that_is_wrong_stops_the_build_in_one_line(without: Tiny) -> None:
    (without.folder / "racing.toml").write_text("stagin = 'x'\n")
    said = without.error(without.dbt("build"))
    assert "sets 'stagin', which is none of staging, " in said
    assert "Traceback" not in said


def test_a_target_that_dbt_cannot_learn_from_the_file_stops_it_before_it_builds_another(
    without: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    (without.folder / "dbt_project.yml").write_text(PROJECT.replace("name: tiny", "name: racing_lakehouse"))
    (without.folder / "racing.toml").write_text("target = 'athena'\n")
    assert "Say it to dbt too: LAKE_TARGET=athena dbt build" in without.error(without.dbt("parse"))
    monkeypatch.setenv("LAKE_TARGET", "embedded")
    assert without.dbt("parse").success, without.errors


def test_the_schema_of_staged_files_is_the_file_s_where_dbt_reads_it_itself(without: Tiny) -> None:
    project = PROJECT.replace("name: tiny", "name: racing_lakehouse")
    (without.folder / "dbt_project.yml").write_text(project)
    (without.folder / "racing.toml").write_text("staging_schema = 'mine'\n")
    schema = "\"{{ env_var('EXTRACT_STAGING_SCHEMA', '') or 'staging' }}\""
    file = Path(without.folder / "models" / "sources.yml")
    file.write_text(f"sources: [{{name: staging, schema: {schema}, tables: [{{name: slices}}]}}]")
    (without.folder / "models" / "numbers.sql").write_text(
        "select count(*) as n from {{ source('staging', 'slices') }}"
    )
    (without.folder / "models" / "big.sql").unlink()
    (without.folder / "tests" / "never_negative.sql").unlink()
    done = without.dbt("show", "--inline", "select count(*) as n from {{ source('staging', 'slices') }}")
    assert done.success, without.errors
    assert "mine" in str(done.result.results[0].node.compiled_code)


def test_what_nobody_changed_is_not_parsed_again(without: Tiny) -> None:
    (without.folder / "dbt_project.yml").write_text(PROJECT.replace("name: tiny", "name: racing_lakehouse"))
    schema = "\"{{ env_var('EXTRACT_STAGING_SCHEMA', '') or 'staging' }}\""
    file = without.folder / "models" / "sources.yml"
    file.write_text(f"sources: [{{name: staging, schema: {schema}, tables: [{{name: slices}}]}}]")
    said: list[str] = []
    assert without.dbt("parse").success, without.errors
    assert without.dbt("--partial-parse", "parse", callbacks=[lambda event: said.append(event.info.name)]).success
    assert "PartialParsingSkipParsing" in said
