"""`lake doctor` names what is out of order, each time with what mends it; and the mending works."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from extract.stage.storage import open_storage
from lake.cli.app import lake
from lake.errors import LakeError
from lake.iceberg.catalog import open_catalog
from tests.unit.lake.conftest import write_run
from tests.unit.stage.staged import RUN, commit_run


def run(folder: Path, *command: str) -> Result:
    return CliRunner().invoke(lake, ["--warehouse", str(folder), "--staging", str(folder.parent / "staging"), *command])


def values(folder: Path) -> list[int]:
    return sorted(open_catalog(folder).load_table("racing.t").scan().to_arrow()["n"].to_pylist())


def data_file(folder: Path) -> Path:
    return Path(next(iter(open_catalog(folder).load_table("racing.t").scan().plan_files())).file.file_path[7:])


def test_a_sound_warehouse_is_in_order(filled: Path) -> None:
    for command in (["doctor"], ["doctor", "--deep"]):
        done = run(filled, *command)
        assert done.output == f"{filled} is in order.\n"
        assert done.exit_code == 0


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def spoil_footer(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20] + b"x" * 20)


def spoil_middle(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + b"\xff" * 40 + whole[44:])


@pytest.mark.parametrize(
    ("spoil", "says", "command"),
    [
        (Path.unlink, "is missing", "doctor"),
        (cut, "bytes instead of", "doctor"),
        (spoil_footer, "cannot be read", "doctor"),
        (spoil_middle, "cannot be read", "doctor --deep"),
    ],
)
def test_a_spoiled_data_file_is_named(filled: Path, spoil: Callable[[Path], None], says: str, command: str) -> None:
    path = data_file(filled)
    spoil(path)
    done = run(filled, *command.split())
    assert done.exit_code == 1
    assert str(path) in done.output
    assert says in done.output
    assert "    lake drop racing.t --yes && dbt build --full-refresh\n" in done.output
    assert run(filled, "drop", "racing.t", "--yes").exit_code == 0
    write_run(filled, "d", 7)
    assert values(filled) == [7] * 6


def test_a_missing_data_file_is_one_sentence_to_whoever_reads(filled: Path) -> None:
    data_file(filled).unlink()
    refused = run(filled, "query", "select * from racing.t").exception
    assert isinstance(refused, LakeError)
    assert "racing.t is not whole" in str(refused)
    assert "lake doctor" in str(refused)


LOST: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"no database" * 1000),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "new": lambda path: (path.unlink(), sqlite3.connect(path).execute("create table x (y)").connection.close()),
}


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_catalog_is_never_replaced_in_silence_and_can_be_mended(filled: Path, kind: str) -> None:
    LOST[kind](filled / "catalog.db")
    before = (filled / "catalog.db").read_bytes() if (filled / "catalog.db").exists() else None
    with pytest.raises(LakeError, match="lake doctor --mend"):
        open_catalog(filled)
    assert ((filled / "catalog.db").read_bytes() if before is not None else None) == before
    found = run(filled, "doctor")
    assert found.exit_code == 1
    assert found.output.splitlines()[1] == "    lake doctor --mend"
    assert "lake doctor --mend" in str(run(filled, "status").exception)
    mended = run(filled, "doctor", "--mend")
    assert "racing.t is registered again, as of 20" in mended.output
    assert values(filled) == [2] * 6
    assert len(open_catalog(filled).load_table("racing.t").snapshots()) == 3
    write_run(filled, "d", 3)
    assert values(filled) == [3] * 6


KILLED_WHILE_WRITING = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("pragma cache_size = 1")
connection.execute("begin")
connection.execute("create table spill as with n(i) as (select 1 union all select i + 1 from n where i < 5000)"
                   " select randomblob(100) from n")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("command", [("doctor",), ("status",), ("query", "select count(*) from racing.t")])
def test_what_a_command_killed_while_it_wrote_the_catalog_left_half_done_is_undone(
    filled: Path, command: tuple[str, ...]
) -> None:
    subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, str(filled / "catalog.db")], check=False)
    assert (filled / "catalog.db-journal").exists()
    assert run(filled, *command).exit_code == 0
    assert not (filled / "catalog.db-journal").exists()
    assert values(filled) == [2] * 6


def test_a_new_warehouse_and_one_whose_tables_were_dropped_are_no_lost_catalog(filled: Path, tmp_path: Path) -> None:
    open_catalog(tmp_path / "new")
    open_catalog(tmp_path / "new")
    run(filled, "drop", "t", "--yes")
    open_catalog(filled)


def test_lost_metadata_is_registered_again_from_the_newest_that_is_left(filled: Path) -> None:
    table = open_catalog(filled).load_table("racing.t")
    Path(table.metadata_location[7:]).unlink()
    done = run(filled, "doctor")
    assert "The metadata of racing.t is not where the catalog says" in done.output
    assert "    lake doctor --mend" in done.output
    assert run(filled, "doctor", "--mend").exit_code == 0
    assert values(filled) == [1] * 6


def test_a_table_without_any_metadata_can_be_dropped_and_made_anew(filled: Path) -> None:
    shutil.rmtree(filled / "racing" / "t" / "metadata")
    done = run(filled, "doctor")
    assert "    lake drop racing.t --yes && dbt build --full-refresh" in done.output
    assert run(filled, "drop", "t", "--yes").exit_code == 0
    write_run(filled, "d", 7)
    assert values(filled) == [7] * 6


def test_a_moved_warehouse_is_told_and_relocated_with_its_history(filled: Path) -> None:
    moved = filled.parent / "elsewhere" / "w"
    moved.parent.mkdir()
    filled.rename(moved)
    done = run(moved, "doctor")
    assert "    lake relocate" in done.output
    assert "lake relocate" in str(run(moved, "status").exception)
    assert "racing.t: now at" in run(moved, "relocate").output
    assert run(moved, "doctor").exit_code == 0
    table = open_catalog(moved).load_table("racing.t")
    seen = [set(table.scan(snapshot_id=s.snapshot_id).to_arrow()["n"].to_pylist()) for s in table.snapshots()]
    assert seen == [{0}, {1}, {2}]
    assert str(filled) not in (Path(table.metadata_location[7:])).read_text()
    write_run(moved, "d", 3)
    assert values(moved) == [3] * 6
    assert "nothing was done" in run(moved, "relocate").output


def test_a_copy_never_writes_into_the_original(filled: Path) -> None:
    copy = filled.parent / "copy"
    shutil.copytree(filled, copy)
    before = sorted(filled.rglob("*"))
    with pytest.raises(LakeError, match="lies in another warehouse than its catalog"):
        write_run(copy, "d", 3)
    assert run(copy, "relocate").exit_code == 0
    write_run(copy, "d", 3)
    assert sorted(filled.rglob("*")) == before
    assert (values(filled), values(copy)) == ([2] * 6, [3] * 6)


def test_half_a_copy_is_refused_and_left_as_it_was(filled: Path) -> None:
    copy = filled.parent / "copy"
    shutil.copytree(filled, copy)
    next((copy / "racing" / "t" / "metadata").glob("snap-*.avro")).unlink()
    catalog = (copy / "catalog.db").read_bytes()
    assert "Copy the whole warehouse" in str(run(copy, "relocate").exception)
    assert (copy / "catalog.db").read_bytes() == catalog


def test_leftovers_are_named_with_what_sweeps_them(filled: Path) -> None:
    staging = filled.parent / "staging"
    left = staging / "results" / "scraped_on=2025-05-02" / ".tmp-abc"
    left.parent.mkdir(parents=True)
    left.write_text("half a file")
    orphan = filled / "racing" / "t" / "data" / "orphan.parquet"
    orphan.write_text("left by a killed commit")
    assert run(filled, "doctor").exit_code == 0, "young files may be in the making"
    two_days_ago = time.time() - 2 * 86400
    for path in (left, orphan):
        os.utime(path, (two_days_ago, two_days_ago))
    with duckdb.connect(str(filled / "lake.duckdb")) as connection:
        connection.execute("create schema racing; create table racing.results__dbt_rows as select 1 as x")
    lines = run(filled, "doctor").output.splitlines()
    assert "racing.t has 1 files that no snapshot needs." in lines
    assert "    lake maintain --yes" in lines
    assert "racing.results__dbt_rows in lake.duckdb was left by a build that did not end." in lines
    sweep = next(line for line in lines if "find" in line)
    assert run(filled, "maintain", "--yes").exit_code == 0
    subprocess.run(shlex.split(sweep), check=True)
    assert not left.exists()
    assert not orphan.exists()


def test_a_run_from_the_future_and_a_broken_duckdb_file_are_named(filled: Path) -> None:
    run_file = filled.parent / "staging" / "slices" / "scraped_on=2999-01-01" / "29990101T060000000000Z.csv"
    run_file.parent.mkdir(parents=True)
    run_file.touch()
    (filled / "lake.duckdb").write_bytes(b"garbage" * 1000)
    output = run(filled, "doctor").output
    assert "Run 29990101T060000000000Z is dated later than now." in output
    assert "lake.duckdb cannot be read" in output


def test_a_changed_staged_file_is_named_by_a_deep_look_until_its_run_is_withdrawn(filled: Path) -> None:
    storage = open_storage(str(filled.parent / "staging"))
    commit_run(storage)
    changed = next((filled.parent / "staging" / "results").rglob("*.csv"))
    changed.write_text(changed.read_text().replace('"126"', '"127"', 1))
    stray = changed.with_name("Copy of it.csv")
    stray.touch()
    assert f"{stray} is none of the files" in run(filled, "doctor").output
    stray.unlink()
    assert run(filled, "doctor").exit_code == 0
    output = run(filled, "doctor", "--deep").output
    assert f"{changed} is not what was written" in output
    assert f"withdraw run {RUN.run_id}" in output
    assert run(filled, "withdraw", RUN.run_id, "--reason", "its file was changed").exit_code == 0
    assert run(filled, "doctor", "--deep").exit_code == 0


def test_earlier_snapshots_that_lost_files_are_told_apart_from_the_current_one(filled: Path) -> None:
    table = open_catalog(filled).load_table("racing.t")
    first = table.snapshots()[0].snapshot_id
    Path(next(iter(table.scan(snapshot_id=first).plan_files())).file.file_path[7:]).unlink()
    output = run(filled, "doctor").output
    assert "racing.t has 1 earlier snapshots whose files are gone; the current one is whole." in output


def test_without_a_warehouse_there_is_nothing_to_examine(tmp_path: Path) -> None:
    assert "There is no warehouse" in str(run(tmp_path / "none", "doctor").exception)
    done = run(tmp_path, "doctor")
    assert done.exit_code == 1
    assert "There are no tables" in done.output
