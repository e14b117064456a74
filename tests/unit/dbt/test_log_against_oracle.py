"""The log and the table against an oracle that knows no SQL: day by day, several days at once, out of order, and rebuilt."""

from __future__ import annotations

import os
import random
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt_process import run_dbt
from tests.unit.dbt.oracle import Slice
from tests.unit.dbt.staged_world import SLICES_OF_WORLD, StagedWorld

ROOT = Path(__file__).resolve().parents[3]
LOG = "select race_id, horse_id, strftime(scraped_at, '%Y-%m-%d %H:%M:%S'), change, official_rating, rpr, topspeed"


TABLES = ("scraped_races", "result_versions", "results")


@dataclass
class Lakehouse:
    """A warehouse of its own, built by dbt in a process of its own."""

    folder: Path
    name: str = "warehouse"

    @property
    def staging(self) -> Path:
        return self.folder / "staging"

    def run(self, *arguments: str, target: str = "target") -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "DBT_PROFILES_DIR": str(ROOT),
            "DBT_TARGET_PATH": str(self.folder / target),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "EXTRACT_STAGING": str(self.staging),
            "LAKE_WAREHOUSE": str(self.folder / self.name),
            "NO_COLOR": "1",
        }
        return run_dbt(["run", "--select", "+results", *arguments], ROOT, environment)

    def build(self, *arguments: str, allow: str = "all") -> str:
        # with other variables dbt parses the whole project anew, unless it has a folder for each
        target = re.sub(r"\W+", "_", f"target {self.name} {allow}")
        done = self.run("--vars", f"allow_shrink: {allow}", *arguments, target=target)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / self.name / "lake.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def log(self) -> list[tuple[Any, ...]]:
        return sorted(self.rows(f"{LOG} from racing.result_versions"), key=repr)

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        return {
            name: self.rows(f"select * exclude (loaded_at) from racing.{name} order by all")
            for name in TABLES
        } | {"slice_decisions": self.rows(
            "select * exclude (loaded_at, listed_at) from racing.slice_decisions order by all"
        )}  # fmt: skip


@pytest.fixture
def lakehouse(home: Path) -> Lakehouse:
    return Lakehouse(home)


def agree(lakehouse: Lakehouse, world: StagedWorld, allow: set[Slice] | None = None) -> None:
    """Compare with the oracle, after a build in which the losses of some slices were allowed (None: of all)."""
    world.oracle.build(allow)
    held = lakehouse.rows(
        "select strftime(scraped_at, '%Y-%m-%d %H:%M:%S'), country, race_date, rows_lost, rows_before "
        "from racing.slice_decisions where decision = 'held_back'"
    )
    assert sorted(held) == sorted((at, *place, *loss) for (at, place), loss in world.oracle.held.items())
    assert lakehouse.log() == sorted(world.oracle.log, key=repr)
    live = lakehouse.rows("select race_id, horse_id, official_rating, rpr, topspeed from racing.results")
    expected = [(*key, *ratings) for key, (there, _, ratings) in world.oracle.live.items() if there]
    assert sorted(live, key=repr) == sorted(expected, key=repr)


