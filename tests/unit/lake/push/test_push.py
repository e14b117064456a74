"""`lake push`: the tables and what is staged arrive whole, with their history, once; others' tables are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyiceberg.io.pyarrow import PyArrowFileIO

from extract.stage.layout import Run
from extract.stage.manifest import committed_runs
from extract.stage.s3 import S3Storage
from extract.stage.storage import open_storage
from extract.stage.verify import verify_runs
from lake.cli.app import lake
from lake.errors import LakeError, UsageError, WarehouseLocked
from lake.iceberg.catalog import open_catalog
from lake.lock import warehouse_lock
from lake.push import tables as pushing
from lake.target import athena_target
from tests.unit.lake.conftest import write_run
from tests.unit.stage.staged import RUN, commit_run


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    commit_run(open_storage(str(tmp_path / "staging")))
    return tmp_path / "staging"


@pytest.fixture
def target(bucket: str) -> str:
    return f"s3://{bucket}/staging"


def push(filled: Path, staging: Path, target: str, *options: str) -> Result:
    environment = {"LAKE_TARGET": "embedded", "EXTRACT_STAGING_SCHEMA": f"{target.split('/')[2].replace('-', '_')}_s"}
    return CliRunner(env=environment).invoke(
        lake, ["--warehouse", str(filled), "--staging", str(staging), "push", "--to-staging", target, *options]
    )


def test_tables_arrive_with_rows_and_history(filled: Path, staging: Path, target: str, schema: str) -> None:
    done = push(filled, staging, target, "--yes")
    assert done.exit_code == 0, done.output
    there, here = athena_target(schema).find("t"), open_catalog(filled).load_table("racing.t")
    assert [s.snapshot_id for s in there.snapshots()] == [s.snapshot_id for s in here.snapshots()]
    for snapshot in here.snapshots():
        rows = [t.scan(snapshot_id=snapshot.snapshot_id).to_pandas().sort_values("id") for t in (here, there)]
        assert rows[0].to_dict("records") == rows[1].to_dict("records")
    assert "file://" not in there.metadata.model_dump_json()
    assert there.metadata.table_uuid != here.metadata.table_uuid


def test_what_is_staged_arrives_as_it_was_written(filled: Path, staging: Path, target: str, schema: str) -> None:
    push(filled, staging, target, "--yes")
    there = open_storage(target)
    assert committed_runs(there) == [RUN.run_id]
    assert not [finding for check in verify_runs(there, [RUN.run_id]) for finding in check.findings]


def test_pushed_again_it_copies_nothing_and_a_later_run_comes_along(
    filled: Path, staging: Path, target: str, schema: str
) -> None:
    push(filled, staging, target, "--yes")
    again = push(filled, staging, target, "--yes")
    assert again.exit_code == 0
    assert "staging: 0 files" in again.output
    assert "racing.t" not in again.output
    later = Run(RUN.scraped_at.replace(day=19))
    commit_run(open_storage(str(staging)), later)
    assert push(filled, staging, target, "--yes").exit_code == 0
    assert committed_runs(open_storage(target)) == [RUN.run_id, later.run_id]


def test_stopped_half_way_glue_knows_nothing_and_the_next_goes_on(
    filled: Path, staging: Path, target: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, copied = pushing._copy, []

    def full_disk(remote: PyArrowFileIO, here: str, there: str) -> int | None:
        if len(copied) == 2:
            raise OSError("the line is down")
        copied.append(here)
        return copy(remote, here, there)

    with monkeypatch.context() as broken:
        broken.setattr(pushing, "_copy", full_disk)
        broken.setattr(pushing, "WORKERS", 1)
        stopped = push(filled, staging, target, "--yes")
    assert isinstance(stopped.exception, LakeError)
    assert str(stopped.exception).endswith("mend it, then lake push goes on.")
    assert list(athena_target(schema).tables()) == []
    done = push(filled, staging, target, "--yes")
    assert done.exit_code == 0, done.output
    assert "2 were there already" in done.output


def test_a_table_of_somebody_else_is_left_alone(filled: Path, staging: Path, target: str, schema: str) -> None:
    push(filled, staging, target, "--yes")
    before = athena_target(schema).find("t").metadata_location
    write_run(filled, "d", 4)
    refused = push(filled, staging, target, "--yes")
    assert isinstance(refused.exception, LakeError)
    assert f"Glue has a table {schema}.t already" in str(refused.exception)
    assert athena_target(schema).find("t").metadata_location == before


def test_a_staging_area_with_other_runs_is_left_alone(filled: Path, staging: Path, target: str, schema: str) -> None:
    other = Run(RUN.scraped_at.replace(day=20))
    commit_run(open_storage(target), other)
    refused = push(filled, staging, target, "--yes")
    assert "Nothing was copied. Push to an empty place." in str(refused.exception)
    assert committed_runs(open_storage(target)) == [other.run_id]
    assert list(athena_target(schema).tables()) == []


def test_nothing_is_pushed_beside_a_build(filled: Path, staging: Path, target: str, schema: str) -> None:
    with warehouse_lock(filled, "dbt build"):
        assert isinstance(push(filled, staging, target, "--yes").exception, WarehouseLocked)
    assert open_storage(target).list("") == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--data", ""), "set ATHENA_DATA"),
        (("--data", "lake"), "is no folder in S3"),
    ],
)
def test_places_that_are_none_are_usage_errors(
    options: tuple[str, ...], said: str, filled: Path, staging: Path, target: str, schema: str
) -> None:
    refused = push(filled, staging, target, "--yes", *options).exception
    assert isinstance(refused, UsageError)
    assert said in str(refused)


def test_a_folder_is_no_place_to_push_to(filled: Path, staging: Path, schema: str) -> None:
    assert "is not in S3" in str(push(filled, staging, "staging/of/mine", "--yes").exception)


def test_without_yes_nothing_moves_unasked(
    filled: Path, staging: Path, target: str, schema: str, data: S3Storage
) -> None:
    assert push(filled, staging, target).exit_code == 2
    assert [path for path in data.list("") if not path.startswith("_lock")] == []
    assert open_storage(target).list("") == []
