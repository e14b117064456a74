"""Run the two commands as a user does: `extract` and `dbt build`, in processes of their own, in a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pyiceberg.table import Table

from extract.source.sample import World
from lake.iceberg.catalog import open_catalog
from tests.conftest import emptied
from tests.dbt_process import run_dbt

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
COUNTRIES = ("gb", "ire", "fr")
TABLES = ("scraped_races", "result_versions", "results")
LISTS = ("run_slices", "listed_races", "slice_decisions")
"""What the tables are built from: the runs, where races were listed, and which scrapes count."""
KEYS = {
    "scraped_races": ["race_id"],
    "result_versions": ["race_id", "horse_id", "scraped_at"],
    "results": ["race_id", "horse_id"],
    "run_slices": ["run_id", "country", "race_date"],
    "listed_races": ["race_id", "country", "race_date"],
    "slice_decisions": ["run_id", "country", "race_date"],
}


def sorted_frame(name: str, table: Table) -> pd.DataFrame:
    """A table's rows in order of key."""
    frame: pd.DataFrame = table.scan().to_pandas()
    return frame.sort_values(KEYS[name], ignore_index=True)


@dataclass
class Project:
    """A staging area and a warehouse of its own, worked on by the real commands."""

    folder: Path
    insights: str = "off"
    """Whether `dbt build` builds the form marts too: `on`; they have tests of their own."""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("EXTRACT_", "LAKE_", "DBT_"))}
        return kept | {
            "RACING_HOME": str(self.folder),
            "EXTRACT_STAGING": str(self.folder / "staging"),
            "LAKE_WAREHOUSE": str(self.folder / "warehouse"),
            "LAKE_INSIGHTS": self.insights,
            "DBT_PROFILES_DIR": str(ROOT),
            "DBT_PROJECT_DIR": str(ROOT),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "NO_COLOR": "1",
        }

    def run(self, *command: str, expect: int | None = 0) -> subprocess.CompletedProcess[str]:
        if command[0] == "dbt":
            done = run_dbt([*command[1:]], ROOT, self.environment)
        else:
            done = subprocess.run(
                [str(BIN / command[0]), *command[1:]],
                cwd=self.folder,
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=300,
                stdin=subprocess.DEVNULL,
            )
        if expect is not None:
            assert done.returncode == expect, (
                f"{command} gave {done.returncode}\n{done.stdout[-5000:]}\n{done.stderr[-3000:]}"
            )
        return done

    def extract(self, *options: str, expect: int | None = 0) -> subprocess.CompletedProcess[str]:
        return self.run("extract", *options, expect=expect)

    def scrape(self, first: date, last: date, as_of: datetime, *options: str, expect: int | None = 0) -> str:
        """Scrape dates of the sample world; where a list of races has shrunk, look again ten minutes later, as it takes."""
        done = self.extract(
            "--source", "sample", "--rate", "1000", "--from", str(first), "--to", str(last), "--as-of", as_of.isoformat(),
            *options, expect=None,
        )  # fmt: skip
        if expect == 0 and "it is believed when seen again" in " ".join(done.stdout.split()):
            done = self.extract("retry", "--as-of", (as_of + timedelta(minutes=10)).isoformat(), expect=None)
        assert expect is None or done.returncode == expect, done.stdout[-5000:] + done.stderr[-3000:]
        return done.stdout

    def build(self, *options: str, expect: int | None = 0) -> str:
        return self.run("dbt", "--quiet", "build", *options, expect=expect).stdout

    def table(self, name: str) -> Table:
        return open_catalog(self.folder / "warehouse").load_table(("racing", name))

    def frame(self, name: str) -> pd.DataFrame:
        """The table's rows in order of key, read from outside by PyIceberg and pandas."""
        return sorted_frame(name, self.table(name))

    def snapshots(self) -> dict[str, int]:
        return {name: len(self.table(name).snapshots()) for name in TABLES}

    def summary(self, name: str) -> dict[str, int]:
        snapshot = self.table(name).current_snapshot()
        assert snapshot is not None
        assert snapshot.summary is not None
        said = snapshot.summary.additional_properties
        return {kind: int(said[f"racing.rows-{kind}"]) for kind in ("inserted", "updated", "deleted")}


@dataclass(frozen=True)
class Truth:
    """What the world says of a week at a moment, computed without any of the code under test."""

    runners: dict[tuple[int, int], tuple[Any, ...]]
    races: dict[int, tuple[str, int]]


def truth(world: World, first: date, last: date, as_of: datetime) -> Truth:
    runners: dict[tuple[int, int], tuple[Any, ...]] = {}
    races: dict[int, tuple[str, int]] = {}
    for number in range((last - first).days + 1):
        day = date.fromordinal(first.toordinal() + number)
        for country in COUNTRIES:
            for race in world.truth(day, country, as_of):
                races[race.race_id] = (race.status, len(race.runners))
                if race.status == "result":
                    for runner in race.runners:
                        said = (
                            runner.outcome_code,
                            runner.official_rating,
                            runner.rpr,
                            runner.topspeed,
                            len(race.runners),
                        )
                        runners[race.race_id, runner.horse_id] = said
    return Truth(runners, races)


@pytest.fixture(scope="module")
def project(homes: Path) -> Project:
    return Project(emptied(homes / "module"))
