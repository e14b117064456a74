"""A warehouse with a table `racing.t` of three snapshots, merged by runs a, b and c."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.readings import Readings
from lake.merge.plan import MergeConfig
from lake.merge.store import Store

CONFIG = MergeConfig(["id"], ["half"], ["id"])


def write_run(folder: Path, run: str, n: int, name: str = "t", rows: int = 6) -> None:
    """Merge a run that gives each of some rows, in two partitions, the value n."""
    catalog = open_catalog(folder)
    connection = duckdb.connect()
    connection.execute(
        f"create table source as select i as id, 'h' || i % 2 as half, date '2025-05-01' + cast(i // 2 as integer) as "
        f"race_date, {n} as n, '{run}' as run_id from range({rows}) t(i)"
    )
    readings = Readings(catalog, tables(catalog))
    store = Store(connection, readings, ("racing", name), "source", CONFIG)
    if readings.load(("racing", name)) is None:
        store.create_or_replace()
    else:
        store.merge()


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    folder = tmp_path / "a [warehouse] *"
    for n, run in enumerate("abc"):
        write_run(folder, run, n)
    return folder
