"""The daily run on Athena: staged in S3, built on Trino, equal to the embedded engine. One account, step after step."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pandas as pd
import pytest

from tests.athena.account import Account
from tests.athena.parity import MARTS, Week, assert_same, assert_same_views, morning
from tests.pipeline.conftest import LISTS, ROOT, TABLES, Project
from tests.pipeline.test_daily_run import as_truth
from tests.questions import QUESTIONS, WITHOUT_FORM, compiled

PROJECT = ROOT / "dbt_project"
MODELS = {
    path.stem for path in (PROJECT / "models").rglob("*.sql") if path.parent.name not in {"insights", "entities"}
} | {path.stem for path in (PROJECT / "seeds").glob("*.csv")}
"""All but the form marts, which this account's builds leave out."""


@pytest.fixture(scope="module")
def account(new_account: Callable[[], Account]) -> Account:
    return new_account()


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("embedded"))


def scrape(account: Account, embedded: Project, week: Week, days: int) -> None:
    """The week as seen some mornings later, staged in S3, and the same files in a folder."""
    account.extract(morning(week.last, days), "--days", "7", "--until", str(week.last)).ok()
    account.copy_staging(embedded.folder / "staging")


def test_first_scrape_registers_its_tables(account: Account, embedded: Project, week: Week) -> None:
    scrape(account, embedded, week, 1)
    table = account.glue.get_table(DatabaseName=account.staging_schema, Name="slices")["Table"]
    assert table["Parameters"]["projection.scraped_on.range"] == f"{week.last + timedelta(days=1)},NOW+1DAYS"
    said = account.run("extract", "register").ok().output
    assert said.count("unchanged") == 4


def test_first_build_runs_every_model_and_test_on_trino(account: Account, embedded: Project, week: Week) -> None:
    started = len(account.queries())
    ran = account.build().ok()
    assert set(account.tables()) == MODELS
    assert account.leftovers() == []
    assert as_truth(account.frame("results")) == week.seen(1).runners
    assert account.snapshots() == dict.fromkeys(TABLES, 1)
    tests = re.search(r"(\d+) data tests", ran.output)
    assert tests
    assert int(tests[1]) > 50
    on_trino = [line for line in account.queries()[started:] if re.search(r"trino=\d{8}_\d{6}_\d{5}", line)]
    assert len([line for line in on_trino if " SELECT " in line]) >= int(tests[1])
    assert len([line for line in on_trino if " CREATE_TABLE_AS_SELECT " in line]) == len(TABLES + LISTS)
    embedded.build("--exclude-resource-type", "test", "unit_test")  # its tests pass on these rows on Trino
    assert_same(account, embedded)


def test_building_again_writes_nothing(account: Account) -> None:
    account.dbt("run").ok()
    assert account.snapshots() == dict.fromkeys(TABLES, 1)
    assert account.leftovers() == []


def test_later_scrape_makes_one_snapshot_and_the_engines_agree(account: Account, embedded: Project, week: Week) -> None:
    move_a_runner_that_is_about_to_change(account, week)
    scrape(account, embedded, week, 4)
    before, started = account.snapshots(), len(account.queries())
    account.build().ok()
    merges = [line for line in account.queries()[started:] if " MERGE " in line]
    assert len(merges) == len(TABLES) + 2  # every race was listed before, so that list stays
    assert account.snapshots() == {name: count + 1 for name, count in before.items()}
    assert account.leftovers() == []
    assert len(account.frame("results")) == len(week.seen(4).runners)
    assert as_truth(account.frame("results")) == week.seen(4).runners
    embedded.run("dbt", "--quiet", "run")
    assert_same(account, embedded)
    rows = assert_same_views(account, embedded, MARTS)
    assert rows["fct_corrections"] > 500
    assert rows["day_status"] == 21


def move_a_runner_that_is_about_to_change(account: Account, week: Week) -> None:
    """Put one row of the table on another date, in another year, than the scrape to come says.

    The merge must find it there, though it looks at the dates it touches only: else the runner would be inserted twice.
    """
    before, after = week.seen(1).runners, week.seen(4).runners
    race_id, horse_id = next(key for key in before if key in after and before[key] != after[key])
    account.sql(
        f"update {account.schema}.results set race_date = race_date - interval '1' year "
        f"where race_id = {race_id} and horse_id = {horse_id}"
    )


