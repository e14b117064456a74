"""Every singular test of the project sees the fault that it is there for: faults are planted in built tables."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from tests.pipeline.conftest import ROOT, Project

pytestmark = pytest.mark.long

DAY = date(2025, 5, 10)
TESTS = {path.stem for path in (ROOT / "tests" / "dbt").glob("*.sql")}

PLANTED = {
    # a runner is gone from one race, another race has two winners, a third names a run that never was and a going unheard of
    "results": """
        select * replace (
            case when race_id = {races[1]} and position = 2 then 1 else position end as position,
            case when race_id = {races[2]} then '20200101T000000000000Z' else run_id end as run_id,
            case when race_id = {races[2]} then 'Unheard Of' else going end as going
        )
        from rows where not (race_id = {races[0]} and position = 1)
    """,
    # a race is not there, and the index counted one more in another
    "scraped_races": """
        select * replace (index_runners + case when race_id = {races[2]} then 1 else 0 end as index_runners)
        from rows where race_id <> {races[3]}
    """,
    # a runner's history begins with an update
    "result_versions": """
        select * replace (case when race_id = {races[1]} then 'update' else change end as change) from rows
    """,
    # the newest scrape of a slice is one that is not believed
    "slice_decisions": """
        select * replace (case when country = 'ire' then 'held_back' else decision end as decision) from rows
    """,
}


def plant(project: Project, name: str, query: str, races: list[int]) -> None:
    table = project.table(name)
    rows = table.scan().to_arrow()  # noqa: F841 - DuckDB finds it by its name
    changed = duckdb.sql(query.format(races=races)).to_arrow_table()
    table.overwrite(changed.cast(table.schema().as_arrow()))


def failures(project: Project) -> dict[str, int]:
    project.run("dbt", "--quiet", "test", "--select", "test_type:singular", expect=None)
    results = json.loads((project.folder / "target" / "run_results.json").read_text())["results"]
    return {result["unique_id"].split(".")[2]: int(result["failures"]) for result in results}


def test_every_singular_test_can_fail(home: Path) -> None:
    project = Project(home)
    project.scrape(DAY, DAY, datetime(2025, 5, 20, 6, tzinfo=UTC))
    project.build()
    good = failures(project)
    frame = project.frame("results")
    races = [int(race_id) for race_id in frame[(frame["country"] == "gb") & (frame["position"] == 2)]["race_id"][:4]]
    assert len(set(races)) == 4
    for name, query in PLANTED.items():
        plant(project, name, query, races)
    spoiled = failures(project)
    assert {name for name in TESTS if spoiled[name] <= good[name]} == set()
