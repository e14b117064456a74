"""The contract itself is well formed, before anything is derived from it."""

import pytest

from extract.contract import CONTRACT, RACES, RESULTS, SLICES, names


@pytest.mark.parametrize("table", CONTRACT)
def test_column_names_are_unique_and_snake_case(table: str) -> None:
    columns = names(CONTRACT[table])
    assert len(set(columns)) == len(columns)
    assert all(name == name.lower() and name.replace("_", "").isalnum() for name in columns)


@pytest.mark.parametrize("table", CONTRACT)
def test_every_column_says_what_it_means(table: str) -> None:
    assert all(column.description.endswith(".") and len(column.description) > 10 for column in CONTRACT[table])


def test_every_file_starts_with_its_lineage() -> None:
    for columns in (RESULTS, RACES, SLICES):
        assert names(columns)[:2] == ("run_id", "scraped_at")


def test_only_the_ratings_keep_their_last_known_value() -> None:
    ratings = {column.name for column in RESULTS if column.role == "rating"}
    assert ratings == {"official_rating", "rpr", "topspeed"}


def test_the_merge_key_is_in_the_results() -> None:
    assert {"race_id", "horse_id"} <= set(names(RESULTS))
