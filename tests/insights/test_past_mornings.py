"""What changes past mornings: days looked at late, and runs withdrawn and restored. The marts follow, as if built anew."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.insights.conftest import FIRST, INPUTS, INSIGHTS, Built, Workshop
from tests.insights.test_form import keyed
from tests.pipeline.conftest import Project


@pytest.mark.weekly
def test_the_marts_follow_what_changes_past_mornings(built: Built, tmp_path_factory: pytest.TempPathFactory) -> None:
    lake = Built(Project(tmp_path_factory.mktemp("past"), insights="on"), built.compiled)
    scrape(lake.project, 4, 6, hours=7)
    lake.project.build("--exclude-resource-type", "test")
    scrape(lake.project, 7, 8, hours=7)
    last = max(lake.project.folder.glob("staging/slices/*/*.csv")).stem
    lake.project.build("--exclude-resource-type", "test")
    assert_as_built_anew(lake)
    scrape(lake.project, 0, 3, hours=24 * 6)  # days that no one had looked at
    lake.project.build("--exclude-resource-type", "test")
    assert_as_built_anew(lake)
    assert {row["known_by"] for row in lake.rows("fct_runner_form")} == {"observed", "assumed"}
    for command in ("withdraw", "restore"):
        lake.project.run("lake", command, last, "--reason", "a test")
        lake.project.build("--exclude-resource-type", "test")
        assert_as_built_anew(lake)


def scrape(project: Project, first: int, last: int, hours: int) -> None:
    """Scrape some days after the first, so long after the last of them."""
    until = FIRST + timedelta(days=last)
    as_of = datetime.combine(until + timedelta(days=1), datetime.min.time()) + timedelta(hours=hours)
    project.scrape(FIRST + timedelta(days=first), until, as_of, "--countries", "ire")


def assert_as_built_anew(lake: Built) -> None:
    """Compare every table of the insights with the same SQL on the tables that it rests on, worked out at once."""
    anew = Workshop({name: lake.project.table(name).scan().to_arrow() for name in INPUTS}).work_out(lake.compiled)
    for name in INSIGHTS:
        assert keyed(name, lake.rows(name)) == keyed(name, anew[name]), name
