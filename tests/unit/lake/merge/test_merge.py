"""The merge against a dictionary that does the same by hand, and the promises around it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyiceberg.catalog import Catalog

from lake.duck.views import create_view
from lake.errors import CommitConflict, MergeRefused
from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.readings import Readings
from lake.iceberg.snapshots import rollback
from lake.merge import store as store_module
from lake.merge.plan import Counts, MergeConfig
from lake.merge.store import Store

COLUMNS = ("race_id", "horse_id", "country", "race_date", "rpr", "change", "run_id")
TYPES = ("bigint", "bigint", "varchar", "date", "integer", "varchar", "varchar")
Rows = dict[tuple[int, int], tuple[Any, ...]]


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return open_catalog(tmp_path / "warehouse with space")


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


CONFIG = MergeConfig(
    unique_key=["race_id", "horse_id"],
    partitioned_by=["country", "year(race_date)"],
    sorted_by=["race_date", "race_id", "horse_id"],
    delete_condition="src.change = 'delete'",
    insert_condition="src.change <> 'delete'",
    update_condition="src.rpr is not null",
)


def fill(connection: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]]) -> None:
    listed = ", ".join(f"{name} {kind}" for name, kind in zip(COLUMNS, TYPES, strict=True))
    connection.execute(f"create or replace table source ({listed})")
    if rows:
        connection.executemany(f"insert into source values ({', '.join('?' * len(COLUMNS))})", rows)


def make(connection: duckdb.DuckDBPyConnection, catalog: Catalog, config: MergeConfig = CONFIG) -> Store:
    return Store(
        connection, Readings(catalog, tables(catalog)), ("racing", "results"), "source", config, "invocation-1"
    )


def row(race: int, horse: int, rng: random.Random, change: str = "insert") -> tuple[Any, ...]:
    country = ("gb", "ire", "fr")[race % 3]
    rpr = rng.choice([None, *range(60, 70)])
    return (race, horse, country, f"{2020 + race % 4}-0{1 + race % 9}-15", rpr, change, "run-1")


def stored(catalog: Catalog) -> Rows:
    frame = catalog.load_table("racing.results").scan().to_arrow().to_pylist()
    rows = {(item["race_id"], item["horse_id"]): tuple(item.values()) for item in frame}
    assert len(rows) == len(frame), "the key is not unique"
    return rows


def by_hand(table: Rows, source: Rows) -> tuple[Rows, Counts]:
    """What Athena's MERGE does with CONFIG, in Python."""
    after, inserted, updated, deleted, unchanged = dict(table), 0, 0, 0, 0
    for key, new in source.items():
        old = table.get(key)
        if old is None:
            if new[5] != "delete":
                after[key], inserted = new, inserted + 1
        elif new[5] == "delete":
            del after[key]
            deleted += 1
        elif new[4] is not None and new != old:
            after[key], updated = new, updated + 1
        else:
            unchanged += 1
    return after, Counts(inserted, updated, deleted, unchanged)


