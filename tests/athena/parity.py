"""The same scrapes on both engines, and the tables they must both come to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pandas as pd

from extract.source.sample import World
from tests.athena.account import Account
from tests.pipeline.conftest import TABLES, Project, Truth, truth

BUILD_TIME = "loaded_at"
"""When a build wrote the row: the one column that two builds cannot share."""


def recent_week(world: World) -> date:
    """The last day of a recent week in which runners vanish and races turn void or leave the index.

    Recent, because a query of staging without a date looks up every day from the first run to today.
    """
    latest = datetime.now(UTC).date() - timedelta(days=5)
    weeks = [latest - timedelta(days=days) for days in range(0, 70, 7)]
    return next(last for last in weeks if _proves_something(*week_seen(world, last)))


def morning(last: date, days: int = 1) -> datetime:
    """Six o'clock, some days after a date."""
    return datetime.combine(last + timedelta(days=days), time(6), UTC)


def week_seen(world: World, last: date) -> tuple[Truth, Truth]:
    """A week as the world shows it on the morning after it, and three days later."""
    first = last - timedelta(days=6)
    return truth(world, first, last, morning(last)), truth(world, first, last, morning(last, 4))


def _proves_something(before: Truth, after: Truth) -> bool:
    gone = before.runners.keys() - after.runners.keys()
    unlisted = before.races.keys() - after.races.keys()
    voided = [race for race, said in after.races.items() if said[0] == "void" and before.races[race][0] == "result"]
    vanished = [key for key in gone if key[0] in after.races and after.races[key[0]][0] == "result"]
    return bool(unlisted and voided and vanished)


def assert_same(account: Account, embedded: Project) -> None:
    """Compare all three tables, row for row and column for column: names, types, values to the last bit."""
    for name in TABLES:
        ours, theirs = account.table(name), embedded.table(name)
        columns = [[(field.name, str(field.field_type)) for field in table.schema().fields] for table in (ours, theirs)]
        assert columns[0] == columns[1], name
        pd.testing.assert_frame_equal(
            account.frame(name).drop(columns=BUILD_TIME),
            embedded.frame(name).drop(columns=BUILD_TIME),
            check_exact=True,
            obj=name,
        )