def test_trino_reads_what_pyiceberg_reads(account: Account) -> None:
    counted = account.sql(f'select count(*), count(rpr), sum(weight_lbs) from "{account.schema}"."results"')
    frame = account.frame("results")
    assert counted == [(str(len(frame)), str(frame["rpr"].count()), str(int(frame["weight_lbs"].sum())))]


def test_daily_merge_is_told_the_dates_it_touches(account: Account, week: Week) -> None:
    text = (account.folder / "logs" / "dbt.log").read_text(encoding="utf-8")
    told = set(re.findall(r"target\.race_date between date '(\S+)' and date '(\S+)'", text))
    assert {end for _, end in told} <= {str(week.last - timedelta(days=days)) for days in range(7)}
    assert min(first for first, _ in told) < str(week.last - timedelta(days=300))  # the moved runner's
    assert len(told) > 1  # but not every merge's


def test_lake_looks_at_glue_and_goes_back(account: Account, week: Week) -> None:
    before, after = week.seen(1), week.seen(4)
    lake = {"LAKE_TARGET": "athena"}
    assert re.search(rf"\.results +{len(after.runners)} ", account.run("lake", "status", **lake).ok().output)
    entries = account.run("lake", "history", "results", **lake).ok().output.splitlines()
    assert [line.split()[-1] for line in entries if "current" in line] == ["current"]
    first, *_, second = (line.split()[0] for line in entries[1:])
    account.run("lake", "rollback", "results", "--to", first, "--yes", **lake).ok()
    assert account.sql(f'select count(*) from "{account.schema}"."results"') == [(str(len(before.runners)),)]
    account.run("lake", "rollback", "results", "--to", second, "--yes", **lake).ok()
    assert account.sql(f'select count(*) from "{account.schema}"."results"') == [(str(len(after.runners)),)]
    refused = account.run("lake", "maintain", **lake)
    assert refused.code == 1
    assert "dbt run-operation maintain --target athena" in refused.output


def test_maintenance_keeps_every_row_and_applies_the_deletes(account: Account, week: Week) -> None:
    rows = {name: account.frame(name) for name in TABLES}
    assert "delete" in account.table("results").inspect.snapshots().to_pandas()["summary"].astype(str).str.cat()
    account.dbt("run-operation", "maintain").ok()
    for name in TABLES:
        pd.testing.assert_frame_equal(account.frame(name), rows[name])
        assert set(account.table(name).inspect.files()["content"].to_pylist()) == {0}
    account.dbt("run-operation", "maintain", "--args", f"{{from_year: {week.last.year}}}").ok()


def test_full_refresh_from_an_empty_staging_is_refused(account: Account) -> None:
    rows = account.frame("results")
    empty = {"EXTRACT_STAGING_SCHEMA": f"{account.name}_empty", "EXTRACT_STAGING": f"s3://{account.bucket}/empty"}
    account.run("extract", "register", **empty).ok()
    ran = account.dbt("run", "--select", "+results", "--full-refresh", environment=empty)
    assert ran.code == 1
    assert "that the tables are built from are no longer in staging" in ran.output
    assert account.leftovers() == []
    pd.testing.assert_frame_equal(account.frame("results"), rows)


def test_full_refresh_gives_the_same_rows(account: Account, embedded: Project) -> None:
    account.dbt("run", "--full-refresh").ok()
    assert account.leftovers() == []
    assert_same(account, embedded)


def test_docs_describe_every_column(account: Account) -> None:
    account.dbt("docs", "generate").ok()
    catalog = (account.folder / "target" / "catalog.json").read_text(encoding="utf-8")
    assert all(f'"{model}"' in catalog for model in MODELS)
    columns = account.glue.get_table(DatabaseName=account.schema, Name="results")["Table"]["StorageDescriptor"][
        "Columns"
    ]
    assert all(column.get("Comment") for column in columns)


def test_every_question_is_answered_on_trino(account: Account) -> None:
    """Asked as `dbt docs generate` has just compiled them. There are weeks in which, say, no horse drops in class."""
    asked = compiled(account.folder / "target")
    assert asked.keys() == QUESTIONS.keys()
    answers = {name: account.columns(asked[name]) for name in WITHOUT_FORM}
    assert {name: columns for name, (columns, _) in answers.items()} == {n: q.columns for n, q in WITHOUT_FORM.items()}
    assert sum(has_rows for _, has_rows in answers.values()) > len(answers) - 3
