"""A way back on Athena: its snapshots name no runs, the tags of good builds do. The tables lie in Glue, as Athena's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import boto3
import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from extract.stage.s3 import S3Storage
from extract.stage.storage import open_storage
from extract.stage.withdrawals import withdrawn_runs
from lake.athena.lock import path_of
from lake.cli.app import lake
from lake.errors import CommitConflict, LakeError, WarehouseLocked
from lake.iceberg import together
from lake.iceberg.tags import UNKNOWN, newest_runs, run_tags, tag_build
from lake.target import athena_target

RUNS = ["20250501T060000000000Z", "20250502T060000000000Z", "20250503T060000000000Z", "20250504T060000000000Z"]
COLUMNS = pa.schema([("race_id", pa.int64()), ("horse_id", pa.int64()), ("race_date", pa.date32()), ("n", pa.int32())])


class Tables:
    """Tables of an Athena schema, written as Athena does: with nothing of ours in the snapshots."""

    def __init__(self, schema: str, bucket: str) -> None:
        self.schema, self.bucket = schema, bucket

    @property
    def catalog(self) -> Catalog:
        return athena_target(self.schema).catalog

    def load(self, name: str) -> Table:
        return self.catalog.load_table((self.schema, name))

    def write(self, name: str, values: dict[int, int]) -> None:
        """Put rows in the place of a table's, each runner with its value."""
        if (self.schema, name) not in self.catalog.list_tables(self.schema):
            location = f"s3://{self.bucket}/lake/{self.schema}/{name}"
            self.catalog.create_table((self.schema, name), COLUMNS, location=location)
        rows = [
            {"race_id": key, "horse_id": 1, "race_date": date(2025, 5, 1 + key % 2), "n": n}
            for key, n in values.items()
        ]
        self.load(name).overwrite(pa.Table.from_pylist(rows, COLUMNS))

    def build(self, run_id: str | None, *tables: str, **written: dict[int, int]) -> None:
        """Write tables as one build; a good one tags them all with its newest run."""
        for name, values in written.items():
            self.write(name, values)
        for name in ("results", "scraped_races") if run_id else ():
            tag_build(self.load(name), str(run_id))

    def values(self, name: str) -> dict[int, int]:
        return {row["race_id"]: row["n"] for row in self.load(name).scan().to_arrow().to_pylist()}

    def both(self) -> tuple[dict[int, int], dict[int, int]]:
        return self.values("results"), self.values("scraped_races")

    def runs(self, name: str) -> list[str]:
        """The newest run of each snapshot of the line, oldest first."""
        return [run for _, run in reversed(newest_runs(self.load(name)).items())]


def run(*command: str, **more: Any) -> Result:
    return CliRunner().invoke(lake, list(command), **more)


@pytest.fixture
def tables(schema: str, bucket: str) -> Iterator[Tables]:
    """Three good builds over three staged runs; the second changes one table only."""
    made, staging = Tables(schema, bucket), open_storage(f"s3://{bucket}/staging")
    for run_id in RUNS:
        staging.write_new(f"slices/scraped_on={run_id[:4]}-{run_id[4:6]}-{run_id[6:8]}/{run_id}.csv", b"")
    made.build(RUNS[0], results={0: 0, 1: 0}, scraped_races={0: 0, 1: 0})
    made.build(RUNS[1], scraped_races={0: 0, 1: 1})
    made.build(RUNS[2], scraped_races={0: 2, 1: 1}, results={0: 0, 1: 2, 9: 2})
    return made


def withdrawn(tables: Tables) -> list[str]:
    return sorted(withdrawn_runs(open_storage(f"s3://{tables.bucket}/staging")))


