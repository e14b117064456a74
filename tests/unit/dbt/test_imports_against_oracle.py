"""Imports and scrapes in any order: the log and the table against the oracle, daily and rebuilt."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.unit.dbt.staged_world import StagedWorld
from tests.unit.dbt.test_log_against_oracle import Lakehouse, agree

SEEDS = range(1, 1 + int(os.environ.get("SOAK_ORDERS", "1")))


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_imports_in_any_order_come_to_the_same_tables(home: Path, seed: int) -> None:
    """Imports dated before, between and after scrapes; late scrapes; both withdrawn and restored."""
    lakehouse = Lakehouse(home)
    world, chance = StagedWorld(lakehouse.staging, seed), random.Random(seed)
    runs, late = [at for at in (world.import_rows(),) if at], []
    for number in range(4):
        for _ in range(chance.randint(1, 3)):
            world.pass_time(gently=True)
            at, commit = world.begin()
            if chance.random() < 0.4:
                late.append((at, commit))
            else:
                commit()
                runs.append(at)
            if chance.random() < 0.7 and (imported := world.import_rows()):
                runs.append(imported)
        if late and number:
            at, commit = late.pop(chance.randrange(len(late)))
            commit()
            runs.append(at)
        if number:
            withdrawn = sorted(world.oracle.withdrawn)
            if withdrawn and chance.random() < 0.5:
                world.decide(withdrawn[0], "restored")
            else:
                world.decide(chance.choice(runs), "withdrawn")
        allow = "[]" if number % 2 else "all"
        # files by their names, or, with more than a few, the view of all of them: it is the same
        lakehouse.build(allow=f"{allow}\nmost_files: {chance.choice([0, 20, 10000])}")
        agree(lakehouse, world, set() if allow == "[]" else None)
    daily = lakehouse.tables()
    lakehouse.build("--full-refresh", allow="[]")
    assert lakehouse.tables() == daily
    anew = Lakehouse(lakehouse.folder, "another_warehouse")
    anew.build(allow="[]")
    world.oracle.allowed.clear()
    agree(anew, world, set())


def test_a_scrape_wins_over_an_import_whatever_the_times_say(home: Path) -> None:
    """One import dated before the scrape and one dated after it: the table is what the scrape shows."""
    lakehouse = Lakehouse(home)
    world = StagedWorld(lakehouse.staging, seed=3)
    world.import_rows(day=-2)
    lakehouse.build(allow="[]")
    agree(lakehouse, world, set())
    assert lakehouse.rows("select count(*) from racing.results")[0][0] > 10
    world.scrape(everything=True)
    world.import_rows(day=5)
    lakehouse.build(allow="all")
    agree(lakehouse, world)
    assert lakehouse.rows("select count(*) from racing.results") == [(45,)]
    assert lakehouse.rows("select count(*) from racing.result_versions where scraped_at > '2025-11-13'") == [(0,)]
    assert {change for (*_, change, _, _, _) in lakehouse.log()} >= {"insert", "update"}
