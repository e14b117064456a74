"""Distances and times count from the official winner, whoever passed the post first."""

from __future__ import annotations

from typing import Any

import pytest

from extract.contract import Record
from tests.unit.parse.pages import Json, rows, runner

JUMPS = {"raceTypeCode": "H", "going": "Soft", "raceTitle": "Lantern Inn Hurdle"}  # four lengths a second
TIME = {"winningTime": "4m 14.78s"}


def dsq(number: int, own: str | None = None, native: float | None = None) -> Json:
    return runner(number, "DSQ", isDisqualified=True, beatenDistance=own, distanceToWinnerNative=native)


def ran(number: int, place: str, own: str | None = None, native: float | None = None, **more: Any) -> Json:
    return runner(number, place, beatenDistance=own, distanceToWinnerNative=native, **more)


def over_jumps(*runners: Json) -> tuple[Record, ...]:
    return rows(*runners, header=JUMPS, details=TIME)


def column(found: tuple[Record, ...], name: str) -> list[object]:
    return [row[name] for row in found]


def test_a_disqualified_first_past_the_post_is_taken_off_the_totals_and_put_on_the_times() -> None:
    found = over_jumps(dsq(1), ran(2, "1", "8", 8), ran(3, "2", "12", 20))
    assert column(found, "total_beaten_lengths") == [-8.0, 0.0, 12.0]
    assert column(found, "beaten_lengths") == [None, 0.0, 12.0]
    assert column(found, "finishing_time_secs") == [None, 256.78, 259.78]
    assert column(found, "winning_time_secs") == [254.78] * 3
    assert column(found, "position") == [None, 1, 2]


def test_the_same_on_the_flat() -> None:
    found = rows(dsq(1), ran(2, "1", "1½", 1.5), ran(3, "2", "nk", 1.8), details={"winningTime": "1m 10.00s"})
    assert column(found, "total_beaten_lengths") == [-1.5, 0.0, 0.3]
    assert column(found, "finishing_time_secs") == [None, 70.25, 70.3]


def test_several_disqualified_before_the_winner() -> None:
    found = over_jumps(dsq(1), dsq(2, "2", 2), ran(3, "1", "3", 5), ran(4, "2", "1", 6))
    assert column(found, "total_beaten_lengths") == [-5.0, -3.0, 0.0, 1.0]
    assert column(found, "finishing_time_secs") == [None, None, 256.03, 256.28]


@pytest.mark.parametrize("native", [3, None])
def test_a_horse_disqualified_behind_the_winner_leaves_the_totals_alone(native: float | None) -> None:
    found = over_jumps(ran(1, "1"), dsq(2, "2", 2), ran(3, "2", "1", native), ran(4, "3", "4", 7))
    assert column(found, "total_beaten_lengths") == [0.0, 2.0, 3.0, 7.0]
    assert column(found, "beaten_lengths") == [0.0, 2.0, 1.0, 4.0]  # the second is one behind the disqualified horse
    assert column(found, "finishing_time_secs") == [254.78, None, 255.53, 256.53]


@pytest.mark.parametrize(("first", "second"), [(8, 8), (8, None), (None, 8)])
def test_a_dead_heat_behind_a_disqualified_horse(first: float | None, second: float | None) -> None:
    found = over_jumps(dsq(1), ran(2, "1", "8", first), ran(3, "1", "dht", second), ran(4, "3", "2", 10))
    assert column(found, "total_beaten_lengths") == [-8.0, 0.0, 0.0, 2.0]
    assert column(found, "finishing_time_secs") == [None, 256.78, 256.78, 257.28]
    assert column(found, "is_dead_heat") == [False, True, True, False]


def test_a_disqualified_horse_within_a_dead_heat_does_not_count_as_one_of_it() -> None:
    found = rows(runner(1, "1", isDisqualified=True), ran(2, "1", "dht", 0), ran(3, "2", "1", 1))
    assert column(found, "is_dead_heat") == [False, False, False]
    assert column(found, "position") == [None, 1, 2]
    assert column(found, "total_beaten_lengths") == [0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("own", "next_native", "totals"),
    [
        ("8", 20, [-8.0, 0.0, 12.0]),  # measured from the disqualified horse
        (None, 20, [-8.0, 0.0, 12.0]),  # the same, told by the second alone
        ("8", 12, [None, 0.0, 12.0]),  # measured from the winner
    ],
)
def test_a_winner_without_its_own_distance_is_placed_by_the_horse_behind_it(
    own: str | None, next_native: float, totals: list[float | None]
) -> None:
    found = over_jumps(dsq(1), ran(2, "1", own), ran(3, "2", "12", next_native))
    assert column(found, "total_beaten_lengths") == totals
    times = [None, 256.78, 259.78] if next_native == 20 else [None, 254.78, 257.78]
    assert column(found, "finishing_time_secs") == times


def test_a_winner_that_nothing_places_has_no_time_and_nobody_a_total() -> None:
    found = over_jumps(dsq(1), ran(2, "1"), ran(3, "2"))
    assert column(found, "total_beaten_lengths") == [None, 0.0, None]
    assert column(found, "finishing_time_secs") == [None, None, None]


def test_without_an_official_winner_there_are_no_totals() -> None:
    found = over_jumps(dsq(1), dsq(2, "2", 2), runner(3, "PU"))
    assert column(found, "total_beaten_lengths") == [None, None, None]
    assert column(found, "beaten_lengths") == [None, 2.0, None]
    assert column(found, "finishing_time_secs") == [None, None, None]


def test_a_place_taken_away_while_nobody_has_moved_up_leaves_the_times() -> None:
    found = over_jumps(runner(1, "1", isDisqualified=True), ran(2, "2", "2", 2), ran(3, "3", "1", 3))
    assert column(found, "position") == [None, 2, 3]
    assert column(found, "total_beaten_lengths") == [None, None, None]
    assert column(found, "finishing_time_secs") == [None, 255.28, 255.53]


def test_a_horse_put_back_behind_the_winner_keeps_where_it_passed_the_post() -> None:
    found = over_jumps(ran(1, "2"), ran(2, "1", "1", 1), ran(3, "3", "2", 3))
    assert column(found, "total_beaten_lengths") == [-1.0, 0.0, 2.0]
    assert column(found, "finishing_time_secs") == [254.78, 255.03, 255.53]


def test_rounded_totals_serve_where_the_exact_ones_lack() -> None:
    third = runner(3, "3", beatenDistance="nk", beatenDistanceToWinner="1¾")
    found = rows(ran(1, "1"), ran(2, "2", "1½"), third, ran(4, "4", "2"), ran(5, "5"), ran(6, "6", "1"))
    assert column(found, "total_beaten_lengths") == [0.0, 1.5, 1.75, 3.75, None, None]


def test_a_race_of_unknown_type_has_totals_and_no_times() -> None:
    found = rows(ran(1, "1"), ran(2, "2", "1½", 1.5), header={"raceTypeCode": None})
    assert column(found, "total_beaten_lengths") == [0.0, 1.5]
    assert column(found, "finishing_time_secs") == [None, None]