def test_log_and_table_are_what_the_oracle_says(lakehouse: Lakehouse) -> None:
    world = StagedWorld(lakehouse.staging, seed=20251111)
    world.scrape(everything=True)
    lakehouse.build()
    agree(lakehouse, world)
    for days in (1, 3):  # the second build takes in three runs at once
        for _ in range(days):
            world.pass_time()
            world.scrape()
        lakehouse.build()
        agree(lakehouse, world)
    daily = lakehouse.tables()
    lakehouse.build("--full-refresh")
    agree(lakehouse, world)
    assert lakehouse.tables() == daily


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 1 + int(os.environ.get("SOAK_ORDERS", "1"))))
def test_any_order_of_arrival_comes_to_the_same_tables(lakehouse: Lakehouse, seed: int) -> None:
    """Runs committed late, mended, withdrawn and restored; large losses held back, and some of them allowed."""
    world, chance = StagedWorld(lakehouse.staging, seed), random.Random(seed)
    runs, late = [world.scrape(everything=True)], []
    for number in range(5):
        for _ in range(chance.randint(1, 3)):
            world.pass_time(gently=True)
            at, commit = world.begin()
            if chance.random() < 0.4:
                late.append((at, commit))
            else:
                commit()
                runs.append(at)
        if late and chance.random() < 0.6:
            at, commit = late.pop(chance.randrange(len(late)))
            commit()
            runs.append(at)
        if number:
            world.mend(chance.choice(runs))
            withdrawn = sorted(world.oracle.withdrawn)
            if withdrawn and chance.random() < 0.5:
                world.decide(withdrawn[0], "restored")
            else:
                world.decide(chance.choice(runs), "withdrawn")
        allow = {SLICES_OF_WORLD[0]} if number == 2 else set()
        lakehouse.build(allow=f"[{' '.join(map(str, SLICES_OF_WORLD[0]))}]" if allow else "[]")
        agree(lakehouse, world, allow)
    daily = lakehouse.tables()
    lakehouse.build("--full-refresh", allow="[]")
    assert lakehouse.tables() == daily
    anew = Lakehouse(lakehouse.folder, "another_warehouse")
    anew.build(allow="[]")
    world.oracle.allowed.clear()
    agree(anew, world, set())


def test_a_slice_that_would_lose_a_fifth_is_held_back_alone(lakehouse: Lakehouse) -> None:
    world = StagedWorld(lakehouse.staging, seed=1)
    world.scrape(everything=True)
    lakehouse.build()
    place = world.races[1].slice
    for race in world.races.values():
        if race.slice == place:
            race.runners.clear()
        else:
            race.runners = {horse: (1, ratings) for horse, (_, ratings) in race.runners.items()}
    world.scrape(everything=True)

    said = lakehouse.build(allow="[]")

    assert f"Held back: {place[0]} {place[1]}, run" in said
    assert f"dbt build --vars 'allow_shrink: [{place[0]} {place[1]}]'" in said
    agree(lakehouse, world, set())
    assert next(iter(world.oracle.held))[1] == place
    assert any(change[3] == "update" for change in lakehouse.log())
    world.scrape(everything=True)  # the same loss again is held back again, though one of them is there already
    lakehouse.build(allow="[]")
    agree(lakehouse, world, set())
    assert len(world.oracle.held) == 2

    lakehouse.build(allow=f"{place[0]}:{place[1]}")

    agree(lakehouse, world, {place})
    assert world.oracle.held == {}
    daily = lakehouse.tables()
    said = lakehouse.build("--full-refresh", allow="[]")
    assert "Held back" not in said
    assert lakehouse.tables() == daily


def test_a_slice_held_back_goes_through_with_the_next_good_scrape(lakehouse: Lakehouse) -> None:
    world = StagedWorld(lakehouse.staging, seed=1)
    world.scrape(everything=True)
    kept = {race_id: dict(race.runners) for race_id, race in world.races.items()}
    for race in world.races.values():
        race.runners.clear()
    world.scrape(everything=True)
    assert "Held back" in lakehouse.build(allow="[]")
    for race_id, race in world.races.items():
        race.runners = kept[race_id]
    world.scrape(everything=True)
    assert "Held back" not in lakehouse.build(allow="[]")
    agree(lakehouse, world, set())
    assert len(lakehouse.log()) == 45


def test_a_small_loss_goes_through_and_is_named(lakehouse: Lakehouse) -> None:
    world = StagedWorld(lakehouse.staging, seed=1)
    for race in world.races.values():
        race.slice = SLICES_OF_WORLD[0]
    world.scrape(everything=True)
    lakehouse.build()
    world.races[1].status = "gone"
    world.scrape(everything=True)
    said = lakehouse.build(allow="[]")
    assert "Doubtful: gb 2025-11-11, run" in said
    assert "loses 5 of 45 runners (races gone: 1," in said
    assert len(lakehouse.rows("select * from racing.results")) == 40
    assert "Doubtful" not in lakehouse.build(allow="[]")


