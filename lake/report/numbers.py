"""All numbers of the page, read from the tables, the marts and staging. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from extract.errors import ExtractError
from extract.stage.manifest import committed_runs
from extract.stage.storage import Storage, open_storage
from lake.errors import LakeError
from lake.query import Asked
from lake.report.charts import INSTALL, can_draw
from lake.report.drift import Fill, told
from lake.report.fill import count_fills
from lake.report.fresh import Freshness, freshness
from lake.report.look import look
from lake.report.page import Page, Section, Table
from lake.report.page_changes import corrections, ratings
from lake.report.page_days import Reasons, heat, index, to_do
from lake.report.page_runs import drift, fresh, runs, sizes
from lake.report.past_mornings import kept, mornings
from lake.report.state import State
from lake.report.tables import totals
from lake.report.verdict import judge_state
from lake.target import Target

INSTEAD = "`lake check --target athena` counts the same; the marts answer in the Athena console"
DAYS = 7
"""Days that the totals speak of, as those of `lake check` do."""


def collect(target: Target, staging: str, now: datetime) -> Page:
    """Return what the page shows.

    Args:
        target: Whose tables; the embedded engine's.
        staging: The staging area they are built from. Without it, what only it knows is told as not known.
        now: The moment that ages are counted to.

    Raises:
        LakeError: the tables are Athena's, there are none yet, or one cannot be read.
    """
    warehouse = target.warehouse(INSTEAD)
    state = look(target)
    staged = _staged(staging)
    fetched = Freshness() if staged.trouble else freshness(staging, now)
    verdict = judge_state(state, fetched)
    rows = _asking(target)
    drifting, far = drift(staged.fills)
    line = f"Fields drifted, look before you build on it: {told(far)}." if far else ""
    sections = (
        to_do(state, rows, Reasons(staged.storage)),
        heat(state),
        Section("totals", "In numbers", (), (), (_totals(state),)),
        fresh(state, now, fetched.fetched_at, len(set(staged.runs) - state.runs) if staged.storage else None),
        _mart("corrections", "Corrections of the last day", state, lambda: corrections(state, rows)),
        index(state, rows),
        _mart("ratings", "How ratings arrive", state, lambda: ratings(state, rows)),
        drifting,
        _mart("runs", "Runs", state, lambda: runs(rows)),
        mornings(kept(warehouse)),
        sizes(target.tables()),
    )  # fmt: skip
    alarms = [*filter(None, (line, staged.trouble)), *([] if can_draw() else [INSTALL])]
    problems = tuple(problem.why for problem in verdict.problems)
    return Page(now.astimezone(UTC), verdict.line, verdict.state, problems, tuple(alarms), sections)


def _totals(state: State) -> Table:
    found = [[name, now.strip()] for name, _, now, _ in totals(None, state, DAYS)]
    return Table("totals-table", "As lake check counts", ("What", "Now"), found)


def _asking(target: Target) -> Callable[..., list[tuple[Any, ...]]]:
    connection = Asked(target, None).connection
    connection.execute("set enable_progress_bar = false")

    def rows(sql: str, values: list[object] | None = None) -> list[tuple[Any, ...]]:
        try:
            return connection.execute(sql.format(schema=f'"{target.schema}"'), values or []).fetchall()
        except duckdb.CatalogException:
            raise
        except (duckdb.Error, OSError) as error:
            said = str(error).splitlines()[0]
            raise LakeError(f"The tables cannot be read: {said}. `lake doctor` says what to do.") from error

    return rows


def _mart(name: str, title: str, state: State, make: Callable[[], Section]) -> Section:
    """Return a section that rests on marts, or why it cannot be had."""
    try:
        return make()
    except duckdb.CatalogException as error:
        said = state.missing or f"{str(error).splitlines()[0]} The next dbt build makes it."
        return Section(name, title, (said,))


@dataclass(frozen=True, slots=True)
class Staged:
    """What a staging area knows, or the `trouble` with it."""

    storage: Storage | None = None
    runs: tuple[str, ...] = ()
    fills: tuple[Fill, ...] = ()
    trouble: str = ""


def _staged(staging: str) -> Staged:
    try:
        storage = open_storage(staging)
        found = committed_runs(storage)
        return Staged(storage, tuple(found), tuple(count_fills(staging)))
    except (LakeError, ExtractError) as error:
        return Staged(trouble=f"Of staging nothing is known: {error}")
