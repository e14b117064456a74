"""The semantic model: the metrics people expect, over columns that there are, with a calendar to put them on."""

from __future__ import annotations

import re

from tests.unit.dbt.conftest import Parsed

METRICS = {"runs", "wins", "places", "strike_rate", "place_rate", "prb", "profit", "actual_over_expected"}


def test_the_manifest_has_the_metrics_and_the_calendar(parsed: Parsed) -> None:
    said = parsed.semantic_manifest
    assert {metric["name"] for metric in said["metrics"]} >= METRICS
    assert [model["name"] for model in said["semantic_models"]] == ["runners"]
    spines = said["project_configuration"]["time_spines"]
    assert [(spine["node_relation"]["alias"], spine["primary_column"]["name"]) for spine in spines] == [
        ("dim_dates", "date_day")
    ]


def test_metrics_stand_on_columns_of_fct_runners(parsed: Parsed) -> None:
    columns = parsed.manifest["nodes"]["model.racing_lakehouse.fct_runners"]["columns"].keys()
    (model,) = parsed.semantic_manifest["semantic_models"]
    words = {"case", "when", "then", "else", "end", "is", "not", "null", "cast", "as", "varchar"}
    for part in (*model["entities"], *model["dimensions"], *model["measures"]):
        expression = re.sub(r"'[^']*'", "", part["expr"] or part["name"])
        assert set(re.findall(r"[a-z_]+", expression)) - words <= columns, part["name"]


def test_strike_rate_and_a_e_are_ratios_of_sums(parsed: Parsed) -> None:
    metrics = {metric["name"]: metric for metric in parsed.semantic_manifest["metrics"]}
    divided = {
        name: tuple(metrics[name]["type_params"][part]["name"] for part in ("numerator", "denominator"))
        for name in ("strike_rate", "place_rate", "actual_over_expected")
    }
    assert divided == {
        "strike_rate": ("wins", "runs"),
        "place_rate": ("places", "placed_or_not"),
        "actual_over_expected": ("actual_wins", "expected_wins"),
    }
