"""History, rollback, upkeep and the staging views."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from lake.errors import LakeError, UsageError
from lake.iceberg import maintain
from lake.iceberg import snapshots as history
from lake.iceberg.catalog import find, open_catalog, tables
from lake.iceberg.partitioning import partition_terms
from lake.iceberg.readings import Readings
from lake.merge.plan import MergeConfig
from lake.merge.store import Store

CONFIG = MergeConfig(["id"], [], ["id"])


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return open_catalog(tmp_path / "warehouse")


@pytest.fixture
def table(catalog: Catalog) -> Table:
    """A table of three snapshots, made by runs a, b and c."""
    connection = duckdb.connect()
    for number, run in enumerate("abc"):
        connection.execute(
            f"create or replace table source as select i as id, {number} as n, '{run}' as run_id from range(5) t(i)"
        )
        store = Store(connection, Readings(catalog, tables(catalog)), ("racing", "t"), "source", CONFIG)
        made = store.merge()[0] if number else store.create_or_replace()
    return made


def values(table: Table) -> set[int]:
    return set(table.scan().to_arrow()["n"].to_pylist())


def test_history_and_rollback(catalog: Catalog, table: Table) -> None:
    entries = history.history(table)
    assert [(entry.run_ids, entry.inserted, entry.updated) for entry in entries] == [
        ("a", 5, 0),
        ("b", 0, 5),
        ("c", 0, 5),
    ]
    assert [entry.is_current for entry in entries] == [False, False, True]
    target = history.rollback_target(table, entries[1].snapshot_id)
    back = history.rollback(catalog, table, target)
    assert values(back) == {1}
    again = history.rollback(catalog, back, entries[-1].snapshot_id)
    assert values(again) == {2}
    with pytest.raises(UsageError, match="no snapshot 5"):
        history.rollback_target(table, 5)


def test_as_of_finds_the_snapshot_of_the_time(table: Table) -> None:
    entries = history.history(table)
    assert history.snapshot_at(table, datetime.now(UTC)) == entries[-1].snapshot_id
    with pytest.raises(LakeError, match="had no snapshot"):
        history.snapshot_at(table, datetime(2001, 1, 1, tzinfo=UTC))


def test_upkeep_says_first_and_then_expires_and_sweeps(catalog: Catalog, table: Table) -> None:
    folder = Path(table.location().removeprefix("file://"))
    stray = folder / "data" / "stray.parquet"
    stray.write_bytes(b"left by a killed commit")
    long_ago = time.time() - 2 * 3600
    for path in folder.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    before = sorted(folder.rglob("*"))
    settings = {"keep_days": 0, "keep_last": 1, "minimum_age": timedelta(minutes=1)}
    said = maintain.maintain(catalog, table, **settings, dry_run=True)
    assert sorted(folder.rglob("*")) == before
    assert len(said.expired) == 2
    assert said.orphans == [stray]
    done = maintain.maintain(catalog, table, **settings, dry_run=False)
    assert len(done.expired) == 2
    assert stray in done.orphans
    kept = catalog.load_table("racing.t")
    assert len(kept.snapshots()) == 1
    assert values(kept) == {2}
    assert maintain.maintain(catalog, kept, **settings, dry_run=False).expired == []


def test_young_files_are_never_swept(table: Table) -> None:
    young = Path(table.location().removeprefix("file://"), "data", "young.parquet")
    young.write_bytes(b"a commit in the making")
    assert maintain.orphans(table) == []
    assert maintain.orphans(table, timedelta(0)) == []
    an_hour_ago = time.time() - 3700
    os.utime(young, (an_hour_ago, an_hour_ago))
    assert maintain.orphans(table) == []
    assert maintain.orphans(table, timedelta(0)) == [young]


def test_unknown_tables_and_terms_are_clear_errors(catalog: Catalog, table: Table) -> None:
    with pytest.raises(LakeError, match=r"There are: racing\.t"):
        find(catalog, "other")
    with pytest.raises(LakeError, match="partitioned_by"):
        partition_terms(["bucket(4, id)"])
