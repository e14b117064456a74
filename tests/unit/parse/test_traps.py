"""Every known trap of the source's result pages, on payloads of the sample world bent to fit."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from extract.errors import ContractBroken, PageNotLoaded, RunnerCountMismatch, UnexpectedPage
from extract.parse import RaceResult, parse_index, parse_payload, parse_result
from extract.parse.page import next_data
from extract.source.sample import World
from extract.source.sample.server import BLOCK_PAGE, html
from tests.conftest import listing_of

LATER = datetime(2025, 12, 1, tzinfo=UTC)


@pytest.fixture
def payload(world: World) -> dict[str, Any]:
    """A plain flat race of at least seven runners, all of whom finished."""
    for race in world.races(date(2025, 11, 11), 7):
        data = world.result(race.id, LATER)
        if data and race.course.country == "GB" and len(data["runners"]) > 6 and race.course.kind == "flat":
            codes = [runner["outcomeCode"] for runner in data["runners"]]
            if codes == [str(n) for n in range(1, len(codes) + 1)]:
                return copy.deepcopy(data)
    raise AssertionError("the sample world has no such race")


def parsed(data: dict[str, Any], **changes: Any) -> RaceResult:
    return parse_payload(json.dumps(data).encode(), listing_of(data, **changes))


def test_a_disqualified_first_past_the_post_is_not_the_winner(payload: dict[str, Any]) -> None:
    first, second, third, *_ = payload["runners"]
    first |= {"outcomeCode": "DSQ", "isDisqualified": True}
    second |= {"outcomeCode": "1", "beatenDistance": "8", "distanceToWinnerNative": 8}
    third |= {"outcomeCode": "2", "distanceToWinnerNative": 9.5}
    rows = parsed(payload).rows
    assert rows[0]["position"] is None
    assert rows[0]["is_disqualified"] is True
    assert rows[0]["prize"] is None
    assert (rows[1]["position"], rows[1]["beaten_lengths"], rows[1]["total_beaten_lengths"]) == (1, 0.0, 0.0)
    assert rows[1]["prize_currency"] == "GBP"


def test_a_dead_heat_for_first_has_two_winners(payload: dict[str, Any]) -> None:
    payload["runners"][1] |= {"outcomeCode": "1", "beatenDistance": "dht", "distanceToWinnerNative": None}
    rows = parsed(payload).rows
    assert [row["position"] for row in rows[:2]] == [1, 1]
    assert [row["is_dead_heat"] for row in rows[:3]] == [True, True, False]
    assert rows[0]["prize"] == rows[1]["prize"]
    assert rows[1]["total_beaten_lengths"] == 0.0


def test_non_finishers_have_no_distances(payload: dict[str, Any]) -> None:
    payload["runners"][-1] |= {"outcomeCode": "PU", "beatenDistance": None, "distanceToWinnerNative": None}
    row = parsed(payload).rows[-1]
    assert row["outcome_code"] == "PU"
    assert (row["position"], row["beaten_lengths"], row["total_beaten_lengths"], row["finishing_time_secs"]) == (
        None,
    ) * 4


def test_a_void_race_has_no_rows(payload: dict[str, Any]) -> None:
    for runner in payload["runners"]:
        runner |= {"outcomeCode": "VOI", "beatenDistance": None, "distanceToWinnerNative": None}
    payload["details"] |= {"winningTime": "0m 0.00s", "numberOfRunners": None}
    assert (parsed(payload).status, parsed(payload).rows) == ("void", ())


@pytest.mark.parametrize("missing", ["–", "-", "", None])
def test_missing_ratings_are_null(payload: dict[str, Any], missing: str | None) -> None:
    payload["runners"][0] |= {"officialRating": missing, "rpRating": missing, "topspeed": missing}
    row = parsed(payload).rows[0]
    assert (row["official_rating"], row["rpr"], row["topspeed"]) == (None, None, None)


def test_ratings_may_be_numbers(payload: dict[str, Any]) -> None:
    payload["runners"][0] |= {"rpRating": 81, "horseUid": str(payload["runners"][0]["horseUid"])}
    assert parsed(payload).rows[0]["rpr"] == 81


def test_euro_prizes_keep_their_currency(payload: dict[str, Any]) -> None:
    payload["header"]["prizes"] = [{"position": 1, "formatted": "€9,145"}]
    rows = parsed(payload).rows
    assert (rows[0]["prize"], rows[0]["prize_currency"]) == (9145.0, "EUR")
    assert (rows[1]["prize"], rows[1]["prize_currency"]) == (None, None)


@pytest.mark.parametrize(("declared", "carried"), [(8, 7), (7, 8), (None, 7)])
def test_a_count_that_disagrees_is_an_error(payload: dict[str, Any], declared: int | None, carried: int) -> None:
    while len(payload["runners"]) < carried:
        payload["runners"].append(payload["runners"][-1] | {"horseUid": 1, "outcomeCode": "PU"})
    del payload["runners"][carried:]
    payload["details"]["numberOfRunners"] = declared
    with pytest.raises(RunnerCountMismatch):
        parsed(payload)


def test_the_same_horse_twice_is_an_error(payload: dict[str, Any]) -> None:
    payload["runners"][1]["horseUid"] = payload["runners"][0]["horseUid"]
    with pytest.raises(ContractBroken, match="twice"):
        parsed(payload)


def test_another_race_or_day_is_an_error(payload: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPage, match="Asked for race"):
        parsed(payload, race_id=1)
    with pytest.raises(UnexpectedPage, match="Asked for race"):
        parsed(payload, race_date=date(2001, 1, 1))


def test_local_time_and_uk_time_differ_in_france(payload: dict[str, Any]) -> None:
    payload |= {"raceDatetime": "2025-11-11T13:50:00+00:00", "localRaceDatetime": "2025-11-11T14:50:00+01:00"}
    payload["details"]["offTime"] = "1:52:10"
    row = parsed(payload).rows[0]
    assert (row["off_time"], row["actual_off_time"]) == ("13:50", "13:52:10")
    assert (row["off_at"], row["off_at_local"]) == ("2025-11-11 13:50:00.000000", "2025-11-11 14:50:00.000000")


def test_facts_hash_ignores_ratings_and_volatile_fields_only(payload: dict[str, Any]) -> None:
    before = [row["facts_hash"] for row in parsed(payload).rows]
    payload["runners"][0] |= {"rpRating": "99", "trainerName": "Mme Other Title"}
    payload["header"]["obstacles"] = "7 hurdles"
    assert [row["facts_hash"] for row in parsed(payload).rows] == before
    payload["runners"][0]["headgear"] = "tp"
    after = [row["facts_hash"] for row in parsed(payload).rows]
    assert [a == b for a, b in zip(after, before, strict=True)] == [False] + [True] * (len(before) - 1)


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (BLOCK_PAGE, "block page"),
        (b"<html><head><title>Log in</title></head><body><input type='password'></body></html>", "login page"),
        (b"<html><head><title>Results</title></head><body>", "cut off"),
        (b"<html><head><title>New look</title></head><body></body></html>", "new layout"),
        (b"", "empty"),
        (b'<script id="__NEXT_DATA__" type="application/json">{"a":</script></html>', "not valid JSON"),
    ],
)
def test_a_page_that_is_something_else_is_named(page: bytes, says: str) -> None:
    with pytest.raises(UnexpectedPage, match=says):
        next_data(page)


def test_the_error_shell_is_not_an_empty_day() -> None:
    shell = html(
        "Results", {"raceResult": {"data": None}, "results": {"data": None, "error": "An error occurred"}}, "b"
    )
    with pytest.raises(PageNotLoaded):
        parse_index(shell, date(2025, 11, 11))
    assert parse_index(shell, date(2025, 12, 25)).no_racing
    with pytest.raises(PageNotLoaded):
        parse_result(
            shell,
            listing_of(
                {
                    "raceDatetime": "2025-11-11T13:00:00+00:00",
                    "raceId": 1,
                    "countryCode": "GB",
                    "courseUid": 1,
                    "courseName": "A",
                    "courseKey": "a",
                    "header": {"raceTitle": "T"},
                    "runners": [],
                }
            ),
        )
