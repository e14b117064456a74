"""Rubbish in: rows that can be staged, or a typed error; never another exception, never fewer rows than declared.

Nothing but ContractBroken is caught here, so any other exception of the parser is a failure of the test.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.contract import RESULTS
from extract.errors import ContractBroken
from extract.parse import (
    ListedRace,
    RaceResult,
    index_payload,
    parse_index,
    parse_index_payload,
    parse_payload,
    parse_result,
)
from extract.parse.bounds import LIMITS
from extract.source.sample import World
from extract.source.sample.server import html
from extract.stage.dialect import encode
from tests.conftest import examples, listing_of
from tests.unit.parse import pages

WORLD, LATER = World(), datetime(2025, 12, 1, tzinfo=UTC)
DAY = date(2025, 11, 15)
RESULTS_SHOWN = [data for race in WORLD.races(DAY, 1) if (data := WORLD.result(race.id, LATER)) is not None]
RESULTS_SHOWN += [
    pages.race(),
    pages.race(
        pages.runner(1, "DSQ", isDisqualified=True),
        pages.runner(2, "1", beatenDistance="8", distanceToWinnerNative=8),
        pages.runner(3, "WDN"),
    ),
]
INDEX = [meeting | {"races": meeting["races"][:2]} for meeting in (WORLD.index(DAY, LATER) or [])[:4]]
DEEP: Any = []
for _ in range(400):
    DEEP = [DEEP]
ODD: list[Any] = [
    None, "", "–", 0, -1, -3, 1e308, -1e308, 2**31, 2**53, 2**70, 5_000_000_000, True, [], {}, "x" * 50, "9" * 5000, "1/0", "£", "$5",
    "¤5", "1A", "F", "DSQ", "WO", "NR", "0", [None], [{}], {"a": 1}, 1.5, "١", "a\x01b", "\ud800", "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00", "/profile/horse/" + "9" * 5000 + "/", DEEP, {"a": DEEP},
]  # fmt: skip
EXAMPLES = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def paths(node: Any, prefix: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [prefix] if prefix else []
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        found += paths(child, (*prefix, key)) if len(prefix) < 9 else []
    return found


def mutate(node: Any, draw: Any) -> Any:
    node = copy.deepcopy(node)
    for _ in range(draw(st.integers(1, 4))):
        every = paths(node)
        if not every:
            break
        *parents, last = draw(st.sampled_from(every))
        target = node
        for key in parents:
            target = target[key]
        match draw(st.sampled_from(["drop", "odd", "text", "number", "double"])):
            case "drop":
                del target[last]
            case "odd":
                target[last] = copy.deepcopy(draw(st.sampled_from(ODD)))  # a later step may change it
            case "text":
                target[last] = draw(st.text(max_size=12))
            case "number":
                target[last] = draw(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
            case _:
                if isinstance(target, list):
                    target.append(target[last])
    return node


def stageable(result: RaceResult) -> None:
    """Every row that was let through can be written, and every number fits its column."""
    lineage = dict.fromkeys(("run_id", "scraped_at", "fetched_at"))
    encode(RESULTS, [row | lineage for row in result.rows])
    for row in result.rows:
        for name, (low, high) in LIMITS.items():
            assert row[name] is None or low <= row[name] <= high  # type: ignore[operator]


def judge(payload: bytes, listed: ListedRace) -> RaceResult | None:
    try:
        result = parse_payload(payload, listed)
    except ContractBroken:
        return None
    stageable(result)
    return result


def with_each(node: Any) -> Iterator[Any]:
    """The page with every odd value in every place, one at a time, and with every member left out."""
    for path in paths(node):
        for value in (*ODD, ...):
            bent = copy.deepcopy(node)
            target = bent
            for key in path[:-1]:
                target = target[key]
            if value is ...:
                del target[path[-1]]
            else:
                target[path[-1]] = value
            yield bent


def test_every_odd_value_in_every_place_of_a_result() -> None:
    told = [{"horseName": "Idle Notion", "reason": "going"}]
    original = pages.race(pages.runner(1, "DSQ", isDisqualified=True), pages.runner(2, "1"), nonRunners=told)
    kept = sum(judge(json.dumps(bent).encode(), listing_of(original)) is not None for bent in with_each(original))
    assert kept > 1000  # most odd values are somewhere free text, or in members that are not read


def test_every_odd_value_in_every_place_of_an_index() -> None:
    original = [
        pages.meeting("GB", pages.listed_race(1), pages.listed_race(2)),
        pages.meeting("FR", pages.listed_race(3)),
    ]
    judged = 0
    for bent in with_each(original):
        try:
            index = parse_index_payload(json.dumps(bent).encode(), pages.DAY)
        except ContractBroken:
            continue
        judged += 1
        assert len({race.race_id for race in index.races}) == len(index.races)
        assert index.races or index.oddities or not any(part["races"] for part in bent)
    assert judged > 500


@settings(EXAMPLES, max_examples=examples(400))
@given(st.data())
def test_mutated_results(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(RESULTS_SHOWN))
    mutant = mutate(original, data.draw)
    result = judge(json.dumps(mutant).encode(), listing_of(original))
    if result and result.status == "result":
        assert len(result.rows) == int(mutant["details"]["numberOfRunners"]) <= len(mutant["runners"])
        assert len({row["horse_id"] for row in result.rows}) == len(result.rows)


@settings(EXAMPLES, max_examples=examples(200))
@given(st.data())
def test_mutated_indexes(data: st.DataObject) -> None:
    try:
        index = parse_index_payload(json.dumps(mutate(INDEX, data.draw)).encode(), DAY)
    except ContractBroken:
        return
    assert len({race.race_id for race in index.races}) == len(index.races)
    assert all(odd.reason for odd in index.oddities)


@settings(EXAMPLES, max_examples=examples(150))
@given(st.data())
def test_garbled_bytes(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(RESULTS_SHOWN))
    garbled = bytearray(json.dumps(original, ensure_ascii=data.draw(st.booleans())).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(garbled) - 1))
        garbled[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    judge(bytes(garbled), listing_of(original))


@settings(EXAMPLES, max_examples=examples(150))
@given(st.data())
def test_garbled_pages(data: st.DataObject) -> None:
    original = RESULTS_SHOWN[0]
    page = html("Results", {"raceResult": {"data": original}, "results": {"data": INDEX}}, "b")
    cut = data.draw(st.integers(0, len(page)))
    body = page[:cut] + data.draw(st.binary(max_size=30)) + (page[cut:] if data.draw(st.booleans()) else b"")
    for call in (lambda: stageable(parse_result(body, listing_of(original))), lambda: parse_index(body, DAY)):
        try:
            call()
        except ContractBroken:
            continue


MARKUP = st.lists(
    st.sampled_from([b"<", b"<!", b"<![", b"]]>", b"<!--", b"-->", b"<?", b"</script>", b"<title>", b"&#x110000;", b"&#0;", b"\xff",
                     b'<script id="__NEXT_DATA__">', b'{"props":', b"null", b"{}", b"}", b"</html>", b"\x00", b"<div" * 900])
).map(b"".join)  # fmt: skip


@settings(EXAMPLES, max_examples=examples(300))
@given(st.binary(max_size=400) | MARKUP)
def test_random_bytes(body: bytes) -> None:
    listed = listing_of(pages.race())
    for page in (body, b'<script id="__NEXT_DATA__">' + body + b"</script>"):
        for call in (lambda page=page: parse_result(page, listed), lambda page=page: index_payload(page)):
            try:
                call()
            except ContractBroken:
                continue
            raise AssertionError("random bytes parsed")


def test_markup_that_no_parser_takes_is_an_unexpected_page() -> None:
    with pytest.raises(ContractBroken, match="not even HTML"):
        index_payload(b'<![id="__NEXT_DATA__">{}</script>')
