"""The mapping: complete against the contract, shown in the docs, and each column read as it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.contract import RESULTS
from extract.importing.dirt import Dirty
from extract.importing.header import read_header
from extract.importing.mapping import MAPPING, NEVER_KNOWN, as_markdown
from tests.unit.importing.support import ROW, record

DOCS = Path(__file__).resolve().parents[3] / "docs" / "migrating.md"


def test_every_column_of_the_contract_comes_from_somewhere_or_is_never_known() -> None:
    mapped = {name for column in MAPPING for name in column.ours}
    asked = {column.name for column in RESULTS if column.role != "lineage"}
    assert mapped | set(NEVER_KNOWN) == asked
    assert not mapped & set(NEVER_KNOWN)


def test_the_docs_show_the_mapping_as_it_is() -> None:
    assert as_markdown() in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("theirs", "cell", "ours", "value"),
    [
        ("date", "2025-11-11 00:00:00", "race_date", "2025-11-11"),
        ("date", "11/10/2025", "race_date", "2025-10-11"),
        ("date", "1 Nov 2025", "race_date", "2025-11-01"),
        ("region", "IRE", "country", "ire"),
        ("course_id", "90007.0", "course_id", 90007),
        ("course", "Kestrel Park (AW) (IRE)", "course", "Kestrel Park (AW)"),
        ("course", "kestrel-park-aw", "course", "Kestrel Park (AW)"),
        ("race_id", "4001", "race_id", 4001),
        ("off", "1:20", "off_time", "13:20"),
        ("off", "01:20:00", "off_time", "13:20"),
        ("off", "11:20", "off_time", "11:20"),
        ("off", "12:05", "off_time", "12:05"),
        ("off", "20:05", "off_time", "20:05"),
        ("off", "13:20", "off_at", "2025-11-11 13:20:00.000000"),
        ("off", "13:20", "off_at_local", "2025-11-11 13:20:00.000000"),
        ("race_name", "Invented  Hurdle", "race_name", "Invented Hurdle"),
        ("race_name", "Invented Handicap", "is_handicap", True),
        ("race_name", "Invented Stakes", "is_handicap", False),
        ("type", "NH Flat", "race_type", "NH Flat"),
        ("type", "NH Flat", "race_code", "bumper"),
        ("class", "Class 2", "race_class", 2),
        ("class", "Class G", "race_class", 6),
        ("class", "", "race_class", None),
        ("pattern", "Group 1", "pattern", "Group 1"),
        ("rating_band", "0-80", "rating_band", "0-80"),
        ("age_band", "3yo+", "age_band", "3yo+"),
        ("sex_rest", "F & M", "sex_restriction", "F & M"),
        ("dist", "1m½f", "distance", "1m½f"),
        ("dist_y", "1871", "distance_yards", 1871),
        ("going", "Standard", "going", "Standard"),
        ("going", "Standard", "surface", "AW"),
        ("ran", "2", "ran", 2),
        ("num", "1A", "saddlecloth_number", 1),
        ("num", "1A", "saddlecloth_letter", "A"),
        ("num", "8.", "saddlecloth_number", 8),
        ("pos", "PU", "outcome_code", "PU"),
        ("pos", "PU", "position", None),
        ("pos", "1.0", "position", 1),
        ("pos", "DSQ", "is_disqualified", True),
        ("draw", "2.0", "draw", 2),
        ("draw", "(7)", "draw", 7),
        ("horse_id", "70001", "horse_id", 70001),
        ("horse", "Plain Lantern (IRE)", "horse", "Plain Lantern"),
        ("horse", "Plain Lantern (IRE)", "horse_country", "IRE"),
        ("horse", "Plain Lantern", "horse_country", None),
        ("age", "4", "age", 4),
        ("sex", "f", "sex", "F"),
        ("lbs", "133.0", "weight_lbs", 133),
        ("hg", "tp1", "headgear", "tp"),
        ("hg", "tp1", "is_first_time_headgear", True),
        ("hg", "1", "headgear", None),
        ("hg", "tp", "is_first_time_headgear", False),
        ("secs", "102.5", "finishing_time_secs", 102.5),
        ("secs", "-", "finishing_time_secs", 102.5),
        ("sp", "EvensJ", "sp_fractional", "1/1"),
        ("sp", "EvensJ", "sp_decimal", 2.0),
        ("sp", "EvensJ", "favourite_mark", "J"),
        ("sp", "7/2", "is_favourite", False),
        ("sp", "", "sp_decimal", 4.5),
        ("sp", "", "is_favourite", None),
        ("jockey_id", "801", "jockey_id", 801),
        ("jockey", "Ada Moxmere", "jockey", "Ada Moxmere"),
        ("trainer_id", "", "trainer_id", None),
        ("trainer", "Hal Duncombe", "trainer", "Hal Duncombe"),
        ("prize", "€9145", "prize", 9145.0),
        ("prize", "€9145", "prize_currency", "EUR"),
        ("prize", "£1,394.25", "prize", 1394.25),
        ("prize", "240.7", "prize_currency", "GBP"),
        ("prize", "", "prize_currency", None),
        ("or", "–", "official_rating", None),
        ("or", "79.0", "official_rating", 79),
        ("or", "79", "official_rating_unit", "OR"),
        ("rpr", "-", "rpr", None),
        ("ts", "", "topspeed", None),
        ("ts", "nan", "topspeed", None),
        ("sire_id", "601", "sire_id", 601),
        ("sire", "Quarry (GB)", "sire", "Quarry"),
        ("dam_id", "602", "dam_id", 602),
        ("dam", "Mallow (FR)", "dam_country", "FR"),
        ("damsire_id", "603", "damsire_id", 603),
        ("damsire", "Zephyr (IRE)", "damsire", "Zephyr"),
        ("owner_id", "701", "owner_id", 701),
        ("owner", "The Partnership", "owner", "The Partnership"),
        ("silk_url", "https://images.invalid/1.svg", "silk_url", "https://images.invalid/1.svg"),
        ("comment", "Led - held on(op 4/1 tchd 5/1)", "comment", "Led - held on"),
        ("comment", "Led (jockey said it hung)", "comment", "Led (jockey said it hung)"),
        ("comment", "Led(op 4/1 tchd 5/1)", "betting_movements", "op 4/1 tchd 5/1"),
    ],
)  # fmt: skip
def test_a_column_is_read_as_the_table_says(theirs: str, cell: str, ours: str, value: object) -> None:
    assert record(**{f"{theirs}_": cell})[ours] == value


def test_every_column_of_theirs_is_in_the_test_above() -> None:
    mark = test_a_column_is_read_as_the_table_says.pytestmark[0]  # type: ignore[attr-defined]
    tried = {case[0] for case in mark.args[1]}
    assert {column.theirs for column in MAPPING} - tried == {"dist_m", "dist_f", "surface", "ovr_btn", "btn", "wgt", "time", "dec"}  # fmt: skip


def test_second_choices_are_read_where_the_first_is_missing() -> None:
    assert record(dist_y="", dist_m="1710")["distance_yards"] == 1870
    assert record(dist_y="", dist_m="", dist_f="8.5f")["distance_yards"] == 1870
    assert record(dist_y="", dist_m="", dist_f="", dist="2m½f")["distance_yards"] == 3630
    assert record(lbs="", wgt="9-7")["weight_lbs"] == 133
    assert record(secs="", time="1:42.50")["finishing_time_secs"] == 102.5
    assert record(sp="", dec="4.50")["sp_decimal"] == 4.5
    assert record(going="Collapsing", surface="Dirt")["surface"] == "AW"
    assert record(region="USA", going="Collapsing", surface="Dirt")["surface"] == "Dirt"


def test_metres_abroad_are_of_two_hundred_to_the_furlong() -> None:
    assert record(region="FR", dist_y="2187", dist_m="2000")["distance_yards"] == 2200


def test_beaten_distances_are_those_of_finishers() -> None:
    assert record(pos="2", btn="nk", ovr_btn="1.75")["beaten_lengths"] == 0.3
    assert record(pos="2", btn="nk", ovr_btn="1.75")["total_beaten_lengths"] == 1.75
    assert record(pos="PU", btn="-", ovr_btn="-")["beaten_lengths"] is None
    assert record(pos="1", btn="", ovr_btn="")["total_beaten_lengths"] == 0.0


def test_classes_and_hours_that_mean_something_in_britain_alone_are_left_open_elsewhere() -> None:
    assert record(region="FR", class_="Class 1")["race_class"] is None
    assert record(region="USA", off="2:10")["off_time"] is None
    assert record(region="AUS", off="02:10")["off_time"] == "02:10"
    assert record(region="FR")["off_at_local"] is None


def test_arabian_fixtures_are_a_country_of_their_own() -> None:
    row = record(course="Garstone (GB) (ARAB)", horse="Sand Dancer (FR)")
    assert (row["country"], row["course"], row["official_rating_unit"]) == ("aro", "Garstone", "ARO")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"race_id": ""}, "no race_id"),
        ({"race_id": "0"}, "no race_id"),
        ({"horse_id": "-"}, "no horse_id"),
        ({"horse": ""}, "no horse_id"),
        ({"date": "2025-02-30"}, "no date"),
        ({"date": "soon"}, "no date"),
        ({"date": "1970-01-01"}, "no date"),
        ({"date": "2025-12-02"}, "no date"),
        ({"region": "Atlantis"}, "no country"),
        ({"region": ""}, "no country"),
        ({"pos": ""}, "no position"),
        ({"pos": "NR"}, "did not run"),
        ({"pos": "XX"}, "unknown code"),
        ({"type": "Trot"}, "unknown code"),
        ({"sex": "Q"}, "unknown code"),
        ({"sp": "7/2X"}, "unknown code"),
        ({"prize": "5 sheep"}, "unknown code"),
        ({"surface": "Ice", "going": ""}, "unknown code"),
        ({"lbs": "heavy"}, "not a number"),
        ({"age": "4.5"}, "not a number"),
        ({"off": "25:00"}, "not a number"),
        ({"wgt": "nine", "lbs": ""}, "not a number"),
        ({"secs": "fast"}, "not a number"),
        ({"num": "first"}, "not a number"),
        ({"age": "99"}, "out of range"),
        ({"race_id": "-5"}, "out of range"),
        ({"dec": "0.5", "sp": ""}, "out of range"),
        ({"pos": "2", "btn": "-3"}, "out of range"),
        ({"jockey": "A\x01B"}, "unusable text"),
        ({"comment": "x" * 100_001}, "unusable text"),
    ],
)
def test_a_row_that_cannot_be_staged_says_why(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(Dirty) as told:
        record(**{f"{name}_": value for name, value in changes.items()})
    assert told.value.reason == reason


def test_headers_are_read_in_any_case_and_order_and_by_other_names() -> None:
    old = read_header(["Date", "Course", "Off", "Name", "Pos", "Horse", "OR", "Race_ID", "Sex Rest", "wind"])
    assert old.at["race_name"] == 3
    assert old.at["or"] == 6
    assert old.at["sex_rest"] == 8
    assert old.unknown == ("wind",)
    assert read_header(["date", "name", "race_id", "pos"]).at["horse"] == 1


def test_a_header_without_what_every_row_needs_is_refused() -> None:
    with pytest.raises(Dirty, match="lacks race_id, pos"):
        read_header(["date", "horse"])
    with pytest.raises(Dirty, match="twice"):
        read_header([*ROW, "age"])
