"""The source's own codes: known ones are read, unknown ones fail their race by name."""

from __future__ import annotations

from typing import Any

import pytest

from extract.errors import UnknownCode
from extract.parse import codes, quantities
from tests.unit.parse.pages import Json, parse, race, row, rows, runner


@pytest.mark.parametrize(
    ("code", "race_type", "race_code", "surface"),
    [
        ("F", "Flat", "flat", "Turf"), ("X", "Flat", "flat", "AW"), ("H", "Hurdle", "hurdle", "Turf"),
        ("Y", "Hurdle", "hurdle", "AW"), ("C", "Chase", "chase", "Turf"), ("Z", "Chase", "chase", "AW"),
        ("U", "Chase", "chase", "Turf"), ("B", "NH Flat", "bumper", "Turf"), ("W", "NH Flat", "bumper", "Turf"),
        ("P", "Point-to-Point", "point-to-point", "Turf"), (None, None, None, "Turf"),
    ],
)  # fmt: skip
def test_race_types(code: str | None, race_type: str | None, race_code: str | None, surface: str) -> None:
    found = row(runner(1, "1"), header={"raceTypeCode": code})
    assert (found["race_type"], found["race_code"], found["surface"]) == (race_type, race_code, surface)
    assert found["race_type_code"] == code


@pytest.mark.parametrize(
    ("published", "stored", "position"),
    [("1", "1", 1), ("0", "0", None), (" 0 ", "0", None), ("WO", "WO", 1), ("pu", "PU", None), ("WDU", "WDU", None),
     ("12", "12", 12), ("DSQ", "DSQ", None)],
)  # fmt: skip
def test_outcomes(published: str, stored: str, position: int | None) -> None:
    found = row(runner(1, published))
    assert (found["outcome_code"], found["position"]) == (stored, position)


def test_a_walkover_is_a_win() -> None:
    (found,) = rows(runner(1, "WO"), details={"winningTime": None})
    assert (found["position"], found["prize"], found["total_beaten_lengths"]) == (1, 5446.0, 0.0)
    assert (found["finishing_time_secs"], found["is_dead_heat"]) == (None, False)


def test_an_unplaced_horse_finished_somewhere() -> None:
    last = rows(runner(1, "1"), runner(2, "2"), runner(3, "0", distanceToWinnerNative=9, beatenDistance="2"))[2]
    assert (last["position"], last["total_beaten_lengths"], last["prize"]) == (None, 9.0, None)


def test_a_disqualified_horse_with_a_number_has_no_position() -> None:
    found = rows(runner(1, "1"), runner(2, "2", isDisqualified=True), runner(3, "3"))[1]
    assert (found["position"], found["outcome_code"], found["is_disqualified"], found["prize"]) == (
        None,
        "2",
        True,
        None,
    )


@pytest.mark.parametrize("code", ["NR", "WDN"])
@pytest.mark.parametrize(
    ("declared", "told", "rows_expected", "non_runners"),
    [(3, [], 3, 0), (2, [], 2, 1), (2, [{"horseName": "Quill Number 3", "reason": "going"}], 2, 1)],
)
def test_a_horse_that_did_not_run_is_a_row_only_where_the_page_counts_it(
    code: str, declared: int, told: list[Json], rows_expected: int, non_runners: int
) -> None:
    page = race(runner(1, "1"), runner(2, "2"), runner(3, code), details={"numberOfRunners": declared}, nonRunners=told)
    found = parse(page).rows
    assert len(found) == found[0]["ran"] == rows_expected
    assert found[0]["non_runners"] == non_runners


@pytest.mark.parametrize(
    ("cloth", "number", "letter"),
    [
        (7, 7, None),
        ("7", 7, None),
        ("1A", 1, "A"),
        ("1a", 1, "A"),
        ("2 X", 2, "X"),
        (None, None, None),
        ("–", None, None),
    ],
)
def test_coupled_numbers_keep_their_letter(cloth: Any, number: int | None, letter: str | None) -> None:
    found = row(runner(1, "1", saddleClothNo=cloth))
    assert (found["saddlecloth_number"], found["saddlecloth_letter"]) == (number, letter)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [("$12,500", 12500.0, "USD"), ("¥110,000,000", 110e6, "JPY"), ("A$41,250", 41250.0, "AUD"), ("HK$1,026,000", 1026e3, "HKD"),
     ("€9,145", 9145.0, "EUR"), ("£697.40", 697.4, "GBP"), ("AED 5,000", 5000.0, "AED"), ("£ 300", 300.0, "GBP")],
)  # fmt: skip
def test_prizes_in_any_currency(text: str, amount: float, currency: str) -> None:
    found = row(runner(1, "1"), header={"prizes": [{"position": 1, "formatted": text}]})
    assert (found["prize"], found["prize_currency"]) == (amount, currency)


