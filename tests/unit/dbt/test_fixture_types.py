"""What unit tests are told of the lists' columns must agree with the models' contracts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
LISTS = ("run_slices", "listed_races", "slice_decisions")


def contract(model: str) -> dict[str, str]:
    text = (ROOT / "dbt_project" / "models" / "lake" / f"{model}.yml").read_text(encoding="utf-8")
    return {column["name"]: column["data_type"] for column in yaml.safe_load(text)["models"][0]["columns"]}


@pytest.mark.parametrize("model", LISTS)
def test_fixtures_of_the_lists_are_typed_as_the_models(model: str) -> None:
    text = (ROOT / "macros" / "unit_tests" / "list_columns.sql").read_text(encoding="utf-8")
    listed = re.search(rf"'{model}': {{(.*?)}}", text, re.DOTALL)
    assert listed
    assert dict(re.findall(r"'(\w+)': '([\w()]+)'", listed[1])) == contract(model)


def test_a_decision_keeps_everything_that_the_list_of_runs_compares() -> None:
    text = (ROOT / "macros" / "slices" / "slice_columns.sql").read_text(encoding="utf-8")
    compared = set(re.findall(r"'(\w+)'", text))
    assert {"results_sha256", "status", "rows_staged"} <= compared
    assert compared <= contract("run_slices").keys() & contract("slice_decisions").keys()
