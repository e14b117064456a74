"""Arabian fixtures, as the source writes them: a country of their own, and countries within names."""

from __future__ import annotations

from extract.parse.titles import course_name
from tests.unit.parse.pages import index, listed_race, meeting, race, row, rows, runner

PEDIGREE = {
    "colourSex": "gr m", "sireName": "Some Sire (SA)", "sireSuffix": None, "sireUrl": "/profile/horse/81/some-sire/",
    "damName": "Plain Dam", "damSuffix": None, "damUrl": "/profile/horse/82/plain-dam/", "damSireName": "", "damSireUrl": None,
}  # fmt: skip
HORSE = runner(
    1, "1", horseName="Sand Dancer (FR)", horseSuffix=None, officialRating=None, rpRating=None, topspeed=None,
    officialRatingUnit="ARO", ownerName="H H Sheikh Invented\r", pedigree=PEDIGREE,
)  # fmt: skip
PLACE = {"countryCode": "ARO", "courseName": "Windlow (GB) (ARO)"}


def test_names_lose_their_country_and_the_country_has_its_column() -> None:
    found = row(HORSE, **PLACE)
    assert (found["horse"], found["horse_country"]) == ("Sand Dancer", "FR")
    assert (found["sire"], found["sire_country"]) == ("Some Sire", "SA")
    assert (found["dam"], found["dam_country"], found["damsire"]) == ("Plain Dam", "GB", None)
    assert (found["country"], found["course"], found["owner"]) == ("aro", "Windlow", "H H Sheikh Invented")
    assert (found["official_rating"], found["rpr"], found["topspeed"]) == (None, None, None)
    assert (found["official_rating_unit"], found["race_class"]) == ("ARO", None)


def test_a_name_keeps_its_brackets_elsewhere_and_beside_a_suffix() -> None:
    elsewhere = row(HORSE)
    assert (elsewhere["horse"], elsewhere["horse_country"]) == ("Sand Dancer (FR)", "GB")
    beside = row(runner(1, "1", horseName="Sand Dancer (FR)", horseSuffix="(UAE)"), **PLACE)
    assert (beside["horse"], beside["horse_country"]) == ("Sand Dancer (FR)", "UAE")
    odd = row(runner(1, "1", horseName="Sand Dancer (the second)", horseSuffix=None), **PLACE)
    assert odd["horse"] == "Sand Dancer (the second)"


def test_the_slice_is_aro_wherever_the_fixture_is() -> None:
    british = meeting("GB", listed_race(1), courseName="Windlow (GB) (ARO)")
    today = meeting("ARO", listed_race(2), courseName="Windlow (GB) (ARO)")
    found = index(british, today, meeting("GB", listed_race(3)))
    assert [(race.country, race.course) for race in found.races] == [("aro", "Windlow")] * 2 + [("gb", "Hartlow")]


def test_course_names_lose_every_suffix_but_the_all_weather_mark() -> None:
    assert course_name("Windlow (GB) (ARO)") == "Windlow"
    assert course_name("Eastwold (AW) (ARO)") == "Eastwold (AW)"
    assert course_name("Eastwold (AW)") == "Eastwold (AW)"
    assert course_name("(ARO)") == "(ARO)"


def test_white_space_is_folded_everywhere() -> None:
    found = rows(*race(runner(1, "1", trainerName=" Bex \t Lowther\r\n"))["runners"])[0]
    assert found["trainer"] == "Bex Lowther"
