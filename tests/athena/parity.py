"""The same scrapes on both engines, and the tables they must both come to."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import duckdb
import pandas as pd

from extract.source.sample import World
from tests.athena.account import Account
from tests.pipeline.conftest import LISTS, TABLES, Project, Truth, truth

MARTS = (
    "fct_corrections", "corrections_daily", "rating_looks", "rating_coverage", "settling_ages", "day_status", "run_history",
)  # fmt: skip
"""Views with arithmetic, dates or texts of their own, compared value for value."""

TABLES_ONLY = (
    "--resource-type", "model", "--select", "path:dbt_project/models/staging", "path:dbt_project/models/lake",
)  # fmt: skip
"""A build of the tables, and of the views that they are built from.

The daily run proves on Athena that the marts are built and that every test runs and passes; on the embedded engine the
tests pass on the same rows.
"""

BUILD_TIMES = {"loaded_at", "listed_at"}
"""When builds wrote rows: what two engines cannot share."""

VIEWS = (
    "going_bands", "distance_bands", "outcome_codes", "fct_races", "fct_runners", "dim_courses", "dim_horses",
    "dim_jockeys", "dim_trainers", "dim_owners", "dim_sires", "dim_horse_names", "dim_trainer_names", "dim_course_names",
)  # fmt: skip
COMPARED = {"DATE": "cast({} as varchar)", "TIMESTAMP": "date_diff('millisecond', timestamp '1970-01-01 00:00:00', {})"}


@dataclass(frozen=True)
class Week:
    """A recent week, in the first of the sample worlds in which it has something to prove.

    Recent, because a query of staging without a date looks up every day from the first run to today.
    """

    last: date
    seed: int

    @property
    def world(self) -> World:
        return World(self.seed)

    def seen(self, days: int, length: int = 7) -> Truth:
        """What the world shows of the week, or of its last days, some mornings after it."""
        return truth(self.world, self.last - timedelta(days=length - 1), self.last, morning(self.last, days))


def recent_week() -> Week:
    """Find a week in which runners vanish, races turn void or leave the index, and every morning brings news."""
    last = datetime.now(UTC).date() - timedelta(days=8)
    return next(week for week in (Week(last, seed) for seed in itertools.count(1)) if _proves_something(week))


def _proves_something(week: Week) -> bool:
    before, after = week.seen(1), week.seen(4)
    vanished = [
        key for key in before.runners.keys() - after.runners.keys() if after.races.get(key[0], ("",))[0] == "result"
    ]
    unlisted = before.races.keys() - after.races.keys()
    voided = [race for race, said in after.races.items() if said[0] == "void" and before.races[race][0] == "result"]
    mornings = [week.seen(days, length=2).runners for days in range(1, 8)]
    return bool(vanished and (unlisted or voided)) and all(one != other for one, other in itertools.pairwise(mornings))


def morning(last: date, days: int) -> datetime:
    """Six o'clock, some days after a date."""
    return datetime.combine(last + timedelta(days=days), time(6), UTC)


def assert_same(account: Account, embedded: Project) -> None:
    """Compare all tables and what they are built from, row for row and column for column: names, types, values to the last bit."""
    for name in (*LISTS, *TABLES):
        ours, theirs = account.table(name), embedded.table(name)
        columns = [[(field.name, str(field.field_type)) for field in table.schema().fields] for table in (ours, theirs)]
        assert columns[0] == columns[1], name
        pd.testing.assert_frame_equal(
            account.frame(name).drop(columns=BUILD_TIMES, errors="ignore"),
            embedded.frame(name).drop(columns=BUILD_TIMES, errors="ignore"),
            check_exact=True,
            obj=name,
        )


def assert_same_views(account: Account, embedded: Project, names: tuple[str, ...]) -> dict[str, int]:
    """Compare what is worked out from the tables when it is asked for: every row, values to the last bit; return their numbers."""
    counted = {}
    with duckdb.connect(str(embedded.folder / "warehouse" / "lake.duckdb"), read_only=True) as con:
        for name in names:
            described = con.execute(f"describe racing.{name}").fetchall()
            kinds = {column: kind for column, kind, *_ in described if column not in BUILD_TIMES}
            select = ", ".join(COMPARED.get(kind, "{}").format(column) for column, kind in kinds.items())
            ours = [
                [_said(value) for value in row] for row in con.execute(f"select {select} from racing.{name}").fetchall()
            ]
            theirs = [
                [
                    float(value) if kind == "DOUBLE" and value else value
                    for value, kind in zip(row, kinds.values(), strict=True)
                ]
                for row in account.sql(f'select {select} from "{account.schema}"."{name}"')
            ]
            assert len(ours) == len(theirs) > 0, name
            for one, other in zip(sorted(ours, key=repr), sorted(theirs, key=repr), strict=True):
                assert one == other, (name, list(kinds))
            counted[name] = len(ours)
    return counted


def _said(value: object) -> object:
    """A value as Athena's answer has it: text but for doubles."""
    if value is None or isinstance(value, float | str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