def test_all_tables_go_back_to_between_two_builds_and_the_runs_are_withdrawn(tables: Tables) -> None:
    done = run("rollback", "--before", RUNS[2], "--yes")
    assert done.exit_code == 0, done.output
    assert tables.both() == ({0: 0, 1: 0}, {0: 0, 1: 1})
    assert withdrawn(tables) == RUNS[2:]
    assert f"Undo with: lake restore {RUNS[2]} {RUNS[3]} && dbt build" in done.output


def test_a_run_that_reached_one_table_first_takes_the_others_back_to_the_same_moment(tables: Tables) -> None:
    assert run("rollback", "--before", RUNS[1], "--yes").exit_code == 0
    assert tables.both() == ({0: 0, 1: 0}, {0: 0, 1: 0})


def test_it_shows_first_what_it_would_change_and_unanswered_it_touches_nothing(tables: Tables) -> None:
    before = tables.both()
    done = run("rollback", "--before", RUNS[2], input="n\n")
    shown = [line.split()[1:] for line in done.output.splitlines() if line.startswith(f"{tables.schema}.results")]
    assert shown == [["2025-05-02", "0", "1", "1"]]
    assert (tables.both(), withdrawn(tables)) == (before, [])


def test_what_a_failed_build_left_goes_too_and_other_tables_stay(tables: Tables) -> None:
    """It is not known what a failed build brought; the next good one brings again what counts."""
    tables.build(None, results={0: 3}, results__dbt_tmp={5: 5}, theirs={6: 6})
    assert tables.runs("results")[-1] == UNKNOWN
    assert run("rollback", "--before", RUNS[3], "--yes").exit_code == 0
    assert tables.values("results") == {0: 0, 1: 2, 9: 2}
    assert (tables.values("results__dbt_tmp"), tables.values("theirs")) == ({5: 5}, {6: 6})


def test_a_withdrawn_run_leaves_the_earlier_states_their_names(tables: Tables) -> None:
    """A build after a withdrawal tags its state with the newest run that still counts, which has one already."""
    tables.build(RUNS[1], results={0: 0, 1: 0}, scraped_races={0: 0, 1: 1})
    tables.build(RUNS[3], results={0: 3})
    first, second, third, fourth = RUNS  # an overwrite of PyIceberg's makes two snapshots
    assert tables.runs("results") == [first, third, third, second, second, fourth, fourth]
    assert tables.runs("scraped_races") == [first, second, second, third, third, second, second]
    assert run("rollback", "--before", RUNS[3], "--yes").exit_code == 0
    assert tables.both() == ({0: 0, 1: 0}, {0: 0, 1: 1})
    assert run("rollback", "--before", RUNS[2], "--yes").exit_code == 0
    assert tables.both() == ({0: 0, 1: 0}, {0: 0, 1: 1})
    assert set(run_tags(tables.load("scraped_races")).values()) == set(RUNS)


def test_without_a_state_from_before_nothing_is_touched_and_the_way_is_told(tables: Tables) -> None:
    before = tables.both()
    done = run("rollback", "--before", RUNS[0], "--yes")
    assert isinstance(done.exception, LakeError)
    assert f"lake withdraw {RUNS[0]}" in str(done.exception)
    assert (tables.both(), withdrawn(tables)) == (before, [])


def test_a_table_of_ours_without_any_tag_stops_it(tables: Tables) -> None:
    """A full refresh makes a table anew, and it failed before it tagged it."""
    tables.build(None, result_versions={1: 1})
    done = run("rollback", "--before", RUNS[2], "--yes")
    assert "result_versions has no state from before" in str(done.exception)


