"""docs/dictionary.md from yml files: what is said of tables, units, and how tables meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.generate.columns import GenerateError
from tools.generate.described import tables
from tools.generate.dictionary import dictionary, entity_diagram
from tools.generate.units import unit

RUNS = """
models:
  - name: fct_runs
    description: "{{ doc('runs') }} One row per horse (and race); a run | more."
    data_tests:
      - unique_combination: {arguments: {columns: [race_id, horse_id]}}
    columns:
      - {name: race_id, data_type: bigint, description: "Race."}
      - {name: horse_id, data_type: bigint, description: "{{ doc('horse') }}", data_tests: [not_null, {relationships: {arguments: {to: ref('dim_horses'), field: horse_id}}}]}
      - {name: weight_lbs, data_type: integer, description: "Carried | weighed."}
      - {name: seen_at, data_type: timestamp(6), description: "Seen."}
"""
HORSES = (
    "models:\n  - {name: dim_horses, description: One row per horse., columns: [{name: horse_id, data_type: bigint}]}\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "dbt_project" / "models" / "marts"
    folder.mkdir(parents=True)
    (folder / "fct_runs.yml").write_text(RUNS, encoding="utf-8")
    (folder / "dim_horses.yml").write_text(HORSES, encoding="utf-8")
    (folder / "words.md").write_text("{% docs runs %}All\nruns.{% enddocs %}{% docs horse %}Who.{% enddocs %}")
    return tmp_path


def test_a_table_says_its_grain_and_its_columns_type_unit_and_meaning(root: Path) -> None:
    lines = dictionary(tables(root, {})).splitlines()
    assert "| [fct_runs](#fct_runs) | One row per horse (and race) |" in lines
    assert "All runs. One row per horse (and race); a run | more." in lines
    assert "| horse_id | bigint | id | Who. |" in lines
    assert "| weight_lbs | integer | lb | Carried \\| weighed. |" in lines
    assert "| seen_at | timestamp(6) | UTC | Seen. |" in lines


def test_the_diagram_shows_what_relationships_tests_prove(root: Path) -> None:
    assert entity_diagram(tables(root, {})) == [
        "```mermaid",
        "erDiagram",
        "    dim_horses ||--o{ fct_runs : horse_id",
        "    dim_horses {",
        "    }",
        "    fct_runs {",
        "        bigint race_id PK",
        "        bigint horse_id PK, FK",
        "    }",
        "```",
    ]


def test_a_text_that_is_still_to_be_written_counts(root: Path) -> None:
    said = {
        Path("dbt_project/models/marts/words.md"): "{% docs runs %}Few.{% enddocs %}{% docs horse %}It.{% enddocs %}"
    }
    assert "| horse_id | bigint | id | It. |" in dictionary(tables(root, said))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("strike_rate_14d", "0 to 1"), ("course_prb_5y", "0 to 1"), ("runs_365d", "count"), ("days_since_run", "days"),
        ("profit_at_sp_42d", "stakes"), ("runners_with_rpr", "count"), ("best_rpr", "rating, lb"), ("draw", "stall"),
        ("total_sp_percent", "percent"), ("speed_yards_per_sec", "yards/s"), ("favourite_rank", "place"),
    ],
)  # fmt: skip
def test_a_name_tells_its_unit(name: str, expected: str) -> None:
    assert unit("t", {"name": name, "data_type": "double"}) == expected


def test_meta_says_a_unit_that_the_name_does_not() -> None:
    said = {"name": "luck", "data_type": "double", "config": {"meta": {"unit": "clovers"}}}
    assert unit("t", said) == "clovers"
    with pytest.raises(GenerateError, match=r"what unit column luck of t has; add `config: \{meta"):
        unit("t", {"name": "luck", "data_type": "double"})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("One row per horse (and race)", "Rows", "fct_runs does not say its grain; add"),
        ("doc('horse')", "doc('hoarse')", "names the doc block 'hoarse', which there is not"),
        ("models:", "models: [", "is no YAML; mend it"),
    ],
)
def test_what_is_missing_is_named(root: Path, old: str, new: str, message: str) -> None:
    path = root / "dbt_project" / "models" / "marts" / "fct_runs.yml"
    path.write_text(RUNS.replace(old, new), encoding="utf-8")
    with pytest.raises(GenerateError, match=message):
        dictionary(tables(root, {}))
