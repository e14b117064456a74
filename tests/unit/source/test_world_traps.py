"""A page in the sample world of everything that has misled a reader of the source, and what the parser makes of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from extract.contract import Record
from extract.parse import parse_index_payload, parse_payload
from extract.source.sample import World
from extract.source.sample.races import Race
from extract.source.sample.traps import Trap

LATER = datetime(2027, 1, 1, tzinfo=UTC)
START, DAYS = date(2024, 11, 1), 330
OLD = date(2010, 3, 1)


def page(world: World, trap: Trap, **wanted: object) -> tuple[Race, dict[str, Any], tuple[Record, ...]]:
    """The first race with a trap that is shown with a result, its payload, and its rows as parsed."""
    start = OLD if trap is Trap.OLD_PAGE else START
    for race in world.having(trap, start, DAYS):
        data = world.result(race.id, LATER)
        if (
            data
            and data["runners"][0]["outcomeCode"] != "VOI"
            and all(getattr(race.course, k) == v for k, v in wanted.items())
        ):
            listed = parse_index_payload(json.dumps(world.index(race.day, LATER)).encode(), race.day)
            entry = next(one for one in listed.races if one.race_id == race.id)
            return race, data, parse_payload(json.dumps(data).encode(), entry).rows
    raise AssertionError(f"no page with {trap}")


def frequency(world: World, trap: Trap, days: int) -> float:
    races = list(world.races(START, days))
    return sum(1 for _ in world.having(trap, START, days)) / len(races)


@pytest.mark.parametrize("trap", Trap)
def test_every_trap_is_reached_within_a_year(world: World, trap: Trap) -> None:
    start = OLD if trap is Trap.OLD_PAGE else START
    assert next(world.having(trap, start, DAYS), None) is not None


@pytest.mark.parametrize(
    ("trap", "low", "high"),
    [
        (Trap.DEAD_HEAT, 0.004, 0.02),
        (Trap.DISQUALIFIED_PLACED, 0.0003, 0.003),
        (Trap.VOID, 0.001, 0.007),
        (Trap.ABANDONED, 0.01, 0.09),
        (Trap.ARABIAN, 0.02, 0.07),
        (Trap.STANDARD_TIME, 0.01, 0.06),
    ],
)
def test_traps_are_about_as_frequent_as_in_the_source(world: World, trap: Trap, low: float, high: float) -> None:
    assert low < frequency(world, trap, 240) < high


def test_a_disqualified_winner_is_what_the_page_measures_from(world: World) -> None:
    race, data, rows = page(world, Trap.DISQUALIFIED_WINNER)
    first, winner, *_ = data["runners"]
    assert (first["outcomeCode"], first["isDisqualified"], first["distanceToWinnerNative"]) == ("DSQ", True, None)
    assert winner["outcomeCode"] == "1"
    assert winner["distanceToWinnerNative"] > 0
    assert rows[1]["position"] == 1
    assert rows[1]["total_beaten_lengths"] == 0
    assert float(str(rows[1]["finishing_time_secs"])) > race.winning_time


def test_a_disqualified_placed_horse_leaves_its_place_to_the_next(world: World) -> None:
    race, data, rows = page(world, Trap.DISQUALIFIED_PLACED)
    row = race.odd.disqualified_at or 0
    assert data["runners"][row]["outcomeCode"] == "DSQ"
    assert rows[row]["position"] is None
    assert rows[row + 1]["position"] in {row + 1, None}


def test_a_disqualification_may_keep_its_number(world: World) -> None:
    race, data, rows = page(world, Trap.DISQUALIFIED_BY_FLAG)
    row = race.odd.disqualified_at or 0
    assert data["runners"][row]["outcomeCode"].isdigit()
    assert data["runners"][row]["isDisqualified"] is True
    assert rows[row]["position"] is None


def test_arabian_fixtures_have_today_s_shape(world: World) -> None:
    race, data, rows = page(world, Trap.CARRIAGE_RETURN)
    assert (data["countryCode"], data["header"]["courseDisplayName"]) == ("ARO", "Oldstead (GB) (ARO)")
    assert {runner["horseSuffix"] for runner in data["runners"]} == {None}
    assert {runner["pedigree"]["damSireName"] for runner in data["runners"] if runner["pedigree"]} == {""}
    assert any(runner["ownerName"].endswith("\r") for runner in data["runners"])
    assert {runner["officialRating"] for runner in data["runners"]} == {None}
    assert {row["country"] for row in rows} == {"aro"}
    assert {row["course"] for row in rows} == {"Oldstead"}
    assert not any("(" in str(row["horse"]) or "\r" in str(row["owner"]) for row in rows)
    said = {runner.horse.id: (runner.horse.suffix or "(GB)").strip("()") for runner in race.runners}
    assert {int(str(row["horse_id"])): row["horse_country"] for row in rows} == said


def test_class_words_abroad_are_no_british_classes(world: World) -> None:
    for country in ("IRE", "FR", "HK"):
        _, _, rows = page(world, Trap.CLASS_WORD_ABROAD, country=country)
        assert {row["race_class"] for row in rows} == {None}


def test_a_club_s_sexes_restrict_nobody(world: World) -> None:
    race = next(
        r
        for r in world.having(Trap.CLUB_WITH_SEXES, START, DAYS)
        if r.terms.sexes is None and world.result(r.id, LATER)
    )
    assert "Fillies Club" in race.title
    data = world.result(race.id, LATER) or {}
    index = parse_index_payload(json.dumps(world.index(race.day, LATER)).encode(), race.day)
    entry = next(one for one in index.races if one.race_id == race.id)
    assert {row["sex_restriction"] for row in parse_payload(json.dumps(data).encode(), entry).rows} == {None}


def test_a_price_may_be_only_its_mark(world: World) -> None:
    _, data, rows = page(world, Trap.ONLY_A_MARK)
    assert {"F", "No OddsF"} & {runner["odds"] for runner in data["runners"]}
    assert [row["favourite_mark"] for row in rows].count("F") == 1
    assert {row["sp_decimal"] for row in rows} == {None}


@pytest.mark.parametrize(
    ("trap", "column", "values"),
    [
        (Trap.ALL_WEATHER_JUMPS, "surface", {"AW"}),
        (Trap.POINT_TO_POINT, "race_code", {"point-to-point"}),
        (Trap.IRISH_BUMPER, "race_code", {"bumper"}),
        (Trap.STANDARD_TIME, "time_vs_standard_secs", {0.0}),
        (Trap.NO_SADDLECLOTH, "saddlecloth_number", {None}),
        (Trap.WALKOVER, "position", {1}),
        (Trap.NO_PRICES, "sp_decimal", {None}),
    ],
)
def test_the_parser_reads_it(world: World, trap: Trap, column: str, values: set[object]) -> None:
    _, _, rows = page(world, trap)
    assert {row[column] for row in rows} == values


@pytest.mark.parametrize(("country", "currency"), [("USA", "USD"), ("HK", "HKD"), ("JPN", "JPY"), ("AUS", "AUD")])
def test_prizes_come_in_the_money_of_the_country(world: World, country: str, currency: str) -> None:
    _, _, rows = page(world, Trap.FOREIGN_MONEY, country=country)
    assert {row["prize_currency"] for row in rows} <= {currency, None}
    assert rows[0]["prize_currency"] == currency


def test_coupled_numbers_are_text(world: World) -> None:
    _, data, rows = page(world, Trap.COUPLED_NUMBER)
    assert "1A" in {runner["saddleClothNo"] for runner in data["runners"]}
    assert [row["saddlecloth_number"] for row in rows].count(1) == 2


def test_unrecorded_positions_are_zero_with_or_without_blanks(world: World) -> None:
    seen: set[str] = set()
    for race in world.having(Trap.POSITION_NOT_RECORDED, START, 60):
        seen |= {runner["outcomeCode"] for runner in (world.result(race.id, LATER) or {"runners": []})["runners"]}
    assert {"0", " 0 "} <= seen
    _, _, rows = page(world, Trap.POSITION_NOT_RECORDED)
    assert {row["position"] for row in rows[4:]} == {None}


def test_a_horse_that_did_not_run_is_listed_but_not_counted(world: World) -> None:
    race, data, rows = page(world, Trap.SCRATCHED)
    assert data["runners"][-1]["outcomeCode"] in {"NR", "WDN"}
    assert len(rows) == len(data["runners"]) - 1 == data["details"]["numberOfRunners"] == len(race.runners)


def test_reserves_stand_among_the_non_runners(world: World) -> None:
    race, data, rows = page(world, Trap.RESERVE)
    reserves = [horse for horse in data["nonRunners"] if horse["reason"] == "reserve"]
    assert reserves
    assert {row["non_runners"] for row in rows} == {len(race.non_runners or ()) - len(reserves)}


def test_horses_without_pedigree_or_sex(world: World) -> None:
    _, data, rows = page(world, Trap.NO_PEDIGREE)
    assert sum(runner["pedigree"] is None for runner in data["runners"]) == 1
    assert [row["sire"] for row in rows].count(None) == 1
    _, data, rows = page(world, Trap.NO_SEX)
    assert "b" in {(runner["pedigree"] or {}).get("colourSex") for runner in data["runners"]}
    assert [(row["sex"], row["colour"]) for row in rows].count((None, "b")) == 1


def test_pages_of_old_races_lack_what_the_source_has_only_since(world: World) -> None:
    _, data, rows = page(world, Trap.OLD_PAGE)
    assert "isFirstTimeHeadgear" not in data["runners"][0]
    assert "bettingMovements" not in data["runners"][0]["comment"]
    assert {row["betting_movements"] for row in rows} == {None}


def test_the_index_tells_jumps_from_flat(world: World) -> None:
    for trap in (Trap.CHASE_IN_A_FLAT_TITLE, Trap.IRISH_BUMPER, Trap.HDL, Trap.POINT_TO_POINT, Trap.ALL_WEATHER_JUMPS):
        for race in list(world.having(trap, START, 200))[:12]:
            index = parse_index_payload(json.dumps(world.index(race.day, LATER)).encode(), race.day)
            entry = next((one for one in index.races if one.race_id == race.id), None)
            assert entry is None or entry.is_jumps is race.terms.jumps, race.title


@pytest.mark.parametrize("start", [date(2009, 3, 1), date(2011, 12, 18), date(2025, 7, 1)])
def test_no_race_of_a_month_fails_to_parse(world: World, start: date) -> None:
    for day in (start + timedelta(days=number) for number in range(30)):
        payload = world.index(day, LATER)
        if payload is None:
            assert (day.month, day.day) == (12, 25)
            continue
        index = parse_index_payload(json.dumps(payload).encode(), day)
        assert index.oddities == ()
        for listed in index.races:
            if listed.status == "result":
                result = parse_payload(json.dumps(world.result(listed.race_id, LATER)).encode(), listed)
                assert result.rows
