"""MetricFlow reads the semantic model and answers with what SQL says."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from tests.pipeline.conftest import BIN, ROOT, Project

pytestmark = pytest.mark.weekly  # a lake of its own, and MetricFlow takes its time to start


def test_metricflow_answers_as_sql_does(project: Project, tmp_path: Path) -> None:
    project.scrape(date(2025, 4, 12), date(2025, 4, 13), datetime(2025, 4, 16, 6, tzinfo=UTC))
    project.build("--exclude-resource-type", "test", "unit_test")
    # it looks for dbt's target folder in the project's; so it gets a project folder of its own
    for path in ROOT.iterdir():
        if path.name not in {"target", "logs"}:
            (tmp_path / path.name).symlink_to(path)
    kept = {name: value for name, value in project.environment.items() if not name.startswith("DBT_")}
    environment = kept | {"DBT_PROFILES_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join([str(ROOT)])}
    metrics = "runs,strike_rate,place_rate,prb,profit,actual_over_expected"
    for command in (
        ("dbt", "--quiet", "parse"),
        ("mf", "query", "--metrics", metrics, "--group-by", "runner__country", "--csv", "answer.csv"),
    ):
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(project.folder / "warehouse" / "lake.duckdb"), read_only=True) as lake:
        said = lake.execute("""
            select country, count(*), avg(case when is_winner then 1.0 else 0 end), avg(case when is_placed then 1.0 when not is_placed then 0 end),
                avg(percent_rivals_beaten), sum(profit_at_sp),
                sum(case when fair_probability is not null then win_share end) / sum(fair_probability)
            from racing.fct_runners group by country
        """).fetchall()
    names = ["runs", "strike_rate", "place_rate", "prb", "profit", "actual_over_expected"]
    expected = {row[0]: dict(zip(names, map(float, row[1:]), strict=True)) for row in said}
    rows = csv.DictReader(io.StringIO((tmp_path / "answer.csv").read_text(encoding="utf-8")))
    answered = {row.pop("runner__country"): {name: float(value) for name, value in row.items()} for row in rows}
    assert len(answered) == 3
    assert answered == {country: pytest.approx(values) for country, values in expected.items()}
