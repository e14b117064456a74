"""The age from which on a race day is settled, learned from how ratings arrived."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from extract.run import settling
from extract.run.settled import WEEK
from extract.run.settling import Look, settling_age, stopped_age

ROOT = Path(__file__).resolve().parents[3]
GROWING = {1: 0, 2: 60, 3: 99, 4: 100, 5: 100, 6: 100, 7: 100}


def looks(ratings: dict[int, int]) -> list[Look]:
    return [Look(age, count) for age, count in ratings.items()]


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        (GROWING, 4),  # 99 of 100 are there at 3, and the look at 4 finds no more
        ({1: 3, 2: 3, 3: 3}, 2),  # a country that is rated sparsely, and at once
        ({0: 5, 1: 5}, 1),
        ({1: 0, 2: 0, 3: 40}, WEEK),  # it grew at its last look: more may have come since
        ({6: 10, 7: 60, 8: 100}, 9),
        ({1: 0, 2: 0, 6: 100, 7: 100}, None),  # they came at some time between 2 and 6
        ({5: 100, 6: 100}, None),
        ({1: 0, 2: 0}, None),  # none ever came
        ({}, None),
        ({12: 90, 13: 90, 14: 95, 300: 100, 301: 100}, 14),  # of the last age the last look counts
        ({-1: 7}, None),
    ],
)
def test_a_race_day_has_settled_the_day_after_almost_all_ratings_were_there(
    ratings: dict[int, int], expected: int | None
) -> None:
    assert stopped_age(looks(ratings)) == expected


def test_a_country_has_settled_when_nine_of_ten_race_days_have() -> None:
    late = looks({age: 0 if age < 9 else 100 for age in range(1, 12)})
    assert settling_age([looks(GROWING)] * 18 + [late] * 2) == 4
    assert settling_age([looks(GROWING)] * 17 + [late] * 3) == 10


def test_with_few_race_days_or_none_that_tell_it_is_a_week() -> None:
    assert settling_age([looks(GROWING)] * 14) == 4
    assert settling_age([looks(GROWING)] * 13 + [looks({})] * 20) == WEEK
    assert settling_age([]) == WEEK


def test_the_lake_goes_by_the_same_numbers() -> None:
    text = (ROOT / "macros" / "corrections" / "settling.sql").read_text(encoding="utf-8")
    said = {name: float(value) for name, value in re.findall(r"'(\w+)': ([\d.]+)", text)}
    assert said == {
        "share_of_ratings": settling.SHARE_OF_RATINGS,
        "share_of_race_days": settling.SHARE_OF_RACE_DAYS,
        "least_race_days": settling.LEAST_RACE_DAYS,
        "widest_gap_days": settling.WIDEST_GAP_DAYS,
        "window_days": settling.WINDOW_DAYS,
    }
    assert f"return({settling.OLDEST_AGE})" in text
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["vars"]["settling_days"] == WEEK
