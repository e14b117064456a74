"""Sections of the page about runs and tables: how fresh, what was done, how full their fields are, how large."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pyiceberg.table import Table as IcebergTable

from lake.iceberg.snapshots import history, size
from lake.report.charts import bars, lines
from lake.report.drift import FELL_POINTS, RUNS, SPREADS, Fill, Rate, rates
from lake.report.page import Cell, Chart, Section, Table, Value
from lake.report.page_days import SHOWN, Rows
from lake.report.state import State

RUNS_SHOWN = 30
MOVED_POINTS = 5.0
"""A field whose rate changed by so many points has moved, be it far or not."""
DRAWN = 5
"""Lines of the chart of fields."""


def fresh(state: State, now: datetime, fetched_at: datetime | None, waiting: int | None) -> Section:
    """Return how old the newest run and build are; `waiting` is how many runs are staged and not built."""
    moments = [
        ("Newest run that counts", state.last_scrape),
        ("Newest run that got something of its source", fetched_at),
        ("Newest build that brought something", state.last_build),
    ]
    found: list[list[Value]] = [[name, at, _ago(now, at)] for name, at in moments]
    found.append(["Runs staged and not yet built", waiting, ""])
    return Section(
        "fresh", "Freshness", (), (), (Table("freshness", "When was what", ("What", "When (UTC)", "Ago"), found),)
    )


def runs(rows: Rows) -> Section:
    """Return what the newest runs did to the tables, as `run_history` has it."""
    found = rows(
        f"""with newest as (
                select run_id, min(race_date) as since from {{schema}}.slice_decisions
                group by run_id order by run_id desc limit {RUNS_SHOWN}
            )
            select run_id, max(scraped_at), count(decision),
                count(*) filter (decision = 'accepted' and status = 'complete'),
                count(*) filter (decision = 'held_back'), count(*) filter (decision = 'withdrawn'),
                coalesce(sum(races_pending), 0)::bigint, coalesce(sum(races_failed), 0)::bigint,
                coalesce(sum(rows_staged), 0)::bigint, sum(rows_new)::bigint, sum(rows_corrected)::bigint,
                sum(rows_gone)::bigint
            from {{schema}}.run_history
            where race_date >= (select min(since) from newest) and run_id in (select run_id from newest)
            group by run_id order by run_id desc"""
    )
    heads = (
        "Run", "Scraped (UTC)", "Slices", "Whole", "Held back", "Withdrawn", "Races pending", "Races failed",
        "Rows staged", "Rows new", "Rows corrected", "Rows gone",
    )  # fmt: skip
    points = [
        (f"{run[1]:%d %b %H:%M}", run[place], name)
        for run in reversed(found)
        for place, name in ((9, "new"), (10, "corrected"), (11, "gone"))
    ]
    words = "Bars by run: rows new, corrected and gone. The table below has the numbers."
    chart = bars("runs-chart", "Rows that each run changed", words, points, "run", "rows")
    table = Table("runs-table", f"The newest {len(found)} runs", heads, found)
    return Section("runs", "Runs", (), tuple(chart), (table,))


def drift(fills: Sequence[Fill]) -> tuple[Section, list[Rate]]:
    """Return how full fields of the newest staged run are beside the runs before, and those that have drifted."""
    newest = max((fill.run_id for fill in fills), default="")
    found = rates(fills, newest)
    far = [rate for rate in found if rate.is_drift]
    moved = [rate for rate in found if rate.is_drift or abs(rate.change) >= MOVED_POINTS]
    if not newest:
        note = "No staged run asked a source, so there is nothing to compare."
    elif not found:
        note = f"Too few runs or rows before run {newest} to compare it with."
    else:
        note = (
            f"Run {newest} beside up to {RUNS} runs before it, by country and code of racing. Told as drift: more than "
            f"{FELL_POINTS:.0f} points below the usual rate, or gone, and beyond {SPREADS:.0f} times its usual spread. "
            "Ratings are left out: their curves are above."
        )
    heads = ("Field", "Rows", "Usual, %", "Now, %", "Change, points", "Spread, points", "Runs before", "Verdict")
    tables = (
        Table("drift-moved", f"Fields that moved by {MOVED_POINTS:.0f} points or more", heads, *_cut(moved)),
        Table("drift-all", "Every field", heads, [_row(rate) for rate in found], is_folded=True),
    )
    return Section("drift", "How full each field is", (note,), tuple(_drawn(fills, moved)), tables), far


def _cut(moved: list[Rate]) -> tuple[list[list[Value]], int]:
    return [_row(rate) for rate in moved[:SHOWN]], max(0, len(moved) - SHOWN)


def _row(rate: Rate) -> list[Value]:
    verdict = Cell("drifted", "bad") if rate.is_drift else Cell("usual")
    return [rate.field, rate.kind, rate.before, rate.now, rate.change, rate.spread, rate.runs, verdict]


def _drawn(fills: Sequence[Fill], moved: list[Rate]) -> list[Chart]:
    run_ids = sorted({fill.run_id for fill in fills})
    points = []
    for rate in moved[:DRAWN]:
        by_run = {fill.run_id: fill.rate(rate.field) for fill in fills if fill.kind == rate.kind}
        for back, run_id in enumerate(run_ids, start=1 - len(run_ids)):
            if run_id in by_run:
                points.append((back, by_run[run_id], f"{rate.field}, {rate.kind}"))
    words = "Lines by run, the newest at 0. The table below has the usual rate and that of the newest run."
    return lines("drift-chart", "Fields that moved most", words, points, "runs before the newest", "% of rows")


def sizes(tables: Iterable[IcebergTable]) -> Section:
    """Return how large each table is, and its snapshots."""
    found: list[list[Value]] = []
    for table in tables:
        entries, now, snapshot = history(table), size(table), table.current_snapshot()
        said = snapshot.summary.additional_properties if snapshot and snapshot.summary else {}
        stored = said.get("total-files-size")
        last = next((entry.committed_at for entry in entries if entry.is_current), None)
        found.append(
            [table.name()[-1], now.rows, now.data_files, int(stored) / 1e6 if stored else None, len(entries), last]
        )
    heads = ("Table", "Rows", "Data files", "MB", "Snapshots", "Last commit (UTC)")
    return Section("tables", "Tables", (), (), (Table("tables-table", "Size and snapshots", heads, found),))


def _ago(now: datetime, at: datetime | None) -> str:
    if at is None:
        return "never"
    hours = (now.replace(tzinfo=None) - at.replace(tzinfo=None)).total_seconds() / 3600
    return f"{hours:,.0f} hours" if hours < 72 else f"{hours / 24:,.0f} days"
