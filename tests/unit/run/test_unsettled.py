"""Which slices are not sealed, told from staging alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from extract.contract import RACES, SLICES, Record
from extract.run.selection import Selection
from extract.run.unsettled import Seals, unsettled
from extract.stage.layout import Run, import_path
from extract.stage.run_writer import RunWriter
from extract.stage.storage import Storage, open_storage
from extract.stage.withdrawals import withdraw
from tests.unit.stage.staged import blank

DAY = date(2025, 11, 1)
NOW = datetime(2025, 11, 20, 6, tzinfo=UTC)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return open_storage(str(tmp_path))


def scrape(
    storage: Storage, age: int, *, day: date = DAY, country: str = "gb", races: dict[int, int] | None = None,
    rated: int | None = 60, hour: int = 6, **values: str | int | None,
) -> str:  # fmt: skip
    """Commit a run of one slice, some days after its races: a field of sixty in six races, unless said otherwise."""
    run = Run(datetime.combine(day + timedelta(days=age), datetime.min.time(), UTC) + timedelta(hours=hour))
    fields = {number: 10 for number in range(1, 7)} if races is None else races
    where: Record = {"country": country, "race_date": day.isoformat()}
    counts: Record = {
        "status": "complete", "selection": "all", "source": "live", "races_listed": len(fields), "races_pending": 0,
        "races_failed": 0, "rows_staged": sum(fields.values()), "rows_with_rpr": rated, "rows_with_topspeed": rated,
        "index_fetched_at": run.scraped_at_text,
    }  # fmt: skip
    listed = [
        blank(RACES, run, race_id=race, status="result", rows_staged=rows, **where) for race, rows in fields.items()
    ]  # type: ignore[arg-type]
    RunWriter(storage, run).commit(listed, [blank(SLICES, run, **(counts | where | values))])  # type: ignore[arg-type]
    return run.run_id


def sealed(storage: Storage, day: date = DAY, country: str = "gb") -> bool:
    return Seals(storage, day, NOW).is_sealed(day, country)


def test_a_slice_is_sealed_by_a_complete_scrape_a_week_after_its_races(storage: Storage) -> None:
    assert not sealed(storage)  # never scraped
    scrape(storage, 6)
    assert not sealed(storage)
    scrape(storage, 7)
    assert sealed(storage)
    assert not sealed(storage, country="ire")


@pytest.mark.parametrize(
    "values",
    [
        {"status": "partial", "races_failed": 1},
        {"status": "partial", "races_pending": 1},
        {"status": "partial", "is_doubtful": "true"},
        {"status": "partial", "races_listed": None},
        {"status": "partial", "selection": "course=7"},
    ],
)
def test_what_is_not_whole_is_not_sealed(storage: Storage, values: dict[str, str | int | None]) -> None:
    scrape(storage, 9, **values)  # type: ignore[arg-type]
    assert not sealed(storage)


def test_a_later_scrape_of_a_part_opens_a_slice_only_if_it_left_something(storage: Storage) -> None:
    scrape(storage, 8)
    scrape(storage, 9, status="partial", selection="course=7")
    assert sealed(storage)
    scrape(storage, 10, status="partial", selection="course=7", races_failed=1)
    assert not sealed(storage)


def test_a_scrape_that_the_build_would_hold_back_seals_nothing(storage: Storage) -> None:
    scrape(storage, 8)
    scrape(storage, 9, races={1: 10, 2: 10, 3: 10, 4: 10, 5: 7})
    assert not sealed(storage)  # 47 of 60 runners
    scrape(storage, 10)
    assert sealed(storage)
    scrape(storage, 11, races={1: 10, 2: 10, 3: 10, 4: 10, 5: 10, 6: 5})
    assert not sealed(storage)  # a race has lost half of its runners
    scrape(storage, 12, races={1: 10, 2: 10, 3: 10, 4: 10, 5: 10, 6: 9})
    assert sealed(storage)  # one is gone, as it happens


def test_neither_a_withdrawn_run_nor_an_import_seals(storage: Storage) -> None:
    run_id = scrape(storage, 8)
    withdraw(storage, [run_id], "a test", NOW)
    assert not sealed(storage)
    imported = scrape(storage, 9, source="import", selection="import", status="partial")
    storage.write_new(import_path(imported), b"{}")
    assert not sealed(storage)


def test_a_replay_is_no_look_at_the_source(storage: Storage) -> None:
    scrape(storage, 3)
    scrape(storage, 9, source="replay", index_fetched_at="2025-11-04 06:00:00.000000")
    assert not sealed(storage)


def test_a_day_without_racing_is_sealed_like_any_other(storage: Storage) -> None:
    scrape(storage, 7, races={}, rated=0)
    assert sealed(storage)


def test_a_slice_rated_below_what_is_usual_is_waited_for_four_weeks(storage: Storage) -> None:
    for number in range(1, 6):
        scrape(storage, 8, day=DAY + timedelta(days=number))
    scrape(storage, 7, rated=20)
    assert not sealed(storage)
    scrape(storage, 8, rated=None)  # a run of an older version: not known
    assert sealed(storage)
    scrape(storage, 28, rated=20)
    assert sealed(storage)


def arrive(storage: Storage, day: date, settled: int, until: int) -> None:
    """Look at a day from the morning after until an age; its ratings are there from an age on."""
    for age in range(1, until + 1):
        scrape(storage, age, day=day, rated=60 if age >= settled else 0, hour=6 + (day.day % 12))


def test_the_age_is_learned_from_when_ratings_came(storage: Storage) -> None:
    for number in range(14):
        arrive(storage, date(2025, 10, 25) + timedelta(days=number), settled=3, until=4)
    scrape(storage, 3, day=date(2025, 11, 11), hour=20)  # and the days have had their time
    seals = Seals(storage, DAY, NOW)
    assert (seals.settling_age("gb"), seals.settling_age("ire")) == (4, 7)
    day = date(2025, 11, 15)
    scrape(storage, 3, day=day, hour=1)
    assert not sealed(storage, day)
    scrape(storage, 4, day=day, hour=1)
    assert sealed(storage, day)


def test_runs_of_older_versions_teach_nothing(storage: Storage) -> None:
    for number in range(14):
        day = date(2025, 10, 30) + timedelta(days=number)
        for age in (1, 2):
            scrape(storage, age, day=day, rated=None, hour=number)
    assert Seals(storage, DAY, NOW).settling_age("gb") == 7


def test_only_what_is_not_sealed_is_chosen_and_the_last_looks_are_named(storage: Storage) -> None:
    dates = tuple(date(2025, 11, 10) + timedelta(days=number) for number in range(3))
    scrape(storage, 8, day=dates[0])
    scrape(storage, 8, day=dates[1], races={1: 9}, country="ire", hour=7)
    scrape(storage, 7, day=dates[2], status="partial", races_failed=1, hour=8)
    found = unsettled(storage, Selection(dates, ("gb", "ire")), NOW)
    assert found is not None
    assert found.selection.slices == [(dates[0], "ire"), (dates[1], "gb"), (dates[2], "gb"), (dates[2], "ire")]
    assert found.last_look == date(2025, 11, 13)
    assert unsettled(storage, Selection(dates[:1], ("gb",)), NOW) is None