@pytest.mark.parametrize("seed", range(4))
def test_random_merges_do_what_a_dictionary_does(
    seed: int, connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    rng = random.Random(seed)
    fill(connection, [row(race, horse, rng) for race in range(20) for horse in range(5)])
    make(connection, catalog).create_or_replace()
    table = stored(catalog)
    for _ in range(5):
        source: Rows = {}
        for _ in range(rng.randrange(60)):
            race, horse = rng.randrange(25), rng.randrange(7)
            source[race, horse] = row(race, horse, rng, rng.choice(["insert", "update", "delete"]))
        fill(connection, list(source.values()))
        connection.execute("update source set race_date = race_date")
        source = {(item[0], item[1]): tuple(item) for item in connection.execute("select * from source").fetchall()}
        snapshots = len(catalog.load_table("racing.results").snapshots())
        expected, counts = by_hand(table, source)
        merged, said = make(connection, catalog).merge()
        assert said == counts
        assert stored(catalog) == expected
        assert len(merged.snapshots()) == snapshots + (expected != table)
        create_view(connection, merged)
        assert {tuple(r) for r in connection.execute("select * from racing.results").fetchall()} == set(
            expected.values()
        )
        table = expected


def test_the_snapshot_says_where_it_comes_from(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    fill(connection, [row(1, 1, random.Random(1))])
    table = make(connection, catalog).create_or_replace()
    snapshot = table.current_snapshot()
    assert snapshot is not None
    assert snapshot.summary is not None
    said = snapshot.summary.additional_properties
    assert said["racing.run-ids"] == "run-1"
    assert said["dbt.invocation-id"] == "invocation-1"
    assert said["racing.rows-inserted"] == "1"


def test_an_empty_first_load_makes_a_table_without_a_snapshot(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    fill(connection, [])
    table = make(connection, catalog).create_or_replace()
    assert table.schema().column_names == list(COLUMNS)
    assert table.snapshots() == []
    create_view(connection, table)
    assert connection.execute("select * from racing.results").fetchall() == []


@pytest.mark.parametrize(
    ("rows", "says"), [([(1, 1), (1, 1)], "more than once, such as 1, 1"), ([(None, 1)], "have no race_id")]
)
def test_unfit_keys_are_refused(
    rows: list[tuple[Any, Any]], says: str, connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    fill(connection, [(*keys, "gb", "2020-01-01", 1, "insert", "r") for keys in rows])
    with pytest.raises(MergeRefused, match=says):
        make(connection, catalog).create_or_replace()
    with pytest.raises(MergeRefused, match=says):
        make(connection, catalog).merge()


def test_a_refresh_with_nothing_needs_to_be_allowed(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    fill(connection, [row(1, 1, random.Random(1))])
    make(connection, catalog).create_or_replace()
    fill(connection, [])
    with pytest.raises(MergeRefused, match="allow_empty"):
        make(connection, catalog).create_or_replace()
    assert len(stored(catalog)) == 1
    make(connection, catalog).create_or_replace(allow_empty=True)
    assert stored(catalog) == {}


def test_new_columns_are_appended_and_older_files_read_null(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    rng = random.Random(1)
    fill(connection, [row(1, 1, rng), row(2, 2, rng)])
    make(connection, catalog).create_or_replace()
    fill(connection, [(1, 1, "gb", "2021-02-15", 99, "update", "run-2")])
    connection.execute("alter table source add column weight_lbs integer default 130")
    appending = replace(CONFIG, on_schema_change="append_new_columns")
    failing = replace(CONFIG, on_schema_change="fail")
    with pytest.raises(MergeRefused, match="weight_lbs"):
        make(connection, catalog, failing).merge()
    table, _ = make(connection, catalog, appending).merge()
    create_view(connection, table)
    rows = connection.execute("select horse_id, weight_lbs from racing.results order by 1").fetchall()
    assert rows == [(1, 130), (2, None)]
    assert len(table.snapshots()) == 2


def test_rows_worked_out_on_an_earlier_snapshot_are_not_merged(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    """The model read the table as it was; a second writer has added a row since, or gone back."""
    rng = random.Random(1)
    fill(connection, [row(1, 1, rng)])
    first = make(connection, catalog).create_or_replace().current_snapshot()
    build = make(connection, catalog)
    other = duckdb.connect()
    fill(other, [row(1, 3, rng)])
    make(other, catalog).merge()
    fill(connection, [row(1, 2, rng)])
    with pytest.raises(CommitConflict, match=r"racing\.results was changed by somebody else"):
        build.merge()
    with pytest.raises(CommitConflict):
        build.create_or_replace()
    assert set(stored(catalog)) == {(1, 1), (1, 3)}
    make(connection, catalog).merge()
    assert set(stored(catalog)) == {(1, 1), (1, 2), (1, 3)}
    build = make(connection, catalog)
    assert first is not None
    rollback(catalog, catalog.load_table("racing.results"), first.snapshot_id)
    with pytest.raises(CommitConflict):
        build.merge()
    assert set(stored(catalog)) == {(1, 1)}


def test_a_commit_between_reading_and_committing_is_not_overwritten(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(1)
    fill(connection, [row(1, 1, rng)])
    make(connection, catalog).create_or_replace()
    fill(connection, [row(1, 2, rng)])
    other = duckdb.connect()
    fill(other, [row(1, 3, rng)])
    stage, interfered = store_module.stage_change, []

    def interfere(transaction: Any, change: Any) -> None:
        stage(transaction, change)
        if not interfered:
            interfered.append(True)
            make(other, catalog).merge()

    monkeypatch.setattr(store_module, "stage_change", interfere)
    for write in ("merge", "create_or_replace"):
        interfered.clear()
        with pytest.raises(CommitConflict, match="Stop the other writer"):
            getattr(make(connection, catalog), write)()
        assert set(stored(catalog)) == {(1, 1), (1, 3)}
        fill(other, [row(1, 3, rng)])


def test_another_table_that_the_build_has_read_must_be_as_it_was_too(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    rng = random.Random(1)
    fill(connection, [row(1, 1, rng)])
    make(connection, catalog).create_or_replace()
    log = replace(make(connection, catalog), identifier=("racing", "log"))
    log.create_or_replace()
    build = replace(make(connection, catalog), identifier=("racing", "log"))
    fill(connection, [row(1, 2, rng)])
    make(connection, catalog).merge()
    with pytest.raises(CommitConflict, match=r"racing\.results was changed"):
        build.merge()
    assert catalog.load_table("racing.log").scan().count() == 1


def test_a_table_made_or_dropped_meanwhile_is_a_conflict(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    fill(connection, [row(1, 1, random.Random(1))])
    build = make(connection, catalog)
    make(connection, catalog).create_or_replace()
    with pytest.raises(CommitConflict):
        build.create_or_replace()
    build = make(connection, catalog)
    catalog.drop_table("racing.results")
    with pytest.raises(CommitConflict):
        build.merge()
