"""The staged columns have one home, extract/contract.py; what dbt says about them must agree, word for word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from extract.contract import CONTRACT, RESULTS, Column

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "dbt_project" / "models"
ADDED_TO_A_RESULT = {"change": "varchar", "row_hash": "varchar", "loaded_at": "timestamp(6)"}
ADDED_MEANING = {"run_id", "scraped_at", "fetched_at", "official_rating", "rpr", "topspeed"}
"""Columns whose meaning in the log is more than in a staged file, so that their descriptions differ."""


def sql_type(column: Column) -> str:
    return "timestamp(6)" if column.type == "timestamp" else column.type


def documented(path: Path, section: str, name: str) -> dict[str, dict[str, Any]]:
    """Return the columns a yml file documents for a model or source table, by name, in order."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    entries = content["models"] if section == "models" else content["sources"][0]["tables"]
    (entry,) = [entry for entry in entries if entry["name"] == name]
    return {column["name"]: column for column in entry["columns"]}


def macro_columns(name: str) -> dict[str, str]:
    """Return the names and types a macro lists."""
    (path,) = (ROOT / "macros").rglob(f"{name}.sql")
    return dict(re.findall(r"'(\w+)': '([\w()]+)'", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("kind", CONTRACT)
def test_sources_list_the_contract_as_text(kind: str) -> None:
    columns = documented(MODELS / "staging" / "__sources.yml", "sources", kind)
    assert list(columns) == [column.name for column in CONTRACT[kind]] + ["scraped_on"]
    assert {column["data_type"] for column in columns.values()} == {"varchar"}
    for column in CONTRACT[kind]:
        assert columns[column.name]["description"] == column.description


@pytest.mark.parametrize("kind", CONTRACT)
def test_staging_models_document_the_contract(kind: str) -> None:
    columns = documented(MODELS / "staging" / f"stg_racing_post__{kind}.yml", "models", f"stg_racing_post__{kind}")
    assert list(columns) == [column.name for column in CONTRACT[kind]] + ["scraped_on"]
    for column in CONTRACT[kind]:
        assert columns[column.name]["data_type"] == sql_type(column)
        assert columns[column.name]["description"] == column.description


@pytest.mark.parametrize("kind", CONTRACT)
def test_staging_models_cast_every_column_and_nothing_else(kind: str) -> None:
    text = (MODELS / "staging" / f"stg_racing_post__{kind}.sql").read_text(encoding="utf-8")
    prefix = "" if kind == "slices" else "source."
    selected = re.findall(r"^        ((?:cast|nullif)\(.*) as (\w+),?$", text, re.MULTILINE)
    expected = [
        (f"nullif({prefix}{column.name}, '')", column.name)
        if column.type == "varchar"
        else (f"cast(nullif({prefix}{column.name}, '') as {sql_type(column)})", column.name)
        for column in CONTRACT[kind]
    ]
    assert selected == [*expected, (f"cast({prefix}scraped_on as varchar)", "scraped_on")]


@pytest.mark.parametrize("model", ["results", "result_versions"])
def test_the_table_and_the_log_have_every_staged_column(model: str) -> None:
    columns = documented(MODELS / "lake" / f"{model}.yml", "models", model)
    assert {name: column["data_type"] for name, column in columns.items()} == {
        **{column.name: sql_type(column) for column in RESULTS},
        **ADDED_TO_A_RESULT,
    }
    assert list(columns) == [column.name for column in RESULTS] + list(ADDED_TO_A_RESULT)
    for column in RESULTS:
        if column.name not in ADDED_MEANING:
            assert columns[column.name]["description"] == column.description


def test_the_macro_lists_the_contract() -> None:
    listed = macro_columns("result_columns")
    assert list(listed.items()) == [(column.name, sql_type(column)) for column in RESULTS]


def test_race_fixtures_are_typed_as_the_model() -> None:
    columns = documented(MODELS / "lake" / "scraped_races.yml", "models", "scraped_races")
    assert macro_columns("race_columns") == {name: column["data_type"] for name, column in columns.items()}


def test_every_model_and_column_is_documented() -> None:
    for sql in MODELS.rglob("*.sql"):
        columns = documented(sql.with_suffix(".yml"), "models", sql.stem)
        assert columns, f"{sql.stem} documents no columns"
        for name, column in columns.items():
            assert column["description"].endswith("."), f"{sql.stem}.{name} is not described in a sentence"
            assert column["data_type"], f"{sql.stem}.{name} has no type"


def test_rpscrape_has_the_previous_table_s_columns_in_their_order() -> None:
    columns = documented(MODELS / "marts" / "rpscrape.yml", "models", "rpscrape")
    expected = (
        "id date course off race_name type class pattern rating_band age_band sex_rest dist_m going num pos ran draw "
        "btn ovr_btn horse dec age sex lbs hg time secs jockey trainer or rpr ts prize sire dam damsire owner comment "
        "country course_id race_id horse_id jockey_id trainer_id owner_id dam_id sire_id damsire_id silk_url "
        "horse_cleaned year created_at"
    )
    assert list(columns) == expected.split()


def test_no_model_asks_which_engine_it_runs_on() -> None:
    for sql in MODELS.rglob("*.sql"):
        assert "target." not in sql.read_text(encoding="utf-8").replace("target.status", "").replace(
            "target.scraped_at", ""
        ), f"{sql.name} looks at the target; put the difference into a dispatched macro"
