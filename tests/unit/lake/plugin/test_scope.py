"""What a build looks at: everything, until a sweep vouches for the tables; then what was decided since."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.readings import Readings
from lake.iceberg.snapshots import rollback
from lake.merge.compact import compact
from lake.merge.plan import MergeConfig
from lake.merge.store import Store
from lake.plugin import scope
from lake.plugin.notes import Notes, only_built_since, snapshots
from lake.plugin.scope import is_everything, narrow, note_sweep, open_scope, swept_until

CONFIG = MergeConfig(["race_id", "race_date"], ["country"], ["race_date"])


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    open_scope(found, "true")
    found.execute("create schema racing")
    found.execute("create table racing.slice_decisions (race_date date, loaded_at timestamp)")
    found.execute("create table racing.listed_races (race_id bigint, race_date date)")
    return found


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return open_catalog(tmp_path / "warehouse")


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    (tmp_path / "warehouse").mkdir(exist_ok=True)
    return Notes(tmp_path / "warehouse")


def store(catalog: Catalog, race_id: int, invocation: str = "build-1") -> Table:
    """One more build's merge into `slice_decisions`."""
    connection = duckdb.connect()
    connection.execute(
        f"create table source as select {race_id}::bigint as race_id, date '2025-01-01' + {race_id} as race_date, "
        f"'gb' as country, timestamp '2025-03-01' + interval {race_id} hours as loaded_at"
    )
    made = Store(
        connection, Readings(catalog, tables(catalog)), ("racing", "slice_decisions"), "source", CONFIG, invocation
    )
    return made.merge()[0] if made.readings.load(made.identifier) else made.create_or_replace()


def sweep(catalog: Catalog, notes: Notes) -> None:
    connection = duckdb.connect()
    connection.execute("create schema racing")
    connection.execute(
        "create table racing.slice_decisions as select timestamp '2025-03-01 01:00:00.000001' as loaded_at"
    )
    note_sweep(connection, notes, tables(catalog))


def asked(connection: duckdb.DuckDBPyConnection, name: str = "tested_dates") -> str:
    return str(connection.execute("select condition from this_build.scope where name = ?", [name]).fetchall()[0][0])


def looked_at(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The dates of January 2025 that tests look at."""
    condition = asked(connection)
    return [
        str(row[0])[8:]
        for row in connection.execute(
            f"select race_date from (select date '2025-01-01' + range::int as race_date from range(31)) where {condition} "
            "order by 1"
        ).fetchall()
    ]


def decide(connection: duckdb.DuckDBPyConnection, *decisions: tuple[int, str]) -> None:
    for day, loaded_at in decisions:
        connection.execute("insert into racing.slice_decisions values (?, ?)", [date(2025, 1, day), loaded_at])


def test_at_first_everything_is_tested(connection: duckdb.DuckDBPyConnection) -> None:
    assert is_everything(connection)
    assert asked(connection, "swept_only") == "true"


def test_after_a_sweep_the_dates_decided_about_since_are_tested(connection: duckdb.DuckDBPyConnection) -> None:
    decide(connection, (3, "2025-03-01"), (4, "2025-03-01 00:00:00.000001"), (9, "2025-03-02"))
    narrow(connection, "racing", "2025-03-01 00:00:00")
    assert looked_at(connection) == ["04", "09"]
    assert asked(connection, "swept_only") == "false"
    assert not is_everything(connection)


def test_dates_that_hang_together_by_races_that_moved_are_tested_together(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    decide(connection, (3, "2025-03-02"), (20, "2025-02-01"))
    listings = [(1, 3), (1, 5), (2, 5), (2, 8), (3, 8), (4, 20), (4, 21), (5, 3)]
    for race_id, day in listings:
        connection.execute("insert into racing.listed_races values (?, ?)", [race_id, date(2025, 1, day)])
    narrow(connection, "racing", "2025-03-01 00:00:00")
    assert looked_at(connection) == ["03", "05", "08"]


def test_nothing_is_tested_where_nothing_was_decided_and_all_of_very_much(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow(connection, "racing", "2025-03-01 00:00:00")
    assert looked_at(connection) == []
    monkeypatch.setattr(scope, "MANY_DATES", 2)
    decide(connection, *((day, "2025-03-02") for day in (1, 2, 3)))
    narrow(connection, "racing", "2025-03-01 00:00:00")
    assert is_everything(connection)


def test_a_sweep_vouches_for_a_week_of_builds(catalog: Catalog, notes: Notes) -> None:
    store(catalog, 1)
    assert swept_until(notes, tables(catalog)) is None
    sweep(catalog, notes)
    store(catalog, 2, "build-2")
    store(catalog, 3, "build-3")
    assert swept_until(notes, tables(catalog)) == "2025-03-01 01:00:00.000001"
    now = datetime.now(UTC)
    assert swept_until(notes, tables(catalog), now + timedelta(days=6, hours=23)) is not None
    assert swept_until(notes, tables(catalog), now + timedelta(days=7)) is None
    assert swept_until(notes, tables(catalog), now - timedelta(hours=1)) is None, "the clock went back"


def test_a_sweep_vouches_for_nothing_that_others_did(catalog: Catalog, notes: Notes) -> None:
    first = store(catalog, 1).current_snapshot()
    store(catalog, 2)
    sweep(catalog, notes)
    table = catalog.load_table("racing.slice_decisions")
    table.append(table.scan().to_arrow())
    assert swept_until(notes, tables(catalog)) is None
    sweep(catalog, notes)
    assert swept_until(notes, tables(catalog)) is not None
    assert first is not None
    rollback(catalog, catalog.load_table("racing.slice_decisions"), first.snapshot_id)
    assert swept_until(notes, tables(catalog)) is None
    sweep(catalog, notes)
    catalog.drop_table("racing.slice_decisions")
    assert swept_until(notes, tables(catalog)) is None
    store(catalog, 1)
    assert swept_until(notes, tables(catalog)) is None, "a table of the same name is not the same table"


def test_upkeep_changes_no_row_and_so_nothing_that_a_sweep_vouches_for(catalog: Catalog, notes: Notes) -> None:
    store(catalog, 1)
    then = snapshots(tables(catalog))
    store(catalog, 32)
    store(catalog, 500)
    sweep(catalog, notes)
    assert compact(duckdb.connect(), catalog.load_table("racing.slice_decisions"), "build-4") > 0
    assert swept_until(notes, tables(catalog)) is not None
    assert only_built_since(tables(catalog), then)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"swept": 3}', '{"swept": {"at": "x", "until": "y", "snapshots": {}}}']
)
def test_damaged_notes_are_no_notes(text: str, catalog: Catalog, notes: Notes) -> None:
    store(catalog, 1)
    (notes.folder / "notes.json").write_text(text)
    assert swept_until(notes, tables(catalog)) is None
    sweep(catalog, notes)
    assert swept_until(notes, tables(catalog)) is not None
