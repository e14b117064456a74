"""The index is read country by country: what is odd in one does not concern another."""

from __future__ import annotations

from typing import Any

import pytest

from extract.errors import ContractBroken, PageNotLoaded
from tests.unit.parse.pages import index, listed_race, meeting


@pytest.mark.parametrize(
    "odd",
    [
        {"raceUid": None}, {"raceUid": "x"}, {"raceUid": -4}, {"raceUid": 5_000}, {"raceDateTime": "soon"}, {"raceDateTime": None},
        {"raceDateTime": "2025-11-12T13:00:00+00:00"}, {"fullResultLink": None}, {"fullResultLink": "/elsewhere"},
        {"fullResultLink": "/results/61/hartlow/2025-11-11/" + "9" * 5000}, {"courseUid": -2}, {"runnersCount": "many"},
        {"runnersCount": 5_000_000_000}, {"runnersCount": -1}, {"fullResultAvailable": None}, {"fullResultAvailable": "yes"},
        {"raceTitle": "a\x01b"}, {"raceTitle": 7},
    ],
    ids=str,
)  # fmt: skip
def test_an_odd_race_is_an_oddity_of_its_country(odd: dict[str, Any]) -> None:
    found = index(
        meeting("GB", listed_race(1)),
        meeting("HK", listed_race(2), listed_race(3, **odd)),
        meeting("FR", listed_race(4)),
    )
    assert [race.race_id for race in found.races] == [1, 2, 4]
    assert found.odd_for("gb") == found.odd_for("fr") == []
    (reason,) = found.odd_for("hk")
    assert reason.startswith("Hartlow (HK): meetings[1].races[1]")


@pytest.mark.parametrize("races", [None, [], "none", [7], [None], [[]]], ids=str)
def test_an_odd_list_of_races(races: Any) -> None:
    found = index(meeting("GB", listed_race(1)), meeting("USA", races=races))
    assert [race.race_id for race in found.races] == [1]
    assert found.odd_for("gb") == []
    assert len(found.odd_for("usa")) == 1


@pytest.mark.parametrize(
    "odd",
    [7, None, [], {}, {"courseName": "Hartlow", "races": []}, meeting("", listed_race(9)), meeting("G8", listed_race(9)),
     meeting("GB", listed_race(9), courseName=None), meeting("GB", listed_race(9), isSpecialMeeting="yes")],
    ids=str,
)  # fmt: skip
def test_a_meeting_whose_country_cannot_be_told_counts_for_every_country(odd: Any) -> None:
    found = index(meeting("GB", listed_race(1)), odd)
    assert [race.race_id for race in found.races] == [1]
    assert len(found.odd_for("gb")) == len(found.odd_for("anywhere")) == 1


def test_a_race_listed_twice_alike_is_one_race() -> None:
    found = index(meeting("GB", listed_race(1), listed_race(1)))
    assert [race.race_id for race in found.races] == [1]
    assert found.oddities == ()


@pytest.mark.parametrize(("countries", "odd"), [(("GB", "GB"), {"gb"}), (("GB", "FR"), {"gb", "fr"})])
def test_a_race_listed_at_two_places_is_an_oddity_of_both(countries: tuple[str, str], odd: set[str]) -> None:
    elsewhere = listed_race(1, fullResultLink="/results/62/moxby/2025-11-11/1")
    found = index(
        meeting(countries[0], listed_race(1)), meeting(countries[1], elsewhere), meeting("IRE", listed_race(2))
    )
    assert {country for country in ("gb", "fr", "ire") if found.odd_for(country)} == odd
    assert "lists race 1 at" in found.odd_for("gb")[0]


def test_what_an_old_index_lacks_is_null() -> None:
    old = {key: listed_race(1)[key] for key in ("raceUid", "raceDateTime", "fullResultLink", "fullResultAvailable")}
    (race,) = index(meeting("GB", old)).races
    assert (race.race_name, race.index_runners, race.course_id, race.course_key) == (None, None, 61, "hartlow")
    assert (race.status, race.is_jumps) == ("result", False)


def test_no_list_of_meetings_refuses_the_day() -> None:
    with pytest.raises(PageNotLoaded):
        index()
    with pytest.raises(ContractBroken, match="a list of meetings"):
        index_of_an_object()


def index_of_an_object() -> None:
    from extract.parse import parse_index_payload
    from tests.unit.parse.pages import DAY

    parse_index_payload(b'{"meetings": []}', DAY)
