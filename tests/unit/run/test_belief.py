"""An index is believed about what it lacks only when nothing speaks against it, or when it says so twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from extract.errors import ExitCode
from extract.parse import DayIndex
from extract.parse.index import Oddity
from extract.run.belief import doubt, expects_racing
from tests.unit.run.doubles import DAY, MORNING, FakePages, Staged, listed

EIGHT = [listed(number) for number in range(1, 9)]


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    return Staged(tmp_path)


def minutes(number: float) -> datetime:
    return MORNING + timedelta(minutes=number)


def test_an_index_that_lacks_races_is_partial_until_seen_twice_some_minutes_apart(staged: Staged) -> None:
    assert staged.run(FakePages(EIGHT)).exit_code == ExitCode.OK
    assert staged.run(FakePages(EIGHT[:6], minutes(60))).exit_code == ExitCode.PARTIAL
    row = staged.slices()["gb"]
    assert (row["status"], row["is_doubtful"], row["races_listed"], row["races_result"]) == ("partial", True, 6, 6)
    assert "lists 6 races and lacks 2 (7, 8) that run 20251112T060000000000Z saw" in str(row["reason"])
    assert staged.run(FakePages(EIGHT[:6], minutes(64))).exit_code == ExitCode.PARTIAL
    assert staged.run(FakePages(EIGHT[:6], minutes(65))).exit_code == ExitCode.OK
    assert staged.slices()["gb"]["is_doubtful"] is False
    assert staged.run(FakePages(EIGHT[:6], minutes(66))).exit_code == ExitCode.OK  # what is believed stays believed


def test_two_different_faults_do_not_confirm_one_another(staged: Staged) -> None:
    staged.run(FakePages(EIGHT))
    staged.run(FakePages(EIGHT[:6], minutes(60)))
    assert staged.run(FakePages(EIGHT[2:], minutes(120))).exit_code == ExitCode.PARTIAL


def test_a_race_exchanged_for_another_is_missed_though_the_number_is_the_same(staged: Staged) -> None:
    staged.run(FakePages(EIGHT))
    staged.run(FakePages([*EIGHT[:7], listed(99)], minutes(60)))
    assert "lacks 1 (8)" in str(staged.slices()["gb"]["reason"])


def test_a_replay_of_a_doubted_index_is_no_second_look(staged: Staged) -> None:
    staged.run(FakePages(EIGHT))
    staged.run(FakePages(EIGHT[:6], minutes(60)))
    staged.run(FakePages(EIGHT[:6], minutes(60)), at=minutes(600), source="replay")
    assert staged.slices()["gb"]["status"] == "partial"


def test_a_good_index_in_between_starts_the_wait_anew(staged: Staged) -> None:
    for number, races in enumerate((EIGHT, EIGHT[:6], EIGHT, EIGHT[:6])):
        staged.run(FakePages(races, minutes(60 * number)))
    assert staged.slices()["gb"]["status"] == "partial"


def test_a_country_that_earlier_runs_saw_and_is_gone_is_partial(staged: Staged) -> None:
    both = [*EIGHT, listed(20, "fr")]
    staged.run(FakePages(both), ("gb", "fr"))
    staged.run(FakePages(EIGHT, minutes(60)), ("gb", "fr"))
    assert {code: row["status"] for code, row in staged.slices().items()} == {"gb": "complete", "fr": "partial"}


def test_britain_without_racing_is_doubted_and_so_is_every_empty_list_beside_it(staged: Staged) -> None:
    staged.run(FakePages([listed(20, "fr")]), ("gb", "ire", "fr"))
    rows = staged.slices()
    assert {code: row["status"] for code, row in rows.items()} == {"gb": "partial", "ire": "partial", "fr": "complete"}
    assert "races on every such day" in str(rows["gb"]["reason"])
    staged.run(FakePages([listed(20, "fr")], minutes(5)), ("gb", "ire", "fr"))
    assert {row["status"] for row in staged.slices().values()} == {"complete"}
    assert staged.slices()["ire"]["reason"] == "no racing"


def test_a_country_never_seen_is_complete_with_no_racing_when_the_index_is_sound(staged: Staged) -> None:
    assert staged.run(FakePages(EIGHT), ("hk",)).exit_code == ExitCode.OK
    row = staged.slices()["hk"]
    assert (row["status"], row["reason"], row["races_listed"], row["rows_staged"]) == ("complete", "no racing", 0, 0)


def test_an_index_without_any_race_is_doubted_for_every_country(staged: Staged) -> None:
    staged.run(FakePages([]), ("gb", "hk"))
    assert {row["status"] for row in staged.slices().values()} == {"partial"}


def test_an_odd_meeting_makes_only_its_country_partial_and_the_rest_is_staged(staged: Staged) -> None:
    odd = (Oddity("gb", "Brackenhurst lists no race"),)
    report = staged.run(FakePages([*EIGHT, listed(20, "fr")], oddities=odd), ("gb", "fr"))
    assert report.exit_code == ExitCode.PARTIAL
    rows = staged.slices()
    assert {code: row["status"] for code, row in rows.items()} == {"gb": "partial", "fr": "complete"}
    assert rows["gb"]["reason"] == "index: Brackenhurst lists no race"
    assert (rows["gb"]["races_listed"], rows["gb"]["races_result"], rows["gb"]["rows_staged"]) == (None, 8, 16)


def test_the_day_without_racing_needs_no_second_look() -> None:
    christmas = DayIndex(date(2025, 12, 25), (), no_racing=True)
    assert doubt(christmas, "gb", [], MORNING) is None
    assert doubt(DayIndex(DAY, ()), "gb", [], MORNING) is not None


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2025, 12, 24), False), (date(2025, 12, 26), True), (DAY, True), (date(1990, 3, 4), False), (date(2025, 3, 2), True)],
)  # fmt: skip
def test_the_calendar_promises_racing_in_britain_but_around_christmas(day: date, expected: bool) -> None:
    assert expects_racing("gb", day) is expected
    assert not expects_racing("ire", day)
