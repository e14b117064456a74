"""What analysts ask, through three doors: a view of DuckDB, PyIceberg, and a mart."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from pyiceberg.expressions import And, EqualTo, GreaterThanOrEqual, LessThanOrEqual

from lake.duck.views import refresh_views
from lake.iceberg.catalog import open_catalog, tables

FIRST, LAST = "2026-04-11", "2026-04-17"


def questions(folder: Path) -> dict[str, Callable[[], object]]:
    """Return the questions by name, each with what answers it."""
    catalog = open_catalog(folder / "warehouse")
    connection = duckdb.connect()
    refresh_views(connection, list(tables(catalog)))
    results = catalog.load_table("racing.results")
    week = And(GreaterThanOrEqual("race_date", FIRST), LessThanOrEqual("race_date", LAST))
    horse = connection.execute(
        f"select horse_id from racing.results where race_date = date '{LAST}' order by horse_id limit 1"
    ).fetchone()
    assert horse is not None

    def ask(sql: str) -> Callable[[], object]:
        return lambda: connection.execute(sql).fetchall()

    return {
        "7-day count, DuckDB view": ask(
            f"select count(*) from racing.results where race_date between date '{FIRST}' and date '{LAST}'"
        ),
        "7-day count, PyIceberg": lambda: results.scan(week, selected_fields=("race_id",)).to_arrow().num_rows,
        "wins by trainer over all years, DuckDB view": ask(
            "select trainer_id, count(*), sum(case when position = 1 then 1 else 0 end) from racing.results group by 1"
        ),
        "one horse's career, DuckDB view": ask(f"select * from racing.results where horse_id = {horse[0]}"),
        "one horse's career, PyIceberg": lambda: results.scan(EqualTo("horse_id", horse[0])).to_arrow(),
    }


def costs(folder: Path) -> dict[str, tuple[float, float]]:
    """Return CPU seconds and seconds of each question, asked a second time: the first warms the cache."""
    found = {}
    for name, answer in questions(folder).items():
        answer()
        started, cpu = time.perf_counter(), time.process_time()
        answer()
        found[name] = (time.process_time() - cpu, time.perf_counter() - started)
    return found
