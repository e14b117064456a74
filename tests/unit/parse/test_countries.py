"""The source's country codes: what it does not know is refused, not 'complete' with no races."""

from __future__ import annotations

from datetime import date

import pytest

from extract.errors import UsageError
from extract.parse.countries import COUNTRIES, OTHER_NAMES, known_country
from extract.run.selection import read_countries
from extract.source.sample import World


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("uk", "gb"),
        ("gbr", "gb"),
        ("irl", "ire"),
        ("us", "usa"),
        ("germany", "ger"),
        ("ukk", None),
        ("zz", None),
        ("all", None),
    ],
)
def test_an_unknown_code_is_refused_with_the_likely_one_and_all(wrong: str, meant: str | None) -> None:
    with pytest.raises(UsageError) as refused:
        read_countries(("fr", wrong))
    said = str(refused.value)
    assert repr(wrong) in said
    assert "ire, isr" in said
    if meant:
        assert f"Did you mean {meant}?" in said


@pytest.mark.parametrize("text", ["", " ", "gb,,fr", "g8", "gb;fr", "ﬀ", "g" * 10_000])
def test_what_is_no_code_at_all_is_refused_too(text: str) -> None:
    with pytest.raises(UsageError, match="not a country code"):
        read_countries((text,))


def test_codes_are_read_in_any_case_and_every_hint_leads_to_one() -> None:
    assert known_country(" GB ") == "gb"
    assert set(OTHER_NAMES.values()) <= set(COUNTRIES)
    assert not set(OTHER_NAMES) & set(COUNTRIES)
    assert list(COUNTRIES) == sorted(COUNTRIES)


def test_every_country_of_the_sample_world_can_be_asked_for(world: World) -> None:
    codes = {race.course.country.lower() for race in world.races(date(2025, 4, 1), 60)} - {"arab"}
    assert codes <= set(COUNTRIES)
    assert {"gb", "ire", "fr", "usa", "jer"} <= codes
