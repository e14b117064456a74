"""What an analytics engineer finds in the manifest: everything described, owned, and promised."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from tests.unit.dbt.conftest import Parsed

ENUMS = {
    "status", "decision", "change", "race_type", "race_code", "surface", "sex", "action", "selection", "known_by",
    "favourite_mark", "distance_band", "going_band", "field_size_band", "days_since_run_band", "draw_third", "kind",
}  # fmt: skip
"""Columns whose values are a small set: what they mean stands once, in a doc block, wherever the column appears."""


def described(parsed: Parsed) -> dict[str, dict[str, Any]]:
    """Models, seeds and sources, by a name to show."""
    tables = [*parsed.nodes("model", "seed", "snapshot"), *parsed.manifest["sources"].values()]
    return {node["unique_id"].removeprefix("model.racing_lakehouse."): node for node in tables}


def columns(parsed: Parsed) -> dict[str, dict[str, Any]]:
    return {
        f"{table}.{name}": column
        for table, node in described(parsed).items()
        for name, column in node["columns"].items()
    }


def test_dbt_reads_the_project_without_a_warning(parsed: Parsed) -> None:
    assert not re.search("warn|deprecat", parsed.output, re.IGNORECASE), parsed.output


def test_every_model_seed_and_source_is_described(parsed: Parsed) -> None:
    assert len(described(parsed)) > 15
    assert [table for table, node in described(parsed).items() if not node["description"].strip()] == []
    assert [table for table, node in described(parsed).items() if not node["columns"]] == []


def test_every_column_has_a_type_and_a_description(parsed: Parsed) -> None:
    assert len(columns(parsed)) > 500
    assert [name for name, column in columns(parsed).items() if not column["description"].strip()] == []
    assert [name for name, column in columns(parsed).items() if not column["data_type"]] == []


def test_every_table_says_its_grain(parsed: Parsed) -> None:
    assert [table for table, node in described(parsed).items() if "One row per" not in node["description"]] == []


def test_every_model_is_promised_and_owned(parsed: Parsed) -> None:
    for model in parsed.nodes("model"):
        assert model["contract"]["enforced"], model["name"]
        assert model["group"], model["name"]
        assert model["tags"], model["name"]
    public = {model["name"] for model in parsed.nodes("model") if model["access"] == "public"}
    assert public >= {"results", "result_versions", "fct_runners", "fct_races", "dim_horses", "day_status"}
    assert all(group["owner"]["name"] and group["description"] for group in parsed.manifest["groups"].values())


def test_what_people_build_on_is_public_and_what_may_change_is_not(parsed: Parsed) -> None:
    access = {model["name"]: model["access"] for model in parsed.nodes("model")}
    assert [name for name, said in access.items() if name.startswith(("fct_", "dim_")) and said != "public"] == []
    assert [name for name, said in access.items() if name.startswith(("stg_", "int_")) and said == "public"] == []


def test_every_exposure_and_metric_is_described(parsed: Parsed) -> None:
    for kind in ("exposures", "metrics", "semantic_models", "groups"):
        found = parsed.manifest[kind].values()
        assert found, kind
        assert [item["name"] for item in found if not (item["description"] or "").strip()] == []


def test_every_set_of_values_is_described_once_in_a_doc_block(parsed: Parsed) -> None:
    enums = {name: column for name, column in columns(parsed).items() if column["name"] in ENUMS}
    assert {column["name"] for column in enums.values()} >= {"status", "decision", "change", "race_type", "surface"}
    assert [name for name, column in enums.items() if not column["doc_blocks"]] == []


def test_every_tested_value_is_named_in_the_description(parsed: Parsed) -> None:
    unnamed = defaultdict(set)
    judged = 0
    for test in parsed.nodes("test"):
        said = test.get("test_metadata") or {}
        table = described(parsed).get((test.get("attached_node") or "").removeprefix("model.racing_lakehouse."))
        if said.get("name") != "accepted_values" or table is None:
            continue
        judged += 1
        column = table["columns"][said["kwargs"]["column_name"].strip('"')]
        name = f"{table['name']}.{column['name']}"
        if not column["doc_blocks"]:
            unnamed[name].add("no doc block")
        values = map(str, said["kwargs"]["values"])
        unnamed[name] |= {v for v in values if not re.search(rf"(?<!\w){re.escape(v)}(?!\w)", column["description"])}
    assert judged > 10
    assert {name: values for name, values in unnamed.items() if values} == {}