def test_if_one_table_cannot_go_back_the_others_are_put_forward_again(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, make = tables.both(), together._make_current

    def interfere(table: Table, goal: int) -> None:
        if table.name()[-1] == "scraped_races":
            tables.write("scraped_races", {7: 7})
        make(table, goal)

    monkeypatch.setattr(together, "_make_current", interfere)
    done = run("rollback", "--before", RUNS[2], "--yes")
    assert isinstance(done.exception, CommitConflict)
    assert tables.both() == (before[0], {7: 7})


def test_a_rollback_that_was_cut_off_between_two_tables_is_ended_by_the_next(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr(together, "_one_by_one", lambda goals: together._make_current(*next(iter(goals))))
        run("rollback", "--before", RUNS[2], "--yes")
    assert tables.both() == ({0: 0, 1: 0}, {0: 2, 1: 1})
    assert run("rollback", "--before", RUNS[2], "--yes").exit_code == 0
    assert tables.both() == ({0: 0, 1: 0}, {0: 0, 1: 1})


def test_nothing_is_written_when_the_lock_was_lost_while_it_waited_for_an_answer(
    tables: Tables, data: S3Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables.both()

    def lose(*_: object, **__: object) -> None:
        data.client.put_object(
            Bucket=data.bucket, Key=data.prefix + path_of(tables.schema), Body=b'{"token": "another"}'
        )

    monkeypatch.setattr("lake.cli.rollback.confirm", lose)
    done = run("rollback", "--before", RUNS[2], "--yes")
    assert isinstance(done.exception, WarehouseLocked)
    assert (tables.both(), withdrawn(tables)) == (before, [])


def test_diff_between_runs_and_moments(tables: Tables) -> None:
    done = run("diff", RUNS[1], RUNS[2], "--output", "csv")
    assert done.output.splitlines() == [
        "change,race_id,horse_id,field,before,after",
        "changed,1,1,n,0,2",
        "added,9,1,,,",
    ]
    assert "0 rows added, 0 rows removed, 0 rows changed" in run("diff", RUNS[0], RUNS[1]).output
    assert (
        "0 rows added, 0 rows removed, 2 rows changed" in run("diff", RUNS[0], "now", "--table", "scraped_races").output
    )


def test_a_tag_keeps_what_dbt_says_of_a_table_and_its_columns(tables: Tables) -> None:
    glue = boto3.client("glue", region_name="eu-west-1")

    def table() -> Any:
        return glue.get_table(DatabaseName=tables.schema, Name="results")["Table"]

    columns = [column | {"Comment": f"About {column['Name']}."} for column in table()["StorageDescriptor"]["Columns"]]
    said = {"Name": "results", "Description": "One row per runner.", "TableType": "EXTERNAL_TABLE"}
    said |= {"Parameters": table()["Parameters"]}
    said |= {"StorageDescriptor": {"Columns": columns, "Location": table()["StorageDescriptor"]["Location"]}}
    glue.update_table(DatabaseName=tables.schema, TableInput=said)  # type: ignore[arg-type]
    tag_build(tables.load("results"), RUNS[3])
    assert f"run-{RUNS[3]}" in tables.load("results").metadata.refs
    assert table()["Description"] == "One row per runner."
    assert [column["Comment"] for column in table()["StorageDescriptor"]["Columns"]] == [
        "About race_id.", "About horse_id.", "About race_date.", "About n."
    ]  # fmt: skip


def test_a_file_that_is_gone_from_s3_is_one_sentence(tables: Tables) -> None:
    client = open_storage(f"s3://{tables.bucket}/x").client  # type: ignore[attr-defined]
    for item in client.list_objects_v2(Bucket=tables.bucket, Prefix=f"lake/{tables.schema}/results/data/")["Contents"]:
        client.delete_object(Bucket=tables.bucket, Key=item["Key"])
    done = run("diff", RUNS[1], RUNS[2])
    assert isinstance(done.exception, LakeError), done.exception
    assert f"Cannot read {tables.schema}.results: " in str(done.exception)
    assert str(done.exception).endswith("Check your permissions in S3.")


def test_history_shows_the_tags(tables: Tables) -> None:
    lines = run("history", "scraped_races").output.splitlines()
    assert [RUNS[number] for number in (0, 1, 2) if any(f"run-{RUNS[number]}" in line for line in lines)] == RUNS[:3]
