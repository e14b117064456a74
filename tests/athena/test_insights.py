"""A month with three scrapes: every form mart on both engines, equal to each other and to the slow truth."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pandas as pd
import pytest

from tests.athena.account import Account
from tests.athena.parity import VIEWS, assert_same_views
from tests.insights.truth import MARTS, differences, true_forms
from tests.pipeline.conftest import Project

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


def last_day(first: date) -> date:
    return first + timedelta(days=DAYS - 1)
