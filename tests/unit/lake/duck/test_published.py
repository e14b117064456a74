"""`racing.duckdb`: what people read while builds come and go."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from lake.cli.app import lake
from lake.duck.published import NAME, publish
from lake.duck.views import refresh_views
from lake.iceberg.catalog import open_catalog, tables
from tests.unit.lake.conftest import write_run

MARTS = (
    "create view racing.twice as select id, n * 2 as twice, 'lake.racing.t' as said from lake.racing.t",
    'create view racing."odd name" as select sum(twice) as s from "lake"."racing"."twice"',
    "create view racing.a_first as from racing.\"odd name\"",
    "create table racing.seed as select 'gb' as country",
    "create view racing.seeded as select * from lake.racing.seed",
    "create schema staging",
    "create view staging.slices as select 1 as one",
    "create view racing.stg as select * from lake.staging.slices",
    "create view racing.on_stg as select * from lake.racing.stg",
)  # fmt: skip


def build(folder: Path) -> bool:
    """What the end of a good build does."""
    found = list(tables(open_catalog(folder)))
    with duckdb.connect(str(folder / "lake.duckdb")) as connection:
        refresh_views(connection, found)
        if not connection.execute("select 1 from duckdb_views() where view_name = 'twice'").fetchall():
            for sql in MARTS:
                connection.execute(sql)
        return publish(connection, "lake", "racing", found, folder)


@pytest.fixture
def folder(filled: Path) -> Path:
    assert build(filled)
    return filled


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[object]:
    return [row[0] for row in connection.execute(sql).fetchall()]


def test_tables_marts_and_seeds_are_found_with_and_without_a_prefix_under_any_name(folder: Path) -> None:
    with duckdb.connect(str(folder / NAME), read_only=True) as connection:
        for prefix in ("", "racing."):
            assert rows(connection, f"select count(*) from {prefix}t") == [6]
            assert rows(connection, f'from {prefix}"odd name"') == [24]
        assert rows(connection, "from a_first union all select 1 from seeded") == [24, 1]
        assert rows(connection, "select distinct said from twice") == ["lake.racing.t"]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder / NAME}' as other (read_only)")
        assert rows(connection, "from other.a_first") == [24]


def test_what_reads_staged_files_is_left_out_and_nothing_is_left_beside_it(folder: Path) -> None:
    with duckdb.connect(str(folder / NAME), read_only=True) as connection:
        names = set(rows(connection, "select table_name from information_schema.tables"))
        stamp = connection.execute("from published").fetchall()
    assert names == {"t", "twice", "odd name", "a_first", "seed", "seeded", "published"}
    assert stamp == [("t", open_catalog(folder).load_table("racing.t").metadata.current_snapshot_id)]
    assert {path.name for path in folder.iterdir()} == {"catalog.db", "racing", "lake.duckdb", NAME}


def test_a_build_that_changed_nothing_leaves_it(folder: Path) -> None:
    before = (folder / NAME).stat()
    assert not build(folder)
    assert (folder / NAME).stat().st_ino == before.st_ino
    write_run(folder, "d", 9)
    assert build(folder)


@pytest.mark.parametrize("read_only", ["True", "False"])
def test_a_reader_holds_up_no_build_and_reads_on(folder: Path, read_only: str) -> None:
    code = (
        f"import duckdb; c = duckdb.connect(r'{folder / NAME}', read_only={read_only})\n"
        "if not READ_ONLY: c.execute('create table mine as select 1')\n"
        "while True:\n    print(c.execute('select sum(n) from t').fetchone()[0], flush=True); input()"
    ).replace("READ_ONLY", read_only)
    reader = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdin is not None
    assert reader.stdout.readline() == "12\n"
    write_run(folder, "d", 9)
    assert build(folder)
    with duckdb.connect(str(folder / NAME), read_only=True) as connection:
        assert rows(connection, "select sum(n) from t") == [54]
    reader.stdin.write("\n")
    reader.stdin.flush()
    assert reader.stdout.readline() == "12\n"
    reader.stdin.close()
    reader.wait()
    with duckdb.connect(str(folder / NAME)) as connection:
        assert rows(connection, "select sum(n) from t") == [54]


def test_one_that_cannot_be_put_in_place_leaves_the_old_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Path:
        raise OSError("No space left on device")

    write_run(folder, "d", 9)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space left"):
            build(folder)
    with duckdb.connect(str(folder / NAME), read_only=True) as connection:
        assert rows(connection, "select sum(n) from t") == [12]
    assert build(folder)


def test_what_a_killed_build_left_is_named_and_swept(folder: Path, tmp_path: Path) -> None:
    def run(*command: str) -> str:
        where = ("--warehouse", str(folder), "--staging", str(tmp_path / "staging"))
        return CliRunner().invoke(lake, [*where, *command]).output

    left = folder / f".{NAME}.new"
    left.write_bytes(b"half")
    os.utime(left, (1, 1))
    said = run("doctor")
    assert f"{left} was left by a command that did not end." in said
    assert "lake maintain --yes" in said
    run("maintain", "--yes")
    assert not left.exists()


def test_going_back_dropping_and_moving_show_in_it(folder: Path, tmp_path: Path) -> None:
    def run(folder: Path, *command: str) -> str:
        done = CliRunner().invoke(lake, ["--warehouse", str(folder), *command])
        assert done.exit_code == 0, done.output + str(done.exception)
        return done.output

    first = open_catalog(folder).load_table("racing.t").snapshots()[0].snapshot_id
    run(folder, "rollback", "t", "--to", str(first), "--yes")
    with duckdb.connect(str(folder / NAME), read_only=True) as connection:
        assert rows(connection, "select sum(n) from t") == [0]
    moved = tmp_path / "moved"
    folder.rename(moved)
    run(moved, "relocate")
    with duckdb.connect(str(moved / NAME), read_only=True) as connection:
        assert rows(connection, "select sum(n) from t") == [0]
    run(moved, "maintain", "--keep-days", "0", "--keep-last", "1", "--yes")
    run(moved, "drop", "t", "--yes")
    with duckdb.connect(str(moved / NAME), read_only=True) as connection:
        assert rows(connection, "select view_name from duckdb_views() where not internal") == ["seeded"]


def test_lake_query_has_the_marts_beside_a_running_build(folder: Path) -> None:
    code = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    build = subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "lake.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert build.stdout is not None
    build.stdout.readline()
    write_run(folder, "d", 9)
    done = CliRunner().invoke(lake, ["--warehouse", str(folder), "query", "from a_first", "--output", "csv"])
    assert done.output == "s\n108\n"
    build.communicate("\n")
