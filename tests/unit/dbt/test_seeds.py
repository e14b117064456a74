"""The lists of dbt_project/seeds: complete and without contradiction. No morning's data can change them, so no build tests them."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest

from extract.parse import codes, titles
from extract.source.sample import calendar, conditions

ROOT = Path(__file__).resolve().parents[3]
GOING_BANDS = {"firm", "good", "good to soft", "soft", "heavy", "fast", "standard", "slow", "wet dirt"}


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "dbt_project" / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_cell_is_empty_and_no_key_is_there_twice() -> None:
    for name, key in {
        "going_bands": "going",
        "distance_bands": "distance_band",
        "outcome_codes": "outcome_code",
    }.items():
        found = rows(name)
        assert all(all(row.values()) and None not in row for row in found), name
        assert len({row[key] for row in found}) == len(found), name


def test_every_going_that_the_parser_or_the_sample_world_knows_has_a_band() -> None:
    bands = {row["going"]: row["going_band"] for row in rows("going_bands")}
    assert set(bands.values()) == GOING_BANDS
    assert [going for going in bands if going != going.lower().strip() or re.search("[(,]", going)] == []
    words = {word for _, word in calendar.WORDS} | set(calendar.IRISH.values()) | set(calendar.AW)
    known = titles.ALL_WEATHER | titles.DIRT | titles.TURF | {word.lower() for word in words}
    assert known - bands.keys() == set()


@pytest.mark.parametrize("scale", ["flat", "jumps"])
def test_the_bands_of_a_scale_follow_one_another_without_gap_or_overlap(scale: str) -> None:
    found = [(int(row["from_yards"]), int(row["to_yards"])) for row in rows("distance_bands") if row["scale"] == scale]
    assert found[0][0] == 1
    assert found[-1][1] > 20 * 440  # five miles
    assert all(before[1] + 1 == after[0] for before, after in pairwise(found))


@pytest.mark.parametrize(("scale", "known"), [("flat", conditions.FLAT_YARDS), ("jumps", conditions.JUMP_YARDS)])
def test_a_band_is_named_after_a_distance_that_is_in_it(scale: str, known: tuple[tuple[int, str], ...]) -> None:
    bands = {
        row["distance_band"].removeprefix("jumps "): row for row in rows("distance_bands") if row["scale"] == scale
    }
    named = [(yards, bands[shown]) for yards, shown in known if shown in bands]
    assert len(named) >= 3
    assert [band for yards, band in named if not int(band["from_yards"]) <= yards <= int(band["to_yards"])] == []


def test_every_outcome_without_a_position_is_in_the_list() -> None:
    found = {row["outcome_code"]: row for row in rows("outcome_codes")}
    assert found.keys() == codes.NON_FINISHERS | codes.WITHDRAWN | {codes.UNPLACED, codes.WALKOVER}
    assert all(len(row["form_figure"]) == 1 for row in found.values())
    macro = (ROOT / "macros" / "insights" / "took_no_part.sql").read_text(encoding="utf-8")
    no_part = {code for code, row in found.items() if row["took_no_part"] == "true"}
    assert set(re.findall(r"'([A-Z]+)'", macro)) == no_part