def test_the_tote_is_in_one_currency() -> None:
    tote = {"win": "HK$42.50", "exacta": "HK$1,204.00", "csf": "£88.10", "tricast": None, "trifecta": None}
    found = row(runner(1, "1"), details={"tote": tote})
    assert (found["tote_win"], found["tote_exacta"], found["tote_csf"]) == (42.5, 1204.0, None)
    assert found["tote_currency"] == "HKD"


@pytest.mark.parametrize(
    ("published", "sex", "colour"),
    [("b g", "G", "b"), ("gr/ro f", "F", "gr/ro"), ("b", None, "b"), ("ch", None, "ch"), ("m", "M", None),
     ("gr ro", None, "gr ro"), (None, None, None), ("", None, None), ("bl r", "R", "bl")],
)  # fmt: skip
def test_sex_and_colour(published: str | None, sex: str | None, colour: str | None) -> None:
    assert codes.sex_and_colour(published, "pedigree") == (sex, colour)


def test_a_horse_without_a_pedigree_is_kept() -> None:
    found = row(runner(1, "1", pedigree=None))
    pedigree = (
        "sex",
        "colour",
        "sire_id",
        "sire",
        "sire_country",
        "dam_id",
        "dam",
        "dam_country",
        "damsire_id",
        "damsire",
    )
    assert [found[name] for name in pedigree] == [None] * 10


@pytest.mark.parametrize(
    ("odds", "mark"), [("F", "F"), ("No OddsF", "F"), ("No Odds F", "F"), ("J", "J"), ("no oddsC", "C")]
)
def test_a_price_may_be_only_a_mark(odds: str, mark: str) -> None:
    found = row(runner(1, "1", odds=odds))
    assert (found["sp_fractional"], found["sp_decimal"], found["favourite_mark"]) == (None, None, mark)
    assert found["is_favourite"] is True


def test_without_price_and_mark_nobody_knows_the_favourite() -> None:
    assert [row(runner(1, "1", odds=odds))["is_favourite"] for odds in (None, "No Odds", "5/2", "5/2F")] == [
        None, None, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "code", "page"),
    [
        ("race type", "Q", race(header={"raceTypeCode": "Q"})),
        ("outcome", "XYZ", race(runner(1, "XYZ"))),
        ("outcome", "01", race(runner(1, "01"))),
        ("outcome", "100", race(runner(1, "100"))),
        ("currency", "¤", race(header={"prizes": [{"position": 1, "formatted": "¤500"}]})),
        ("currency", "Z$", race(details={"tote": {"win": "Z$3.40"}})),
        ("favourite mark", "G", race(runner(1, "1", odds="7/2G"))),
        ("favourite mark", "FJ", race(runner(1, "1", odds="FJ"))),
        ("sex", "x", race(runner(1, "1", pedigree={"colourSex": "b x"}))),
        ("beaten distance", "a whisker", race(runner(1, "1"), runner(2, "2", beatenDistance="a whisker"))),
    ],
)
def test_an_unknown_code_fails_its_race_by_kind_and_code(kind: str, code: str, page: Json) -> None:
    with pytest.raises(UnknownCode) as caught:
        parse(page)
    assert (caught.value.kind, caught.value.code) == (kind, code)
    assert UnknownCode.said_in(str(caught.value)) == (kind, code)


def test_a_reason_tells_its_code_also_when_the_code_is_odd() -> None:
    assert UnknownCode.said_in(str(UnknownCode("outcome", "it's\x00" + "x" * 99, "p"))) == (
        "outcome",
        "it?s?" + "x" * 25,
    )
    assert UnknownCode.said_in("The page is empty. Try again later.") is None


@pytest.mark.parametrize("page", [
    race(header={"going": "Splendid"}), race(runner(1, "1", headgear="zq")), race(header={"raceClass": "9"}),
    race(details={"fastSlow": "a remark"}), race(runner(1, "1", headgear="e/s1")),
])  # fmt: skip
def test_free_text_never_fails_a_race(page: Json) -> None:
    assert parse(page).status == "result"


def test_every_currency_is_an_iso_code() -> None:
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in codes.CURRENCIES.values())
    assert quantities.money("–") == (None, None)
