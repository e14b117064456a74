"""The facts of a race are written once; the hash is what the whole row gives."""

from __future__ import annotations

from hashlib import sha256

import pytest

from extract.contract import RESULTS, Record, Value
from extract.parse.facts import FACTS, FactsHash
from tests.unit.parse.pages import parse, race


def plainly(row: Record) -> str:
    """The hash `name=value` of every fact column in contract order."""
    facts = [column.name for column in RESULTS if column.role == "fact"]
    return sha256(
        "\x1f".join(f"{name}={'' if row[name] is None else row[name]}" for name in facts).encode()
    ).hexdigest()


def test_every_runner_has_the_hash_of_its_whole_row() -> None:
    rows = parse(race()).rows
    assert [row["facts_hash"] for row in rows] == [plainly(row) for row in rows]
    assert len({row["facts_hash"] for row in rows}) == 3


@pytest.mark.parametrize("value", ["100%", "%s", "%%", "%(a)s", "", None, 0, False, 2.5, "a\x1fb"])
@pytest.mark.parametrize("of_race", [True, False])
def test_any_value_is_written_as_it_is(value: Value, of_race: bool) -> None:
    shared = FACTS[:30]
    whole: Record = dict.fromkeys(FACTS, "x")
    whole["race_name" if of_race else "comment"] = value
    assert ("race_name" in shared, "comment" in shared) == (True, False)
    hashes = FactsHash({name: whole[name] for name in shared})
    assert hashes.of({name: whole[name] for name in FACTS if name not in shared}) == plainly(whole)


def test_the_columns_of_race_and_runner_are_told_apart_by_no_order() -> None:
    whole: Record = {name: number for number, name in enumerate(FACTS)}
    shared = {name: whole[name] for name in reversed(FACTS[::2])}
    assert FactsHash(shared).of({name: whole[name] for name in FACTS[1::2]}) == plainly(whole)
