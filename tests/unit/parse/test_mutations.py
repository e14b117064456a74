"""Rubbish in: correct rows or a typed error, never another exception, never fewer rows than declared."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.errors import ContractBroken
from extract.parse import parse_index_payload, parse_payload, parse_result
from extract.source.sample import World
from tests.conftest import listing_of

WORLD, LATER = World(), datetime(2025, 12, 1, tzinfo=UTC)
DAY = date(2025, 11, 15)
RESULTS = [data for race in WORLD.races(DAY, 1) if (data := WORLD.result(race.id, LATER)) is not None]
INDEX = WORLD.index(DAY, LATER)
ODD: list[Any] = [None, "", "–", 0, -1, 1e308, 2**70, True, [], {}, "x" * 50, "1/0", "£", [None], {"a": 1}, 1.5, "١"]


def paths(node: Any, prefix: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [prefix] if prefix else []
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        found += paths(child, (*prefix, key))
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
        match draw(st.sampled_from(["drop", "odd", "double"])):
            case "drop":
                del target[last]
            case "odd":
                target[last] = draw(st.sampled_from(ODD))
            case _:
                if isinstance(target, list):
                    target.append(target[last])
    return node


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_mutated_results(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(RESULTS))
    listed = listing_of(original)
    mutant = mutate(original, data.draw)
    try:
        result = parse_payload(json.dumps(mutant).encode(), listed)
    except ContractBroken:
        return
    if result.status == "result":
        assert len(result.rows) == int(mutant["details"]["numberOfRunners"]) == len(mutant["runners"])
        assert len({row["horse_id"] for row in result.rows}) == len(result.rows)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_mutated_indexes(data: st.DataObject) -> None:
    try:
        index = parse_index_payload(json.dumps(mutate(INDEX, data.draw)).encode(), DAY)
    except ContractBroken:
        return
    assert len({race.race_id for race in index.races}) == len(index.races)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=400))
def test_random_bytes(body: bytes) -> None:
    listed = listing_of(RESULTS[0])
    for page in (body, b'<script id="__NEXT_DATA__">' + body + b"</script>"):
        try:
            parse_result(page, listed)
        except ContractBroken:
            continue
        raise AssertionError("random bytes parsed")
