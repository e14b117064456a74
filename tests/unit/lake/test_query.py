"""`lake query` reads what the catalog has now, whatever the DuckDB file says and whoever has it open."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from pyiceberg.catalog import Catalog

from lake.cli.app import lake
from lake.duck.views import refresh_views
from lake.errors import LakeError
from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.readings import Readings
from lake.merge.plan import MergeConfig
from lake.merge.store import Store
from lake.query import refresh
from lake.target import open_target


def write(catalog: Catalog, values: str) -> None:
    connection = duckdb.connect()
    connection.execute(f"create table source as select * from (values {values}) as t (id, n)")
    readings = Readings(catalog, tables(catalog))
    Store(connection, readings, ("racing", "t"), "source", MergeConfig(["id"])).create_or_replace()


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A table on its second snapshot, and a DuckDB file that a build left at the first: views on views, and a table."""
    catalog = open_catalog(tmp_path)
    write(catalog, "(1, 10)")
    with duckdb.connect(str(tmp_path / "lake.duckdb")) as connection:
        refresh_views(connection, tables(catalog))
        connection.execute('create view racing.zz as select id, n * 2 as twice from "lake"."racing"."t"')
        connection.execute("create view racing.aa as select * from racing.zz where twice > 0")
        connection.execute("create or replace view racing.zz as select id, n * 3 as twice from lake.racing.t")
    write(catalog, "(1, 10), (2, 20)")
    return tmp_path


def ask(warehouse: Path, sql: str, *options: str) -> Result:
    return CliRunner().invoke(lake, ["--warehouse", str(warehouse), "query", "--output", "json", *options, sql])


def test_tables_and_marts_are_read_as_they_are_now(warehouse: Path) -> None:
    assert json.loads(ask(warehouse, "select n from racing.t order by n").output) == [{"n": 10}, {"n": 20}]
    assert json.loads(ask(warehouse, "select sum(twice) as s from racing.aa").output) == [{"s": 90}]


def test_a_table_among_the_marts_is_read_too(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse / "lake.duckdb")) as connection:
        connection.execute("create table racing.held as select 7 as seven")
        connection.execute("create view racing.on_held as select seven + 1 as eight from racing.held")
    assert json.loads(ask(warehouse, "select eight from racing.on_held").output) == [{"eight": 8}]


def test_a_running_build_holds_up_no_reader(warehouse: Path) -> None:
    code = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    build = subprocess.Popen(
        [sys.executable, "-c", code, str(warehouse / "lake.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert build.stdout is not None
    build.stdout.readline()
    assert json.loads(ask(warehouse, "select count(*) as c from racing.t").output) == [{"c": 2}]
    refused = ask(warehouse, "select * from racing.aa").exception
    assert isinstance(refused, LakeError)
    assert "The marts are not there just now: a build or another program has lake.duckdb open" in str(refused)
    note = refresh(open_target("embedded", warehouse))
    assert "the next dbt build mends that" in note
    build.communicate("\n")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda file: file.write_bytes(b"garbage" * 999), "lake.duckdb is broken. The next dbt build makes it anew"),
        (lambda file: file.unlink(), "lake.duckdb is missing. The next dbt build makes it anew"),
    ],
)
def test_without_the_duckdb_file_the_tables_are_still_read(warehouse: Path, spoil: object, says: str) -> None:
    assert callable(spoil)
    spoil(warehouse / "lake.duckdb")
    assert json.loads(ask(warehouse, "select count(*) as c from racing.t").output) == [{"c": 2}]
    assert says in str(ask(warehouse, "select * from racing.aa").exception)


def test_a_mart_whose_columns_are_gone_says_so_and_spoils_nothing_else(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse / "lake.duckdb")) as connection:
        connection.execute("create table racing.gone as select 1 as x")
        connection.execute("create view racing.odd as select x from racing.gone")
        connection.execute("drop table racing.gone")
    assert "racing.odd is not there:" in str(ask(warehouse, "select * from racing.odd").exception)
    assert json.loads(ask(warehouse, "select count(*) as c from racing.aa").output) == [{"c": 2}]


def test_asking_leaves_the_duckdb_file_free(warehouse: Path) -> None:
    before = (warehouse / "lake.duckdb").read_bytes()
    ask(warehouse, "create table racing.mine as select 1")
    assert (warehouse / "lake.duckdb").read_bytes() == before
    with duckdb.connect(str(warehouse / "lake.duckdb")) as connection:
        connection.execute("select 1")


def test_the_past_has_the_tables_only(warehouse: Path) -> None:
    committed = open_catalog(warehouse).load_table("racing.t").snapshots()[1].timestamp_ms
    later = duckdb.execute(
        "select strftime(to_timestamp(?) at time zone 'UTC' + interval 1 second, '%Y-%m-%dT%H:%M:%S')",
        [committed // 1000],
    ).fetchall()[0][0]
    assert json.loads(ask(warehouse, "select count(*) as c from racing.t", "--as-of", later).output) == [{"c": 2}]
    refused = ask(warehouse, "select * from racing.aa", "--as-of", later).exception
    assert "In the past there are the Iceberg tables only." in str(refused)
