"""What titles say of a race, in the shapes the source writes them."""

from __future__ import annotations

import re
from random import Random

import pytest

from extract.parse import sexes, titles
from extract.parse.sexes import sex_restriction
from tests.unit.parse.pages import row, runner


@pytest.mark.parametrize(
    ("country", "published", "title", "expected"),
    [
        ("GB", "4", "Lantern Handicap", 4), ("GB", None, "Lantern Handicap (Class 5)", 5), ("GB", "D", "Lantern", 4),
        ("GB", None, "Lantern Stakes (Class D)", 4), ("GB", "H", "Lantern", 7), ("GB", "9", "Lantern", None),
        ("GB", None, "Business Class A Day Out Stakes", None), ("GB", None, "World Class 90th Year Stakes", None),
        ("GB", None, "Lantern (Premier Handicap)", 2), ("GB", None, None, None), ("IRE", None, "Lantern (Premier Handicap)", None),
        ("FR", None, "Prix Lantern (Class 4)", None), ("HK", "3", "Lantern Handicap (Class 3)", None), ("ARO", "6", "Lantern", None),
    ],
)  # fmt: skip
def test_the_class_is_british(country: str, published: str | None, title: str | None, expected: int | None) -> None:
    found = row(runner(1, "1"), countryCode=country, header={"raceClass": published, "raceTitle": title})
    assert found["race_class"] == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Colts And Fillies Club Handicap Hurdle", None), ("Colts & Fillies Club Mares' Novices' Hurdle", "M"),
        ("Hartlow Fillies Racing Club Maiden", None), ("Mares Society Novices' Chase", None),
        ("Moxby Conditions Stakes (2yo C&G)", "C & G"), ("Moxby Colts/Geldings Maiden", "C & G"),
        ("Moxby Stakes (Colts and Geldings)", "C & G"), ("Moxby Stakes (C & G)", "C & G"),
        ("Prix Moxby (3yo+ F & M) (Turf)", "F & M"), ("Moxby Fillies' And Mares' Stakes", "F & M"),
        ("Moxby Fillies/Mares Handicap", "F & M"), ("Moxby Mares & Fillies Handicap", "F & M"),
        ("Prix Moxby (Group 1) (3yo) (No Geldings)", "C & F"), ("Moxby Stakes (Entire Colts & Fillies)", "C & F"),
        ("Moxby Stakes (C&F)", "C & F"), ("Moxby Mares' Hurdle", "M"), ("Moxby Mares’ Hurdle", "M"), ("Moxby (3yo F)", "F"),
        ("Prix Moxby (Group 1) (3yo Colts)", "C"), ("Fillies' Mile", "F"), ("C & G Builders Handicap", None),
        ("Moxby Stakes (Colts, Geldings & Fillies)", None), ("Tamares Handicap", None), ("Geldings Farm Handicap", None), ("Moxby Handicap", None), (None, None),
    ],
)  # fmt: skip
def test_sexes(title: str | None, expected: str | None) -> None:
    assert sex_restriction(title) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Lantern Inn Handicap Hurdle", True), ("Lantern H'cap", True), ("Lantern Hcap Chase", True), ("Lantern Nursery", True),
        ("Prix Moxby (Handicap Divise) (Premiere Epreuve)", True), ("Prix Moxby - Handicap Challenge (4yo+)", True),
        ("Moxby (Premier Handicap)", True), ("Moxby Heritage Handicap", True), ("Moxby Chase (Grade B)", True),
        ("Moxby Apprentice Handicaps Final", True), ("Moxby Maiden (Qualifier For The Quenby Handicap)", False),
        ("Moxby Handicap (Qualifier For The Quenby Final)", True), ("Moxby H’cap", True), ("Moxby Non-Handicap Chase", False), ("Moxby Handicapper's Maiden", False),
        ("Green Thumb Nursery Maiden Stakes", False), ("Moxby Stakes (Group 3)", False), ("Moxby Maiden", False), (None, None),
    ],
)  # fmt: skip
def test_handicaps(title: str | None, expected: bool | None) -> None:
    assert row(runner(1, "1"), header={"raceTitle": title})["is_handicap"] is (
        expected if title is not None else False  # the index's own title stands in
    )
    assert titles.is_handicap(title, titles.pattern(title), "chase", "ire") is expected


@pytest.mark.parametrize(
    ("country", "code", "expected"), [("gb", "hurdle", True), ("gb", "flat", False), ("ire", "hurdle", False)]
)
def test_a_grade_3_is_a_handicap_over_jumps_in_britain_only(country: str, code: str, expected: bool) -> None:
    assert titles.is_handicap("Moxby (Grade 3)", "Grade 3", code, country) is expected


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("standard time", 0.0),
        ("Standard Time", 0.0),
        ("slow by 1m 2.00s", 62.0),
        ("fast by 0.40s", -0.4),
        ("steady pace", None),
    ],
)
def test_against_the_standard_time(published: str, expected: float | None) -> None:
    assert row(runner(1, "1"), details={"fastSlow": published})["time_vs_standard_secs"] == expected


def test_reserves_are_not_non_runners() -> None:
    names = [("Idle Notion", "reserve"), ("Idle Tempo", "Reserve"), ("Idle Motion", "going"), ("Idle Lotion", None)]
    told = [{"horseName": name, "reason": reason} for name, reason in names]
    assert row(runner(1, "1"), nonRunners=told)["non_runners"] == 2
    assert row(runner(1, "1"), nonRunners=None)["non_runners"] == 0


def test_no_title_is_passed_over_that_names_a_sex(monkeypatch: pytest.MonkeyPatch) -> None:
    """A title without any word or letter of a sex is not looked at further; nothing else may be passed over."""
    words = (
        "colts",
        "fillies'",
        "mares",
        "geldings",
        "c",
        "f",
        "m",
        "g",
        "&",
        "and",
        "/",
        "(",
        ")",
        "(2yo f)",
        "no",
        "club",
    )
    rng = Random(5)
    titles = [rng.choice((" ", "")).join(rng.choices(words, k=rng.randint(1, 6))) for _ in range(20_000)]
    quick = [sex_restriction(title) for title in titles]
    monkeypatch.setattr(sexes, "ANY", re.compile(""))
    assert quick == [sex_restriction(title) for title in titles]
    assert len(set(quick)) == 8
