"""What a build has to look at: the dates that its data tests test, and the days of staging that it lists anew.

The last sweep, a good build whose tests looked at everything, vouches for what it saw. The tests of later builds look
at the dates of slices decided about since, and at the dates that hang together with them because a race moved. A sweep
is due again after a week, and whenever a table did not come from that sweep by builds of ours alone.

The answer is put where models and tests can ask for it (macros/scope): a table in memory, condition by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from duckdb import DuckDBPyConnection
from pyiceberg.table import Table

from lake.duck.quoting import literal, quote
from lake.plugin.notes import Notes, only_built_since, snapshots

DATABASE: Final = "this_build"
"""The database in memory that models ask."""
DECISIONS_TABLE: Final = "slice_decisions"
LISTINGS_TABLE: Final = "listed_races"
SWEEP_EVERY: Final = timedelta(days=7)
MANY_DATES: Final = 400
"""With more dates than this, everything is tested: it costs little more."""
EVERYTHING: Final = "true"
NOTHING: Final = "false"


def open_scope(connection: DuckDBPyConnection, staged_days: str, files: Iterable[tuple[str, str]] = ()) -> None:
    """Make the tables of conditions and of staged files anew: test everything, and list the given days of staging.

    `files` are kind and path of the staged files of those days; there are none where all days are to be listed.
    """
    connection.execute(f"attach if not exists ':memory:' as {DATABASE}")
    connection.execute("create or replace table this_build.scope (name varchar, condition varchar)")
    connection.execute("create or replace table this_build.staged_files (kind varchar, file varchar)")
    for file in files:
        connection.execute("insert into this_build.staged_files values (?, ?)", file)
    _put(connection, "tested_dates", EVERYTHING)
    _put(connection, "swept_only", EVERYTHING)
    _put(connection, "staged_days", staged_days)


def narrow(connection: DuckDBPyConnection, schema: str, swept_until: str) -> None:
    """Have tests look at nothing but the dates of slices decided after a moment, and at what hangs together with them.

    A race that moved was listed on several dates; each of these is looked at when one is. So every race is looked at
    with all its rows, or not at all.
    """
    listings, decisions = f"{quote(schema)}.{LISTINGS_TABLE}", f"{quote(schema)}.{DECISIONS_TABLE}"
    found = connection.execute(
        f"""with recursive moved as (
            select distinct race_id, race_date from {listings} where race_id in (
                select race_id from {listings} group by race_id having count(distinct race_date) > 1
            )
        ), reached (race_date) as (
            select race_date from {decisions} where loaded_at > cast(? as timestamp)
            union
            select other.race_date from reached
            inner join moved as here on reached.race_date = here.race_date
            inner join moved as other on here.race_id = other.race_id
        )
        select cast(race_date as varchar) from reached order by 1""",
        [swept_until],
    ).fetchall()
    _put(connection, "tested_dates", among("race_date", [f"date {literal(row[0])}" for row in found], MANY_DATES))
    _put(connection, "swept_only", NOTHING)


def among(column: str, values: list[str], many: int) -> str:
    """Return a condition in literals, for which the engine passes over files: the range reaches further."""
    if not values:
        return NOTHING
    if len(values) > many:
        return EVERYTHING
    return f"{column} between {values[0]} and {values[-1]} and {column} in ({', '.join(values)})"


def is_everything(connection: DuckDBPyConnection) -> bool:
    """Say whether the tests of this build look at everything."""
    found = connection.execute("select condition from this_build.scope where name = 'tested_dates'").fetchall()
    return found == [(EVERYTHING,)]


def swept_until(notes: Notes, tables: Iterable[Table], now: datetime | None = None) -> str | None:
    """Return up to which decision the last sweep looked (`loaded_at`, as text); None where a sweep is due."""
    note, moment = notes.read("swept"), now or datetime.now(UTC)
    try:
        at, until, then = datetime.fromisoformat(note["at"]), str(note["until"]), dict(note["snapshots"])
        datetime.fromisoformat(until)
    except (KeyError, ValueError, TypeError):
        return None
    if not at <= moment < at + SWEEP_EVERY or not only_built_since(tables, then):
        return None
    return until


def note_sweep(connection: DuckDBPyConnection, notes: Notes, tables: Iterable[Table]) -> None:
    """Note that a build, good in every test, has looked at everything that is decided about."""
    found = list(tables)
    for table in found:
        if table.name()[-1] == DECISIONS_TABLE:
            decisions = f"{quote(table.name()[-2])}.{DECISIONS_TABLE}"
            until = connection.execute(f"select cast(max(loaded_at) as varchar) from {decisions}").fetchall()[0][0]
            note: dict[str, Any] = {"at": datetime.now(UTC).isoformat(), "until": until, "snapshots": snapshots(found)}
            notes.write("swept", note)


def note_staging(connection: DuckDBPyConnection, folder: str, runs: int, newest_live_fetch: str | None) -> None:
    """Put down what is staged where, for the macros that judge it (macros/staged_runs): nothing green by silence."""
    _put(connection, "staging_folder", folder)
    _put(connection, "staged_runs", str(runs))
    _put(connection, "newest_live_fetch", newest_live_fetch or "")


def _put(connection: DuckDBPyConnection, name: str, condition: str) -> None:
    connection.execute("delete from this_build.scope where name = ?", [name])
    connection.execute("insert into this_build.scope values (?, ?)", [name, condition])
