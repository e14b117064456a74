"""Look at the tables: a few queries, whatever their size, on either engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection
from pyiceberg.table import Table

from lake.errors import LakeError
from lake.query import Asked
from lake.report.state import HELD_BACK, RATINGS, Slice, State
from lake.target import Target

ASKED = {
    "results": ("race_id", "horse_id", "country", "race_date", *RATINGS),
    "slice_decisions": (
        "run_id", "country", "race_date", "scraped_at", "decision", "rows_before", "rows_lost", "loaded_at"
    ),
}  # fmt: skip
"""What is read of which table."""
ELSEWHERE = "Which days are open or settling, day_status says in the Athena console."


def look(target: Target) -> State:
    """Return the state of the tables.

    Raises:
        LakeError: there are no tables yet, or one cannot be read.
    """
    tables = {table.name()[-1]: table for table in target.tables()}
    missing = sorted(ASKED.keys() - tables.keys())
    if missing:
        raise LakeError(f"There is no table {' and no table '.join(missing)} yet. Run dbt build first.")
    snapshots = {name: now.snapshot_id for name, table in tables.items() if (now := table.current_snapshot())}
    connection, schema, why_not = _open(target, tables)
    try:
        return _ask(connection, schema, snapshots, why_not)
    except (duckdb.Error, OSError) as error:
        said = str(error).splitlines()[0]
        raise LakeError(f"The tables cannot be read: {said}. `lake doctor` says what to do.") from error


def _open(target: Target, tables: dict[str, Table]) -> tuple[DuckDBPyConnection, str, str]:
    """Return a connection with the tables, their schema in it, and why `day_status` is not there, if it is not."""
    if target.folder is not None:
        asked = Asked(target, None)
        asked.connection.execute("set enable_progress_bar = false")
        there = asked.connection.execute("select 1 from duckdb_views() where view_name = 'day_status'").fetchall()
        return asked.connection, target.schema, "" if there else asked.missing or "There is no view day_status."
    connection = duckdb.connect()
    for name, columns in ASKED.items():
        connection.register(name, tables[name].scan(selected_fields=columns).to_arrow())
    return connection, "main", ELSEWHERE


def _ask(connection: DuckDBPyConnection, schema: str, snapshots: dict[str, int], missing: str) -> State:
    def rows(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(sql.format(schema=f'"{schema}"')).fetchall()

    ((total, races, runners),) = rows(
        """select count(*), count(distinct race_id), (select count(*) from (select distinct race_id, horse_id
            from {schema}.results)) from {schema}.results"""
    )
    counted = ", ".join(f"count({name})" for name in RATINGS)
    slices = {
        (day, country): Slice(country, day, 0, 0, dict.fromkeys(RATINGS, 0))
        for day, country in rows("select distinct race_date, country from {schema}.slice_decisions")
    }
    for day, country, *counts in rows(
        f"select race_date, country, count(*), count(distinct race_id), {counted} from {{schema}}.results group by all"
    ):
        rated = dict(zip(RATINGS, counts[2:], strict=True))
        slices[day, country] = Slice(country, day, counts[0], counts[1], rated)
    if not missing:
        for day, country, status, why in rows("select race_date, country, status, why from {schema}.day_status"):
            slices[day, country] = replace(slices[day, country], status=status, why=why)
    held_back = _held_back(rows)
    for key in held_back if missing else ():
        slices[key] = replace(slices[key], status=HELD_BACK)
    ((last_run, last_scrape, last_build),) = rows(
        "select arg_max(run_id, scraped_at), max(scraped_at), max(loaded_at) from {schema}.slice_decisions "
        "where decision <> 'withdrawn'"
    )
    runs = frozenset(run for (run,) in rows("select distinct run_id from {schema}.slice_decisions"))
    return State(
        int(total), int(races), int(total) - int(runners), slices, held_back, runs, last_run,
        _moment(last_scrape), _moment(last_build), snapshots, missing,
    )  # fmt: skip


def _held_back(rows: Any) -> dict[tuple[date, str], str]:  # noqa: ANN401 - a function that answers SQL
    """Return the slices whose newest scrape that counts at all is held back, with what it would lose."""
    found = rows(
        """select race_date, country, run_id, rows_lost, rows_before from {schema}.slice_decisions
            where decision <> 'withdrawn'
            qualify row_number() over (partition by country, race_date order by scraped_at desc) = 1
                and decision = 'held_back'"""
    )
    return {
        (day, country): f"run {run_id} would lose {lost} of {before} runners"
        for day, country, run_id, lost, before in sorted(found)
    }


def _moment(said: object) -> datetime | None:
    return said if isinstance(said, datetime) else None
