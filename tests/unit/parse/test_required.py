"""Old pages lack much. What a page must have is one short list; all else may be absent or null, and is NULL."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from extract.contract import RESULTS, names
from extract.errors import ContractBroken
from extract.parse.required import REQUIRED
from tests.unit.parse.pages import Json, index, listed_race, meeting, parse, race, runner

DERIVED = {"finish_order", "is_dead_heat", "is_disqualified", "facts_hash"}


def members(node: Any, kind: str, *path: Any) -> Iterator[tuple[tuple[Any, ...], str, str]]:
    """Every member of a page, with the name its object has in the list of what is required."""
    for key, value in node.items():
        yield (*path, key), kind, key
        if isinstance(value, dict):
            yield from members(value, key, *path, key)
        for position, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, dict):
                yield from members(item, {"runners": "runner", "prizes": "prize"}.get(key, key), *path, key, position)


def page() -> Json:
    """One runner of everything, so that each member is there once."""
    return race(runner(1, "1"), header={"prizes": [{"position": 1, "formatted": "£5,446"}]})


EVERY = list(members(page(), "result"))
NEEDED = {("details", "numberOfRunners")} | {(kind, key) for kind, keys in REQUIRED.items() for key in keys}


@pytest.mark.parametrize("how", ["absent", "null"])
@pytest.mark.parametrize(("path", "kind", "key"), EVERY, ids=lambda value: str(value))
def test_a_member_is_required_or_may_be_missing(path: tuple[Any, ...], kind: str, key: str, how: str) -> None:
    bent = page()
    target: Any = bent
    for step in path[:-1]:
        target = target[step]
    if how == "absent":
        del target[path[-1]]
    else:
        target[path[-1]] = None
    if (kind, key) in NEEDED:
        with pytest.raises(ContractBroken):
            parse(bent)
    else:
        assert len(parse(bent).rows) == 1


def test_a_page_of_nothing_but_what_is_required_is_a_row_of_nulls() -> None:
    bare: Json = {
        "raceId": 4001, "raceDatetime": "2025-11-11T13:20:00+00:00", "header": {}, "details": {"numberOfRunners": 1},
        "runners": [{"horseUid": 5, "horseName": "Quill", "outcomeCode": "1"}],
    }  # fmt: skip
    (row,) = parse(bare).rows
    assert set(row) == set(names(RESULTS)) - {"run_id", "scraped_at", "fetched_at"}
    known = {name for name, value in row.items() if value is not None}
    assert known - DERIVED == {
        "country", "race_date", "race_id", "course_id", "course", "course_key", "off_time", "off_at", "race_name", "ran",
        "horse_id", "horse", "outcome_code", "position", "beaten_lengths", "total_beaten_lengths", "is_handicap",
    }  # fmt: skip


@pytest.mark.parametrize("key", listed_race(1))
@pytest.mark.parametrize("how", ["absent", "null"])
def test_the_same_of_a_listed_race(key: str, how: str) -> None:
    bent = copy.deepcopy(listed_race(1))
    if how == "absent":
        del bent[key]
    else:
        bent[key] = None
    found = index(meeting("GB", bent))
    assert bool(found.odd_for("gb")) == (key in REQUIRED["listed race"])
    assert len(found.races) == (key not in REQUIRED["listed race"])


@pytest.mark.parametrize("blank", ["", "  ", "–", "-"])
def test_a_blank_is_as_good_as_nothing(blank: str) -> None:
    with pytest.raises(ContractBroken, match=r"horseName .* it is required"):
        parse(race(runner(1, "1", horseName=blank)))
    assert parse(race(runner(1, "1", trainerName=blank, age="–"))).rows[0]["age"] is None
