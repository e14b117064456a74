"""A month with three scrapes: every form mart on both engines, equal to each other and to the slow truth."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pytest

from tests.athena.account import Account
from tests.athena.parity import VIEWS, assert_same_views
from tests.insights.truth import MARTS, differences, true_forms
from tests.pipeline.conftest import Project
from tests.questions import QUESTIONS, WITHOUT_FORM, compiled

DAYS = 30
SCRAPES = ((12, 12), (17, 22), (30, 31))
"""How many days each scrape reads, and on which day of the month it does. The embedded engine builds after each."""
pytestmark = pytest.mark.long  # the engine takes minutes to plan the marts
ON = {"LAKE_INSIGHTS": "on"}


@pytest.mark.parametrize(
    "built_on",
    [pytest.param((31,), id="at once"), pytest.param((22, 31), id="one after another")],
)
def test_every_variable_is_right_on_both_engines(
    account: Account, tmp_path_factory: pytest.TempPathFactory, built_on: tuple[int, ...]
) -> None:
    """`built_on` says after which scrapes Athena builds."""
    embedded = Project(tmp_path_factory.mktemp("embedded"), insights="on")
    today = datetime.now(UTC).date()
    first = today - timedelta(days=DAYS + 2)
    for length, day in SCRAPES:
        until = first + timedelta(days=day - 1)
        as_of = datetime.combine(until + timedelta(days=1), time(7), UTC)
        account.extract(
            as_of, "--days", str(length), "--until", str(min(until, last_day(first))), "--countries", "ire"
        ).ok()
        account.copy_staging(embedded.folder / "staging")
        embedded.build("--exclude-resource-type", "test")
        if day in built_on:
            account.dbt("build", "--exclude-resource-type", "test", environment=ON).ok()
    account.dbt("test", "--select", "path:dbt_project/models/insights", environment=ON).ok()
    forms = true_forms(lambda name: embedded.table(name).scan().to_arrow().to_pylist())
    assert differences(lambda name: embedded.table(name).scan().to_arrow().to_pylist(), forms) == []
    assert differences(lambda name: account.table(name).scan().to_arrow().to_pylist(), forms) == []
    assert {row["known_by"] for row in forms["fct_trainer_form"].values()} == {"observed", "assumed"}
    for name in (*MARTS, "fct_draw_bias", "int_runs_as_known", "int_runners_to_judge"):
        frames = [
            frame.drop(columns="loaded_at").sort_values(list(frame.columns[:3]), ignore_index=True)
            for frame in (table.scan().to_pandas() for table in (account.table(name), embedded.table(name)))
        ]
        pd.testing.assert_frame_equal(*frames, check_exact=True, obj=name)
    assert_same_views(account, embedded, VIEWS)
    assert_same_answers(account, embedded)


def assert_same_answers(account: Account, embedded: Project) -> None:
    """Ask both engines the questions that read form marts. The lake is small, so few runs are enough."""
    questions = ("--quiet", "compile", "--select", "path:dbt_project/analyses")
    account.dbt(*questions, environment=ON, min_runs=1).ok()
    embedded.run("dbt", *questions, "--vars", "{min_runs: 1}")
    asked, asked_there = (compiled(place.folder / "target") for place in (embedded, account))
    with duckdb.connect(str(embedded.folder / "warehouse" / "lake.duckdb"), read_only=True) as lake:
        for name in QUESTIONS.keys() - WITHOUT_FORM.keys():
            answer = lake.execute(asked[name]).fetchall()
            told = account.sql(asked_there[name])
            assert answer
            assert len(told) == len(answer), name
            for values, texts in zip(answer, told, strict=True):
                assert all(map(same_value, values, texts)), (name, values, texts)


def same_value(value: Any, text: str | None) -> bool:
    """Whether a value is what Athena gives as text."""
    if value is None or text is None:
        return value is text
    if isinstance(value, datetime):
        return datetime.fromisoformat(text) == value
    if isinstance(value, int | float | Decimal):
        return math.isclose(float(value), float(text), rel_tol=1e-9)
    return str(value) == text


def last_day(first: date) -> date:
    return first + timedelta(days=DAYS - 1)
