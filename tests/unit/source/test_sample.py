"""The sample world: its shapes against recorded payloads, its traps, and what time does to it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from extract.parse import parse_index_payload, parse_payload
from extract.source.sample import Fault, SampleServer, World
from extract.source.sample.margins import lengths
from tests.conftest import load

DAY = date(2025, 11, 15)
SOON, LATER = datetime(2025, 11, 16, 6, tzinfo=UTC), datetime(2025, 12, 15, 6, tzinfo=UTC)
MONTH = (date(2025, 4, 1), 45)


def kinds(node: Any) -> Any:
    """The keys of a payload, at every depth, lists as what their items have in common."""
    if isinstance(node, dict):
        return {key: kinds(child) for key, child in node.items()}
    if isinstance(node, list):
        merged: Any = None
        for item in node:
            merged = kinds(item) if merged is None else merged
        return [merged]
    return None


def assert_same_keys(ours: Any, theirs: Any, path: str = "") -> None:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        assert ours.keys() == theirs.keys(), f"{path}: {ours.keys() ^ theirs.keys()}"
        for key in ours:
            assert_same_keys(ours[key], theirs[key], f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and ours[0] and theirs[0] and "analysis" not in path:
        assert_same_keys(ours[0], theirs[0], f"{path}[]")


def test_results_have_the_recorded_shape(recorded: Path, world: World) -> None:
    race = next(r for r in world.races(DAY, 1) if r.course.country == "GB" and not r.is_abandoned)
    ours = kinds(world.result(race.id, LATER))
    for file in recorded.glob("next_result/*.json"):
        assert_same_keys(ours, kinds(load(file)))


def test_indexes_have_the_recorded_shape(recorded: Path, world: World) -> None:
    ours = kinds((world.index(DAY, LATER) or [])[0])
    for file in recorded.glob("next_index/*meeting.*.json"):
        assert_same_keys(ours, kinds(load(file)))


def test_the_same_seed_is_the_same_world_and_another_is_not(world: World) -> None:
    assert World().index(DAY, LATER) == world.index(DAY, LATER)
    assert World(8).index(DAY, LATER) != world.index(DAY, LATER)


def test_every_date_since_2008_has_racing_but_christmas(world: World) -> None:
    for day in (date(2008, 1, 1), date(2012, 2, 29), date(2020, 4, 1), date(2026, 11, 1)):
        index = world.index(day, LATER + timedelta(days=9999))
        assert parse_index_payload(json.dumps(index).encode(), day).races
    assert world.index(date(2025, 12, 25), LATER + timedelta(days=99)) is None
    assert world.index(date(2007, 12, 31), LATER) is None


def test_everything_parses_and_agrees_with_the_truth(world: World) -> None:
    for number in range(10):
        day = DAY + timedelta(days=number)
        index = parse_index_payload(json.dumps(world.index(day, LATER)).encode(), day)
        truth = {
            race.race_id: race
            for country in {r.country for r in index.races}
            for race in world.truth(day, country, LATER)
        }
        assert {race.race_id: race.status for race in index.races} == {key: race.status for key, race in truth.items()}
        for race in index.races:
            if race.status == "result":
                parsed = parse_payload(json.dumps(world.result(race.race_id, LATER)).encode(), race)
                said = [(r.horse_id, r.outcome_code, r.rpr, r.topspeed) for r in truth[race.race_id].runners]
                assert [(r["horse_id"], r["outcome_code"], r["rpr"], r["topspeed"]) for r in parsed.rows] == said


def test_no_horse_runs_twice_on_a_day(world: World) -> None:
    horses = [runner.horse.id for race in world.races(DAY, 1) for runner in race.runners]
    assert len(set(horses)) == len(horses)


def test_every_shape_of_a_field_occurs(world: World) -> None:
    races = list(world.races(*MONTH))
    shown = [data for race in races if (data := world.result(race.id, LATER))]
    runners = [runner for data in shown for runner in data["runners"]]
    assert {"PU", "F", "UR", "BD", "RO", "REF"} <= {runner["outcomeCode"] for runner in runners}
    assert any(runner["isFirstTimeWindSurgery"] for runner in runners)
    assert any(runner["isFirstTimeHeadgear"] for runner in runners)
    for key in ("officialRating", "topspeed", "rpRating"):
        assert any(runner[key] == "–" for runner in runners)
    for key in ("drawLabel", "saddleClothNo", "headgear", "jockeyWeightAllowance", "outOfHandicap", "extraWeight"):
        values = {runner[key] for runner in runners}
        assert None in values
        assert len(values) > 1, key
    assert any(runner["odds"] and runner["odds"].startswith("Evens") for runner in runners)
    assert any(not runner["horseName"].isascii() for runner in runners)
    assert any("\n" in (runner["comment"]["comment"] or "") for runner in runners)
    assert any("m" not in data["details"]["winningTime"] for data in shown)
    assert any(data["header"]["prizes"] and "€" in data["header"]["prizes"][0]["formatted"] for data in shown)
    french = [data for data in shown if data["countryCode"] == "FR"]
    assert all(data["raceDatetime"] != data["localRaceDatetime"] for data in french)
    american = next(race for race in races if race.course.country == "USA")
    assert any(meeting["isSpecialMeeting"] for meeting in world.index(american.day, LATER) or [])


def test_the_rows_of_any_race_add_up(world: World) -> None:
    """Totals are the sums of the margins, places count on, and ties share a place and a total."""
    for race in world.races(*MONTH):
        seen = world.view(race, LATER)
        if seen is None or seen.status != "result" or race.odd.unplaced_from is not None:
            continue
        total = 0.0
        for row, runner in enumerate(seen.runners):
            if runner.code.isalpha() and runner.code not in {"DSQ", "WO"}:
                assert runner.total is None
                continue
            total = round(total + (lengths(runner.margin) if runner.margin else 0.0), 2)
            assert (runner.total or 0.0) == total
            assert (runner.total is None) is (row == 0)
        tie = race.odd.dead_heat_at
        if tie is not None:
            assert seen.runners[tie].margin == "dht"
            assert seen.runners[tie].code == seen.runners[tie - 1].code
            assert seen.runners[tie].total == (seen.runners[tie - 1].total or 0.0)


def test_time_brings_results_then_ratings_then_corrections(world: World) -> None:
    race = next(
        r
        for r in world.races(DAY, 30)
        if (p := world.plan(r)).amended and p.rated and not r.is_void and not r.is_abandoned
    )
    plan = world.plan(race)
    country, day = race.course.country.lower(), race.off.date()

    def said(at: datetime) -> Any:
        return next((item for item in world.truth(day, country, at) if item.race_id == race.id), None)

    assert said(race.off).status == "pending"
    first = said(race.off + timedelta(minutes=20))
    assert first.status == "result"
    assert all(runner.rpr is None for runner in first.runners)
    assert plan.rated is not None
    assert timedelta(days=1) <= plan.rated - race.off <= timedelta(days=5)
    assert any(runner.rpr for runner in said(plan.rated).runners)
    assert plan.amended is not None
    before, after = said(plan.amended - timedelta(seconds=1)), said(plan.amended)
    assert [r.horse_id for r in before.runners] != [r.horse_id for r in after.runners]


def test_no_country_day_ever_loses_a_fifth(world: World) -> None:
    for number in range(60):
        day = date(2025, 3, 1) + timedelta(days=number)
        for country in ("gb", "ire", "fr"):
            early = world.truth(day, country, datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC))
            late = {race.race_id: race for race in world.truth(day, country, LATER)}
            had = {(race.race_id, r.horse_id) for race in early for r in race.runners}
            have = {(key, r.horse_id) for key, race in late.items() for r in race.runners}
            assert not had or len(had - have) <= 0.2 * len(had), (day, country)


def test_the_server_speaks_the_site_s_addresses(world: World) -> None:
    with SampleServer(world, as_of=SOON) as server:
        base = server.base_url
        recent = requests.get(f"{base}/results/{DAY}", timeout=5).text
        assert '"data":null,"isLoading":false,"error":"An error occurred"' in recent  # the course-grouped view fails
        page = requests.get(f"{base}/results/{DAY}/time-order/", timeout=5)
        assert "courseUid" in page.text
        assert requests.get(f"{base}/robots.txt", timeout=5).ok
        assert requests.get(f"{base}/elsewhere", timeout=5).status_code == 404
        server.faults.add(Fault("status", status=503, times=1))
        assert requests.get(f"{base}/results/{DAY}/", timeout=5).status_code == 503
        assert requests.get(f"{base}/results/{DAY}/", timeout=5).ok
        server.faults.add(Fault("redirect", r"/time-order$", times=1))
        followed = requests.get(f"{base}/results/{DAY}/time-order", timeout=5)
        assert followed.url.endswith("/time-order/")
        assert len(server.paths) == 8


def test_the_server_sends_no_page_to_who_has_it(world: World) -> None:
    with SampleServer(world, as_of=SOON) as server:
        for path in (f"/results/{DAY}/time-order/", world_race(world)):
            first = requests.get(server.base_url + path, timeout=5)
            etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
            assert (etag[0], etag[-1], modified) == ('"', '"', "Sun, 16 Nov 2025 06:00:00 GMT")
            for asked in (
                {"If-None-Match": etag},
                {"If-None-Match": f'"x", W/{etag}'},
                {"If-None-Match": "*"},
                {"If-Modified-Since": modified},
                {"If-None-Match": etag, "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
            ):
                answer = requests.get(server.base_url + path, headers=asked, timeout=5)
                assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
            for asked in (
                {"If-None-Match": '"x"'},
                {"If-None-Match": '"x"', "If-Modified-Since": modified},
                {"If-Modified-Since": "Mon, 17 Nov 2025 06:00:00 GMT"},
            ):
                answer = requests.get(server.base_url + path, headers=asked, timeout=5)
                assert (answer.status_code, answer.content) == (200, first.content)
        robots = requests.get(server.base_url + "/robots.txt", headers={"If-None-Match": "*"}, timeout=5)
        assert (robots.status_code, "ETag" in robots.headers) == (200, False)


def test_a_fault_strikes_who_has_the_page_too(world: World) -> None:
    with SampleServer(world, as_of=SOON) as server:
        address = server.base_url + f"/results/{DAY}/time-order/"
        etag = requests.get(address, timeout=5).headers["ETag"]
        server.faults.add(Fault("truncate", times=1))
        with pytest.raises(requests.RequestException):
            requests.get(address, headers={"If-None-Match": etag}, timeout=5)
        assert requests.get(address, headers={"If-None-Match": etag}, timeout=5).status_code == 304


def world_race(world: World) -> str:
    race = next(race for race in world.races(DAY, 1) if not race.is_abandoned)
    return f"/results/{race.course.id}/{race.course.key}/{DAY}/{race.id}"
