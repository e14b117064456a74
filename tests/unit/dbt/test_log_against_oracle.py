"""The log and the table against an oracle that knows no SQL: day by day, several days at once, and rebuilt."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.unit.dbt.staged_world import SLICES_OF_WORLD, StagedWorld

ROOT = Path(__file__).resolve().parents[3]
LOG = "select race_id, horse_id, strftime(scraped_at, '%Y-%m-%d %H:%M:%S'), change, official_rating, rpr, topspeed"


@dataclass
class Lakehouse:
    """A warehouse of its own, built by dbt in a process of its own."""

    folder: Path

    @property
    def staging(self) -> Path:
        return self.folder / "staging"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).parent / "dbt"), "run", "--select", "+results", *arguments]
        environment = os.environ | {
            "DBT_PROFILES_DIR": str(ROOT),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "EXTRACT_STAGING": str(self.staging),
            "LAKE_WAREHOUSE": str(self.folder / "warehouse"),
        }
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    def build(self, *arguments: str) -> None:
        done = self.run("--vars", "allow_shrink: true", *arguments)
        assert done.returncode == 0, done.stdout

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "warehouse" / "lake.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def log(self) -> list[tuple[Any, ...]]:
        return sorted(self.rows(f"{LOG} from racing.result_versions"), key=repr)


@pytest.fixture
def lakehouse(tmp_path: Path) -> Lakehouse:
    return Lakehouse(tmp_path)


def agree(lakehouse: Lakehouse, world: StagedWorld) -> None:
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
    incremental = lakehouse.rows("select * exclude (loaded_at) from racing.result_versions order by all")
    table = lakehouse.rows("select * exclude (loaded_at) from racing.results order by all")
    lakehouse.build("--full-refresh")
    agree(lakehouse, world)
    assert lakehouse.rows("select * exclude (loaded_at) from racing.result_versions order by all") == incremental
    assert lakehouse.rows("select * exclude (loaded_at) from racing.results order by all") == table


def test_a_build_that_would_lose_a_fifth_of_a_slice_stops(lakehouse: Lakehouse) -> None:
    world = StagedWorld(lakehouse.staging, seed=1)
    world.scrape(everything=True)
    lakehouse.build()
    before = lakehouse.log()
    place = world.races[1].slice
    for race in world.races.values():
        if race.slice == place:
            race.runners.clear()
    world.scrape(everything=True)

    stopped = lakehouse.run()

    assert stopped.returncode != 0
    assert f"{place[0]} {place[1]}" in stopped.stdout
    assert "allow_shrink: true" in stopped.stdout
    assert lakehouse.log() == before
    lakehouse.build()
    agree(lakehouse, world)


def test_runners_that_moved_away_do_not_hide_a_loss(lakehouse: Lakehouse) -> None:
    """Eight races of nine move to another date; then two of the five runners left behind vanish."""
    world = StagedWorld(lakehouse.staging, seed=1)
    stays, *moving = world.races.values()
    for race in world.races.values():
        race.slice = SLICES_OF_WORLD[0]
    world.scrape(everything=True)
    lakehouse.build()
    for race in moving:
        race.slice = SLICES_OF_WORLD[1]
    world.scrape(everything=True)
    lakehouse.build()
    for horse_id in list(stays.runners)[:2]:
        del stays.runners[horse_id]
    world.scrape(everything=True)

    stopped = lakehouse.run()

    assert stopped.returncode != 0
    assert "(2 of 5 rows)" in stopped.stdout
