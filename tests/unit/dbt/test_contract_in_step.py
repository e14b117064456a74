"""What generation cannot guarantee: that hand-written models say what is theirs to say, once, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from extract.contract import CONTRACT, RESULTS, names

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "dbt_project" / "models"
DOC_BLOCKS = {
    name: text
    for path in MODELS.rglob("*.md")
    for name, text in re.findall(r"{% docs (\w+) %}(.*?){% enddocs %}", path.read_text(encoding="utf-8"), re.DOTALL)
}
COMMENT_LIMIT = 255
"""Characters that Glue keeps of the description of a column."""


def documented(path: Path, name: str) -> dict[str, dict[str, Any]]:
    """Return the columns that a yml file documents for a model, by name, in order."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    (entry,) = [entry for entry in content["models"] if entry["name"] == name]
    return {column["name"]: column for column in entry["columns"]}


def meaning(column: dict[str, Any]) -> str:
    """Return a column's description as dbt renders it."""
    return re.sub(r"{{ doc\('(\w+)'\) }}", lambda found: DOC_BLOCKS[found[1]], column["description"])


@pytest.mark.parametrize("model", ["results", "result_versions"])
def test_the_table_and_the_log_have_every_staged_column_and_three_of_the_build(model: str) -> None:
    columns = documented(MODELS / "lake" / f"{model}.yml", model)
    assert list(columns) == [*names(RESULTS), "change", "row_hash", "loaded_at"]


def test_the_log_keeps_the_ratings_of_the_contract() -> None:
    text = (MODELS / "lake" / "result_versions.sql").read_text(encoding="utf-8")
    (listed,) = re.findall(r"set ratings = \[(.*?)\]", text)
    assert re.findall(r"'(\w+)'", listed) == [column.name for column in RESULTS if column.role == "rating"]


def test_every_model_and_column_is_documented() -> None:
    for sql in MODELS.rglob("*.sql"):
        columns = documented(sql.with_suffix(".yml"), sql.stem)
        assert columns, f"{sql.stem} documents no columns"
        for name, column in columns.items():
            assert meaning(column).endswith("."), f"{sql.stem}.{name} is not described in a sentence"
            assert len(meaning(column)) <= COMMENT_LIMIT, f"{sql.stem}.{name} is described in more than Glue keeps"
            assert column["data_type"], f"{sql.stem}.{name} has no type"


def test_no_description_of_a_column_is_written_twice() -> None:
    """A column that is passed on names the doc block of its meaning: `{{ doc('results__horse_id') }}`."""
    by_hand = [
        column["description"]
        for sql in MODELS.rglob("*.sql")
        for column in documented(sql.with_suffix(".yml"), sql.stem).values()
        if "doc(" not in column["description"]
    ]
    copies = {text for text, times in Counter(by_hand).items() if times > 1} | (set(by_hand) & set(DOC_BLOCKS.values()))
    assert not copies, "these have a doc block, or want one"
    assert {column.description for columns in CONTRACT.values() for column in columns} <= set(DOC_BLOCKS.values())


def test_rpscrape_has_the_previous_table_s_columns_in_their_order_and_then_the_scraper_s() -> None:
    columns = documented(MODELS / "marts" / "rpscrape.yml", "rpscrape")
    previous = (
        "id date course off race_name type class pattern rating_band age_band sex_rest dist_m going num pos ran draw "
        "btn ovr_btn horse dec age sex lbs hg time secs jockey trainer or rpr ts prize sire dam damsire owner comment "
        "country course_id race_id horse_id jockey_id trainer_id owner_id dam_id sire_id damsire_id silk_url "
        "horse_cleaned year created_at"
    )
    added = "region course_detail dist dist_f dist_y surface wgt sp"
    assert list(columns) == [*previous.split(), *added.split()]


def test_no_model_asks_which_engine_it_runs_on() -> None:
    for sql in MODELS.rglob("*.sql"):
        assert "target." not in sql.read_text(encoding="utf-8").replace("target.status", "").replace(
            "target.scraped_at", ""
        ), f"{sql.name} looks at the target; put the difference into a dispatched macro"
