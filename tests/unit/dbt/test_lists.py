"""What the list of runs compares, and the decisions keep."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]


def contract(model: str) -> dict[str, str]:
    text = (ROOT / "dbt_project" / "models" / "lake" / f"{model}.yml").read_text(encoding="utf-8")
    return {column["name"]: column["data_type"] for column in yaml.safe_load(text)["models"][0]["columns"]}


def test_a_decision_keeps_everything_that_the_list_of_runs_compares() -> None:
    text = (ROOT / "macros" / "slices" / "slice_columns.sql").read_text(encoding="utf-8")
    compared = set(re.findall(r"'(\w+)'", text))
    assert {"results_sha256", "status", "rows_staged"} <= compared
    assert compared <= contract("run_slices").keys() & contract("slice_decisions").keys()
