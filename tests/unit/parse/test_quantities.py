"""Words and figures of the sport as numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extract.errors import ContractBroken
from extract.parse import codes, quantities, sexes, titles


@pytest.mark.parametrize(
    ("text", "expected"),
    [("nse", 0.05), ("shd", 0.1), ("hd", 0.2), ("snk", 0.2), ("nk", 0.3), ("½", 0.5), ("1¾", 1.75), ("12", 12.0),
     ("dist", 30.0), ("dht", 0.0), (None, None), ("", None)],
)  # fmt: skip
def test_lengths(text: str | None, expected: float | None) -> None:
    assert quantities.lengths(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1m 4.65s", 64.65), ("57.34s", 57.34), ("0m 0.00s", None), ("6m 19.40s", 379.4), (None, None)],
)
def test_seconds(text: str | None, expected: float | None) -> None:
    assert quantities.seconds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7/5F", ("7/5", 2.4, "F")), ("EvensF", ("1/1", 2.0, "F")), ("Evs", ("1/1", 2.0, None)),
     ("165/10", ("165/10", 17.5, None)), ("3/1J", ("3/1", 4.0, "J")), ("No Odds", (None, None, None)), (None, (None,) * 3)],
)  # fmt: skip
def test_starting_price(text: str | None, expected: tuple[str | None, float | None, str | None]) -> None:
    assert quantities.starting_price(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("£1,394.25", (1394.25, "GBP")), ("€9,145", (9145.0, "EUR")), (None, (None, None))]
)
def test_money(text: str | None, expected: tuple[float | None, str | None]) -> None:
    assert quantities.money(text) == expected


@pytest.mark.parametrize("call", [
    lambda: quantities.lengths("a whisker"), lambda: quantities.money("¤5"), lambda: quantities.seconds("soon"),
    lambda: quantities.starting_price("5-2"), lambda: quantities.starting_price("5/0"), lambda: quantities.draw("(x)"),
    lambda: quantities.percent("lots"), lambda: quantities.actual_off("25 past", datetime(2025, 1, 1, tzinfo=UTC)),
])  # fmt: skip
def test_what_we_do_not_know_is_an_error_not_a_guess(call: object) -> None:
    with pytest.raises(ContractBroken):
        call()  # type: ignore[operator]


def test_the_off_takes_the_half_of_the_day_nearer_the_schedule() -> None:
    evening = datetime(2025, 6, 1, 20, 0, tzinfo=UTC)
    assert quantities.actual_off("8:02:11", evening) == "20:02:11"
    assert quantities.actual_off("12:01:00", datetime(2025, 6, 1, 12, 0, tzinfo=UTC)) == "12:01:00"
    assert quantities.actual_off("11:58:00", datetime(2025, 6, 1, 11, 50, tzinfo=UTC)) == "11:58:00"


@pytest.mark.parametrize(
    ("title", "expected"),
    [("The Moxby Stakes (Group 3)", "Group 3"), ("Quenby Hurdle (Grade II)", "Grade 2"), ("Thornhay (Listed Race)", "Listed"),
     ("Gantley Chase (Grade B)", "Grade B"), ("Upgrade 1 Handicap", None)],
)  # fmt: skip
def test_pattern(title: str, expected: str | None) -> None:
    assert titles.pattern(title) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [("X Fillies & Mares Handicap", "F & M"), ("Fillies' Stakes", "F"), ("Mares' Hurdle", "M"), ("Colts & Fillies", "C & F"),
     ("Open Handicap", None)],
)  # fmt: skip
def test_sex_restriction(title: str, expected: str | None) -> None:
    assert sexes.sex_restriction(title) == expected


def test_class_surface_and_course_names() -> None:
    assert titles.race_class(None, "Lantern Handicap (Premier Handicap)") == 2
    assert titles.race_class("4", "anything") == 4
    flat, all_weather = codes.race_type("F"), codes.race_type("X")
    assert titles.surface(all_weather, "Fast", "Eastwold (AW)") == "AW"
    assert titles.surface(all_weather, None, "Eastwold") == "AW"
    assert titles.surface(flat, "Fast", "Redwater Downs") == "Dirt"
    assert titles.surface(flat, "Good To Soft", "Hartlow") == "Turf"
    assert titles.surface(flat, "Splendid", "Hartlow") is None
    assert titles.course_name("Oldstead (GB) (ARO)") == "Oldstead"
    assert titles.course_name("Eastwold (AW) (ARO)") == "Eastwold (AW)"
    assert titles.course_name("Eastwold (AW)") == "Eastwold (AW)"
    assert titles.course_name("Ballymorrow (IRE)") == "Ballymorrow"
