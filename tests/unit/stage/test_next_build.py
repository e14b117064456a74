"""The command that builds from what was staged, whatever dbt would read by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.stage.next_build import dbt_build


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("EXTRACT_STAGING", "EXTRACT_STAGING_SCHEMA", "LAKE_TARGET"):
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
