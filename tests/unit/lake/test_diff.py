"""Two states of a table side by side: by run, tag, snapshot or moment."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from pyiceberg.table import Table

from lake.cli.app import lake
from lake.errors import LakeError, UsageError
from lake.iceberg import maintain
from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.readings import Readings
from lake.iceberg.snapshots import rollback
from lake.iceberg.tags import old_tags, resolve, tag_build
from lake.merge.plan import MergeConfig
from lake.merge.store import Store

RUNS = ["20250501T060000000000Z", "20250502T060000000000Z", "20250503T060000000000Z"]
ROWS = [
    [(1, 1, "gb", 60, None, 0), (1, 2, "gb", 61, "ran on", 0), (2, 1, "ire", 70, None, 0)],
    [(1, 1, "gb", 65, None, 1), (1, 2, "gb", 61, "ran on", 1), (2, 1, "ire", 70, None, 1)],
    [(1, 1, "gb", 65, "led", 2), (2, 1, "ire", 70, None, 2), (3, 5, "fr", 80, None, 2)],
]


def replace_with(folder: Path, run: str, rows: list[tuple[object, ...]]) -> None:
    catalog = open_catalog(folder)
    connection = duckdb.connect()
    connection.execute(
        "create table source (race_id bigint, horse_id bigint, country varchar, rpr integer, comment varchar, loaded_at "
        "integer, race_date date, run_id varchar)"
    )
    connection.executemany(f"insert into source values (?, ?, ?, ?, ?, ?, date '2025-05-01', '{run}')", rows)
    readings = Readings(catalog, tables(catalog))
    config = MergeConfig(["race_id", "horse_id"], ["country"], [])
    Store(connection, readings, ("racing", "runners"), "source", config).create_or_replace()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for run, rows in zip(RUNS, ROWS, strict=True):
        replace_with(tmp_path, run, rows)
    return tmp_path


def load(folder: Path) -> Table:
    return open_catalog(folder).load_table("racing.runners")


def ask(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(lake, ["--warehouse", str(folder), "diff", "--table", "runners", *arguments])


def test_rows_added_removed_and_changed_by_key_and_field(folder: Path) -> None:
    lines = list(csv.reader(ask(folder, RUNS[0], RUNS[2], "--output", "csv").output.splitlines()))
    assert lines[0] == ["change", "race_id", "horse_id", "field", "before", "after"]
    assert [line for line in lines[1:] if line[3] != "run_id"] == [
        ["changed", "1", "1", "rpr", "60", "65"],
        ["changed", "1", "1", "comment", "", "led"],
        ["removed", "1", "2", "", "", ""],
        ["added", "3", "5", "", "", ""],
    ]


def test_the_way_back_is_the_reverse(folder: Path) -> None:
    there = json.loads(ask(folder, RUNS[1], "now", "--output", "json").output)
    back = json.loads(ask(folder, "now", RUNS[1], "--output", "json").output)
    assert [(line["before"], line["after"]) for line in there] == [(line["after"], line["before"]) for line in back]
    assert sorted(line["change"] for line in there if line["change"] != "changed") == ["added", "removed"]
    assert ask(folder, "now", "now").output == "0 rows added, 0 rows removed, 0 rows changed\n"


def test_when_a_row_was_loaded_is_no_change_unless_asked_for(folder: Path) -> None:
    replace_with(folder, RUNS[2], [(*row[:5], 9) for row in ROWS[2]])
    before = str(load(folder).snapshots()[-2].snapshot_id)
    assert ask(folder, before).output == "0 rows added, 0 rows removed, 0 rows changed\n"
    assert "3 rows changed" in ask(folder, before, "--every-field").output


def test_a_state_has_many_names(folder: Path) -> None:
    table = load(folder)
    ids = [snapshot.snapshot_id for snapshot in table.snapshots()]
    assert [resolve(table, run) for run in RUNS] == ids
    assert resolve(table, "now") == resolve(table, "main") == ids[2]
    assert resolve(table, str(ids[1])) == ids[1]
    assert resolve(table, "2999-01-01") == resolve(table, "2999-01-01T09:00") == ids[2]
    # a run that brought nothing new: the state is that of the run before it
    assert resolve(table, "20250502T120000000000Z") == ids[1]
    tag_build(table, "20250504T060000000000Z")
    assert (
        resolve(load(folder), "20250504T060000000000Z") == resolve(load(folder), "run-20250504T060000000000Z") == ids[2]
    )


@pytest.mark.parametrize("said", ["20240101T060000000000Z", "20260101T060000000000Z", "1", "yesterday", "run-1", ""])
def test_a_state_that_there_is_not_is_a_usage_error(folder: Path, said: str) -> None:
    with pytest.raises(UsageError, match="lake history runners"):
        resolve(load(folder), said)


def test_a_late_run_merged_after_a_newer_one_does_not_hide_it(folder: Path) -> None:
    replace_with(folder, "20250501T120000000000Z", ROWS[0])
    table = load(folder)
    assert resolve(table, RUNS[0]) == table.snapshots()[0].snapshot_id
    assert resolve(table, RUNS[2]) == table.snapshots()[3].snapshot_id


def test_what_was_rolled_back_is_not_in_the_line(folder: Path) -> None:
    table = load(folder)
    rollback(open_catalog(folder), table, table.snapshots()[0].snapshot_id)
    replace_with(folder, RUNS[1], ROWS[2])
    table = load(folder)
    assert resolve(table, RUNS[1]) == table.snapshots()[3].snapshot_id


def test_tags_are_bounded_and_maintain_lets_go_of_old_ones(folder: Path) -> None:
    for run in ("20250301T060000000000Z", "20250329T060000000000Z", RUNS[2]):
        tag_build(load(folder), run)
    with load(folder).manage_snapshots() as manage:
        manage.create_tag(load(folder).snapshots()[0].snapshot_id, "before-the-season")
        manage.create_tag(load(folder).snapshots()[1].snapshot_id, "run-20250101T060000000000Z")
    refs = set(load(folder).metadata.refs)
    assert refs == {
        "main",
        "before-the-season",
        "run-20250329T060000000000Z",
        f"run-{RUNS[2]}",
        "run-20250101T060000000000Z",
    }
    assert old_tags(load(folder), timedelta(days=35)) == ["run-20250101T060000000000Z"]
    settings = {"keep_days": 0, "keep_last": 1}
    said = maintain.maintain(open_catalog(folder), load(folder), **settings, dry_run=True)
    assert said.expired == [load(folder).snapshots()[1].snapshot_id]
    assert set(load(folder).metadata.refs) == refs
    maintain.maintain(open_catalog(folder), load(folder), **settings, dry_run=False)
    assert set(load(folder).metadata.refs) == {"main", "before-the-season", f"run-{RUNS[2]}"}
    assert len(load(folder).snapshots()) == 2


def test_a_file_that_is_gone_is_one_sentence(folder: Path) -> None:
    for file in (folder / "racing" / "runners" / "data").rglob("*.parquet"):
        file.unlink()
    done = ask(folder, RUNS[0], RUNS[2])
    assert isinstance(done.exception, LakeError), done.exception
    assert "Cannot read racing.runners: " in str(done.exception)
    assert "lake doctor" in str(done.exception)
