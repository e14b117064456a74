"""When a stored page stands for a race: only while nothing is known that could have changed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from extract.contract import RACES, Record, names
from extract.run.settled import due_at_age, is_rated, settled_page
from tests.unit.run.doubles import DAY, listed, result

RACE = listed(42)


def page(age: int, country: str = "gb") -> str:
    fetched = DAY + timedelta(days=age)
    return f"pages/country={country}/date={DAY}/42_{fetched:%Y%m%d}T060000000000Z.json.gz"


def look(age: int = 3, **changes: Any) -> Record:
    said: Record = {
        name: getattr(RACE, name) for name in ("course_id", "course", "off_time", "race_name", "index_runners")
    }
    base: Record = {"status": "result", "is_doubtful": False, "rows_staged": 2, "page_file": page(age)}
    return dict.fromkeys(names(RACES)) | said | base | changes


def at_age(age: int) -> date:
    return DAY + timedelta(days=age)


def test_a_race_that_is_as_it_was_is_settled_by_its_newest_page() -> None:
    assert settled_page(RACE, [look(2), look(3)], (), at_age(4)) == page(3)


@pytest.mark.parametrize(
    "last",
    [
        look(status="void"), look(status="pending"), look(status="failed"), look(is_doubtful=True), look(page_file=None),
        look(page_file="pages/unknown/run=20251114T060000000000Z/x.gz"), look(index_runners=3), look(index_runners=None),
        look(off_time="14:05"), look(course="Ambleford (AW)"), look(course_id=8), look(race_name="Another Race"),
    ],
)  # fmt: skip
def test_a_race_that_was_not_final_or_that_the_index_tells_otherwise_is_asked_for(last: Record) -> None:
    assert settled_page(RACE, [look(2), last], (), at_age(4)) is None


def test_a_race_that_the_newest_run_has_nothing_of_is_asked_for() -> None:
    assert settled_page(RACE, [], (), at_age(4)) is None


def test_a_page_that_a_withdrawn_run_fetched_is_asked_for_again() -> None:
    assert settled_page(RACE, [look(2), look(3)], {"20251114T060000000000Z"}, at_age(4)) is None
    assert settled_page(RACE, [look(2), look(3)], {"20251113T060000000000Z"}, at_age(4)) == page(3)


def test_a_race_that_has_lost_runners_is_asked_for_until_they_are_back() -> None:
    assert settled_page(RACE, [look(1, rows_staged=3), look(2)], (), at_age(4)) is None
    assert settled_page(RACE, [look(1, rows_staged=2), look(2)], (), at_age(4)) == page(2)


@pytest.mark.parametrize(
    ("had", "today", "settled"),
    [(1, 6, True), (6, 7, False), (7, 7, True), (7, 8, True), (6, 8, False), (7, 13, True), (13, 14, False), (15, 20, True), (15, 21, False)],
)  # fmt: skip
def test_every_page_is_asked_for_once_a_week_after_the_race(had: int, today: int, settled: bool) -> None:
    assert (settled_page(RACE, [look(had)], (), at_age(today)) is not None) == settled


def test_the_first_look_that_is_due_is_a_week_after_the_race() -> None:
    assert [due_at_age(DAY, at_age(age)) for age in (0, 6, 7, 13, 14)] == [0, 0, 7, 7, 14]


def test_a_race_is_rated_when_ratings_and_speed_figures_are_published() -> None:
    assert [is_rated(result(42, rpr=rpr, topspeed=ts)) for rpr, ts in ((None, None), (80, None), (None, 70), (80, 70))] == [
        False, False, False, True
    ]  # fmt: skip
    one_rated = replace(result(42), rows=(*result(42, horses=1, rpr=80, topspeed=70).rows, *result(42).rows))
    assert is_rated(one_rated)
    assert not is_rated(replace(result(42), status="void", rows=()))
