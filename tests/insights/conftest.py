"""A small lake with form marts, made by the real commands; and the same SQL worked out on tables of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import duckdb
import pyarrow as pa
import pytest

from tests.insights.known import SEEDS, Row
from tests.insights.truth import MARTS
from tests.pipeline.conftest import Project

FIRST = date(2025, 11, 5)
SCRAPES = ((4, 4, time(7)), (4, 8, time(11)), (6, 11, time(7)))
"""How many days each scrape reads, how many days after the first it does, and when: some days are looked at late, most again,
and one scrape comes too late for its morning."""
INSIGHTS = ("int_runs_as_known", "int_runners_to_judge", *MARTS, "fct_draw_bias")
INPUTS = ("result_versions", "results", "slice_decisions", "listed_races")


def scrape(project: Project, number: int) -> None:
    """Make one of the scrapes."""
    length, days, at = SCRAPES[number]
    until = FIRST + timedelta(days=days - 1)
    as_of = datetime.combine(until + timedelta(days=1), at, UTC)
    project.scrape(until - timedelta(days=length - 1), until, as_of, "--countries", "ire")


@dataclass(frozen=True)
class Built:
    """The lake after its scrapes, and the SQL of the insights as it builds them anew."""

    project: Project
    compiled: Mapping[str, str]

    def rows(self, name: str) -> list[Row]:
        """The rows of a table."""
        found: list[Row] = self.project.table(name).scan().to_arrow().to_pylist()
        return found

    def inputs(self) -> dict[str, pa.Table]:
        """The tables that the insights rest on."""
        return {name: self.project.table(name).scan().to_arrow() for name in INPUTS}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Three scrapes, a build after each."""
    project = Project(tmp_path_factory.mktemp("insights"), insights="on")
    for number in range(len(SCRAPES)):
        scrape(project, number)
        project.build(*(["--exclude-resource-type", "test"] if number < len(SCRAPES) - 1 else []))
    whole = ("path:dbt_project/models/insights", "path:dbt_project/analyses")
    few = ("--vars", "{min_runs: 1}")  # for the questions: this lake is small
    project.run("dbt", "--quiet", "compile", "--full-refresh", "--select", *whole, *few)
    folder = project.folder / "target" / "compiled" / "racing_lakehouse" / "dbt_project" / "models" / "insights"
    return Built(project, {name: (folder / f"{name}.sql").read_text(encoding="utf-8") for name in INSIGHTS})


class Workshop:
    """A database in memory in which the insights are worked out from given tables."""

    def __init__(self, inputs: Mapping[str, pa.Table]) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as lake; create schema lake.racing")
        for name, table in inputs.items():
            self.connection.register("given", table)
            self.connection.execute(f"create table lake.racing.{name} as select * from given")
            self.connection.unregister("given")
        for path in SEEDS.glob("*.csv"):
            self.connection.execute(
                f"create table lake.racing.{path.stem} as select * from read_csv(?, header=true)", [str(path)]
            )

    def work_out(self, compiled: Mapping[str, str], names: Iterable[str] = INSIGHTS) -> dict[str, list[Row]]:
        """Return the rows of each of the insights, in the order of their rooms."""
        for name in INSIGHTS:
            if name in names:
                sql = re.sub(r'"lake"\."racing"\."(\w+)"', r"lake.racing.\1", compiled[name])
                self.connection.execute(f"create or replace table lake.racing.{name} as {sql}")
        return {name: self.connection.table(f"lake.racing.{name}").to_arrow_table().to_pylist() for name in names}
