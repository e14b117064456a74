"""Values that no column can hold, or that are no figures of the sport, fail their race and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extract.contract import RESULTS
from extract.errors import ContractBroken
from extract.parse import index_payload, parse_index_payload, parse_payload, parse_result
from extract.parse.bounds import BY_TYPE, LIMITS, PLAUSIBLE, check
from tests.unit.parse.pages import DAY, Json, listed_as, parse, race, runner


@pytest.mark.parametrize(
    "page",
    [
        race(runner(1, "1", age=5_000_000_000)), race(runner(1, "1", age=41)), race(runner(1, "1", age=-1)),
        race(runner(1, "1", age=10**30)), race(runner(1, "1", age=True)), race(runner(1, "1", age=4.5)),
        race(runner(1, "1", horseUid="9" * 5000)), race(runner(1, "1", horseUid=2**64)), race(runner(1, "1", horseUid=0)),
        race(runner(1, "1", jockeyUrl="/profile/jockey/" + "9" * 5000 + "/tam/")),
        race(runner(1, "1", weightCarriedLbs=-3)), race(runner(1, "1", weightCarriedLbs=900)), race(runner(1, "1", drawLabel="(61)")),
        race(runner(1, "1", saddleClothNo="9" * 5000)), race(runner(1, "1", saddleClothNo=10**12)),
        race(runner(1, "1", overWeight=-1)), race(runner(1, "1", officialRating="9999")), race(runner(1, "1", rpRating="9" * 5000)),
        race(runner(1, "1", odds="9" * 5000 + "/1")), race(runner(1, "1"), runner(2, "2", distanceToWinnerNative=1e200)),
        race(header={"distanceYard": -220}), race(header={"distanceYard": 50_000}), race(details={"winningTime": "99m 0.00s"}),
        race(header={"prizes": [{"position": 1, "formatted": "£" + "9" * 400}]}), race(details={"totalSp": "9" * 400 + "%"}),
        race(localRaceDatetime="0001-01-01T00:00:00+00:00"), race(raceDatetime="9999-12-31T23:59:00-14:00"),
    ],
    ids=lambda page: json.dumps(page)[-40:],
)  # fmt: skip
def test_a_value_out_of_range_fails_its_race(page: Json) -> None:
    with pytest.raises(ContractBroken) as caught:
        parse(page)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(("bent", "column"), [
    ({"age": 0}, "age"), ({"weightCarriedLbs": 0, "weightStones": 0, "weightPounds": 0}, "weight_lbs"),
    ({"saddleClothNo": 0}, "saddlecloth_number"), ({"drawLabel": "(0)"}, "draw"), ({"jockeyUrl": "/profile/jockey/0/"}, "jockey_id"),
])  # fmt: skip
def test_zero_of_what_cannot_be_none_is_not_recorded(bent: Json, column: str) -> None:
    assert parse(race(runner(1, "1", **bent))).rows[0][column] is None


@pytest.mark.parametrize("letter", ["\x00", "\x01", "\x07", "\x1b", "\x7f"])
def test_a_control_character_fails_its_race(letter: str) -> None:
    with pytest.raises(ContractBroken, match="without control characters"):
        parse(race(runner(1, "1", comment={"comment": f"held {letter} up", "bettingMovements": None})))


def test_other_odd_letters_are_kept() -> None:
    comment = "d\x92ailleurs\u200b – très bien\u00a0¾l \U0001f40e"
    said = parse(race(runner(1, "1", comment={"comment": comment}))).rows[0]["comment"]
    assert said == comment.replace("\u00a0", " ")


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize("depth", [300, 900, 5000, 200_000])
def test_deep_nesting_is_an_error_like_any_other(depth: int) -> None:
    deep, listed = nested(depth), listed_as(race())
    page = json.dumps(race(runner(1, "1", age="HERE"))).encode().replace(b'"HERE"', deep)
    shell = b'{"props":{"pageProps":{"initialState":{"raceResult":{"data":%s},"results":{"data":%s}}}}}' % (deep, deep)
    html = b'<script id="__NEXT_DATA__">' + shell + b"</script></html>"
    for call in (
        lambda: parse_payload(page, listed), lambda: parse_payload(deep, listed), lambda: parse_result(html, listed),
        lambda: parse_index_payload(b'{"a":' + deep + b"}", DAY), lambda: index_payload(html),
    ):  # fmt: skip
        with pytest.raises(ContractBroken):
            call()
    meetings = b'[{"courseName":%s}]' % deep
    if depth < 1000:
        assert parse_index_payload(meetings, DAY).odd_for("gb")


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"a": "\xc3"}', b'{"a": "\\ud800"}', b"", b"nul", b"1e999", b"[1,]"])
def test_bytes_that_are_no_json(body: bytes) -> None:
    with pytest.raises(ContractBroken):
        parse_payload(body, listed_as(race()))


def test_every_number_of_the_contract_has_limits_within_its_type() -> None:
    numbers = {column.name: column.type for column in RESULTS if column.type in BY_TYPE}
    assert set(LIMITS) == set(numbers)
    assert set(PLAUSIBLE) <= set(numbers)
    for name, (low, high) in LIMITS.items():
        assert BY_TYPE[numbers[name]][0] <= low < high <= BY_TYPE[numbers[name]][1]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**31, "5"])
def test_check_names_the_column_and_its_range(value: Any) -> None:
    with pytest.raises(ContractBroken, match=r"runners\[0\], age is .* from 1 to 40"):
        check({"age": value}, "runners[0]")
    assert check({"age": 5, "horse": "Quill", "draw": None}, "x") == {"age": 5, "horse": "Quill", "draw": None}
