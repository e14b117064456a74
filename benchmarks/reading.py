"""What analysts ask, through three doors: a view of DuckDB, PyIceberg and polars; now, and after sixty more mornings.

`python -m benchmarks.reading FOLDER` prints the costs as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars
from pyiceberg.expressions import And, EqualTo, GreaterThanOrEqual, LessThanOrEqual
from pyiceberg.table import Table

from benchmarks.anchors import copy_of, merge, window
from lake.duck.views import create_view
from lake.iceberg.catalog import open_catalog

FIRST, LAST = "2026-04-11", "2026-04-17"
MORNINGS = 60
Costs = dict[str, tuple[float, float]]
"""CPU seconds and seconds of each question."""


def questions(table: Table) -> dict[str, Callable[[], object]]:
    """Return the questions by name, each with what answers it."""
    connection = duckdb.connect()
    create_view(connection, table)
    relation = ".".join(table.name()[-2:])
    week = And(GreaterThanOrEqual("race_date", FIRST), LessThanOrEqual("race_date", LAST))
    horse = connection.execute(
        f"select horse_id from {relation} where race_date = date '{LAST}' order by horse_id limit 1"
    ).fetchone()
    assert horse is not None
    rows = polars.scan_iceberg(table)
    day, won = polars.col("race_date"), (polars.col("position") == 1).sum()
    in_week = day.is_between(polars.lit(FIRST).str.to_date(), polars.lit(LAST).str.to_date())

    def ask(sql: str) -> Callable[[], object]:
        return lambda: connection.execute(sql).fetchall()

    return {
        "7-day count, DuckDB view": ask(
            f"select count(*) from {relation} where race_date between date '{FIRST}' and date '{LAST}'"
        ),
        "7-day count, PyIceberg": lambda: table.scan(week, selected_fields=("race_id",)).to_arrow().num_rows,
        "7-day count, polars": lambda: rows.filter(in_week).select(polars.len()).collect(),
        "wins by trainer over all years, DuckDB view": ask(
            f"select trainer_id, count(*), sum(case when position = 1 then 1 else 0 end) from {relation} group by 1"
        ),
        "wins by trainer over all years, PyIceberg": lambda: (
            table.scan(selected_fields=("trainer_id", "position"))
            .to_arrow()
            .group_by("trainer_id")
            .aggregate([("position", "count")])
        ),
        "wins by trainer over all years, polars": lambda: rows.group_by("trainer_id").agg(polars.len(), won).collect(),
        "one horse's career, DuckDB view": ask(f"select * from {relation} where horse_id = {horse[0]}"),
        "one horse's career, PyIceberg": lambda: table.scan(EqualTo("horse_id", horse[0])).to_arrow(),
        "one horse's career, polars": lambda: rows.filter(polars.col("horse_id") == horse[0]).collect(),
    }


def ask_all(table: Table) -> Costs:
    """Return the cost of each question, asked a second time: the first warms the cache."""
    found = {}
    for name, answer in questions(table).items():
        answer()
        started, cpu = time.perf_counter(), time.process_time()
        answer()
        found[name] = (time.process_time() - cpu, time.perf_counter() - started)
    return found


def main() -> None:
    """Ask on the lake as it is, and on a copy of the table into which sixty mornings are merged."""
    os.environ["POLARS_ICEBERG_PLANNER"] = "pyiceberg"  # polars has a planner of its own in another package
    folder = Path(sys.argv[1])
    table = open_catalog(folder / "warehouse").load_table("racing.results")
    now, copy = ask_all(table), copy_of(folder, table)
    for _ in range(MORNINGS):
        merge(copy, window(copy, (FIRST, LAST)))
    print(json.dumps([now, ask_all(copy)]))


if __name__ == "__main__":
    main()
