"""Recorded payloads are the judge: every parsed value equals what the payload says, read here by other means."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from extract.contract import RESULTS, names
from extract.parse import parse_index, parse_index_payload, parse_payload, parse_result
from tests.conftest import listing_of, load

DASH = "–"


def test_every_recorded_result_parses_to_what_it_says(recorded: Path) -> None:
    files = sorted(recorded.glob("next_result*/*.json"))
    assert len(files) >= 12
    parsed = 0
    for file in files:
        data = load(file)
        result = parse_payload(file.read_bytes(), listing_of(data))
        if {runner["outcomeCode"] for runner in data["runners"]} == {"VOI"}:
            assert (result.status, result.rows) == ("void", ())
            continue
        parsed += 1
        assert result.declared_runners == data["details"]["numberOfRunners"] == len(result.rows)
        prizes = {entry["position"]: entry["formatted"] for entry in data["header"]["prizes"]}
        for node, row in zip(data["runners"], result.rows, strict=True):
            assert set(row) == set(names(RESULTS)) - {"run_id", "scraped_at", "fetched_at"}
            code = node["outcomeCode"]
            assert row["horse_id"] == node["horseUid"]
            assert row["horse"] == node["horseName"]
            assert row["horse_country"] == (node["horseSuffix"] or "(GB)")[1:-1]
            assert row["outcome_code"] == code
            assert row["position"] == (int(code) if code.isdigit() else None)
            assert row["weight_lbs"] == 14 * node["weightStones"] + node["weightPounds"] == node["weightCarriedLbs"]
            for column, key in (("official_rating", "officialRating"), ("rpr", "rpRating"), ("topspeed", "topspeed")):
                assert row[column] == (None if node[key] == DASH else int(node[key]))
            assert row["draw"] == (int(node["drawLabel"].strip("()")) if node["drawLabel"] else None)
            assert row["saddlecloth_number"] == node["saddleClothNo"]
            for column, key in (("jockey_id", "jockeyUrl"), ("trainer_id", "trainerUrl")):
                assert row[column] == (int(re.findall(r"\d+", node[key])[0]) if node[key] else None)
            assert row["owner"] == node["ownerName"]
            assert row["owner_id"] == int(re.findall(r"\d+", node["ownerUrl"])[0])
            assert row["sire_id"] == int(re.findall(r"\d+", node["pedigree"]["sireUrl"])[0])
            assert row["sex"] == node["pedigree"]["colourSex"].split()[-1].upper()
            assert row["comment"] == node["comment"]["comment"]
            assert row["betting_movements"] == node["comment"]["bettingMovements"]
            assert row["distance_yards"] == data["header"]["distanceYard"]
            assert row["going"] == data["header"]["going"]
            assert row["race_date"] == data["raceDatetime"][:10]
            assert row["off_time"] == data["raceDatetime"][11:16]
            if code == "1":
                assert (row["beaten_lengths"], row["total_beaten_lengths"]) == (0.0, 0.0)
            elif code.isdigit():
                assert row["total_beaten_lengths"] == node["distanceToWinnerNative"]
            else:
                assert row["total_beaten_lengths"] is None
            published = prizes.get(int(code)) if code.isdigit() else None
            if published:
                assert row["prize"] == float(re.sub("[^0-9.]", "", published))
                assert row["prize_currency"] == ("EUR" if "€" in published else "GBP")
            else:
                assert row["prize"] is None
            if node["odds"] and "/" in node["odds"]:
                over, under = map(int, node["odds"].rstrip("FJC").split("/"))
                assert row["sp_decimal"] == round(over / under + 1, 2)
                assert row["is_favourite"] == node["odds"].endswith(("F", "J", "C"))
    assert parsed >= 11


def test_pages_and_payloads_parse_alike(recorded: Path) -> None:
    for page in sorted(recorded.glob("next_result/*.html")):
        payload = page.with_suffix(".raceResult.data.json")
        listed = listing_of(load(payload))
        assert parse_result(page.read_bytes(), listed) == parse_payload(payload.read_bytes(), listed)


def test_the_dead_heat_keeps_its_shared_position_and_prize(recorded: Path) -> None:
    file = next(recorded.glob("next_result/*deadheat*.json"))
    rows = parse_payload(file.read_bytes(), listing_of(load(file))).rows
    shared = [row for row in rows if row["is_dead_heat"]]
    assert [row["position"] for row in shared] == [4, 4]
    assert len({row["prize"] for row in shared}) == 1
    assert shared[1]["beaten_lengths"] == 0.0


def test_a_part_abandoned_meeting_lists_results_and_abandoned_races(recorded: Path) -> None:
    meeting = next(recorded.glob("next_index/*partly_abandoned*.json")).read_bytes()
    races = parse_index_payload(b"[" + meeting + b"]", date(2026, 8, 25)).races
    assert [race.status for race in races] == ["result"] * 2 + ["abandoned"] * 6
    assert {race.country for race in races} == {"ire"}
    assert all("(" not in race.course for race in races)


def test_special_meetings_are_passed_over(recorded: Path) -> None:
    meetings = next(recorded.glob("next_index/*special_worldwide*.json")).read_bytes()
    races = parse_index_payload(meetings, date(2026, 8, 28)).races
    assert [race.country for race in races] == ["usa"]


def test_recorded_index_pages_parse(recorded: Path) -> None:
    page = next(recorded.glob("next_index/EXCERPT_2026-08-25*.html")).read_bytes()
    assert {race.country for race in parse_index(page, date(2026, 8, 25)).races} == {"ire", "fr"}
    christmas = next(recorded.glob("next_index/EXCERPT_2025-12-25*.html")).read_bytes()
    assert parse_index(christmas, date(2025, 12, 25)).no_racing