def test_runners_that_moved_away_do_not_hide_a_loss(lakehouse: Lakehouse) -> None:
    """Eight races of nine move to another date; then two of the five runners left behind vanish."""
    world = StagedWorld(lakehouse.staging, seed=1)
    stays, *moving = world.races.values()
    for race in world.races.values():
        race.slice = SLICES_OF_WORLD[0]
    world.scrape(everything=True)
    for race in moving:
        race.slice = SLICES_OF_WORLD[1]
    world.scrape(everything=True)
    for horse_id in list(stays.runners)[:2]:
        del stays.runners[horse_id]
    world.scrape(everything=True)
    assert "would lose 2 of 5 runners" in lakehouse.build(allow="[]")
    agree(lakehouse, world, set())


def test_half_a_page_of_a_small_field_is_held_back(lakehouse: Lakehouse) -> None:
    """A small part of the slice, and still a result: what a page that was cut looks like."""
    world = StagedWorld(lakehouse.staging, seed=1)
    for race in world.races.values():
        race.slice = SLICES_OF_WORLD[0]
    world.scrape(everything=True)
    for horse_id in list(world.races[1].runners)[:3]:
        del world.races[1].runners[horse_id]
    world.scrape(everything=True)
    assert "would lose 3 of 45 runners (races gone: 0, races that lose half or more: 1)" in lakehouse.build(allow="[]")
    agree(lakehouse, world, set())


def test_runs_that_left_staging_stop_the_build_that_needs_them(lakehouse: Lakehouse) -> None:
    world = StagedWorld(lakehouse.staging, seed=1)
    first = world.scrape(everything=True)
    lakehouse.build()
    before = lakehouse.tables()
    files = {path: path.read_bytes() for path in lakehouse.staging.rglob("*.csv")}
    for path in files:
        path.unlink()
    lakehouse.build()  # nothing new: nothing to work out
    assert lakehouse.tables() == before
    world.pass_time()
    world.scrape(everything=True)
    for arguments in ((), ("--full-refresh",)):
        stopped = lakehouse.run(*arguments)
        assert stopped.returncode != 0
        assert "1 run(s) that the tables are built from are no longer in staging" in stopped.stdout
        assert {k: v for k, v in lakehouse.tables().items() if k in TABLES} == {k: before[k] for k in TABLES}
    world.decide(first, "withdrawn")
    lakehouse.build()
    agree(lakehouse, world)


def test_allow_shrink_names_slices(lakehouse: Lakehouse) -> None:
    StagedWorld(lakehouse.staging, seed=1).scrape(everything=True)
    refused = lakehouse.run("--vars", "allow_shrink: [yesterday]")
    assert refused.returncode != 0
    assert "allow_shrink takes slices, not yesterday" in refused.stdout


def test_a_loss_is_found_where_a_race_moved_between_slices_that_were_scraped_once_each(lakehouse: Lakehouse) -> None:
    """Nothing else is compared in a slice that was scraped once: its rows are not even read."""
    world = StagedWorld(lakehouse.staging, seed=5)
    here, _, there = SLICES_OF_WORLD
    for race in world.races.values():
        race.slice = here
    world.scrape(everything=True, only=[here])
    moved = world.races[1]
    moved.slice, moved.runners = there, dict(list(moved.runners.items())[:2])
    world.scrape(everything=True, only=[there])
    lakehouse.build(allow="[]")
    agree(lakehouse, world, set())
    assert lakehouse.rows("select country, rows_lost, races_halved from racing.slice_decisions order by all") == [
        ("fr", 3, 1),
        ("gb", 0, 0),
    ]
