"""One writer per Athena schema, and a clear sentence for whoever comes second."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta

import pytest
from click.testing import CliRunner

from extract.stage.s3 import S3Storage
from lake.athena.lock import path_of, schema_lock
from lake.cli.app import lake
from lake.errors import LakeError, UsageError, WarehouseLocked

SHORT = timedelta(seconds=0.2)
RUNS_OUT = 2.3  # seconds: a short lease, its margin, and S3's clock in whole seconds


def test_the_second_is_told_who_since_when_until_when_and_what_to_do(data: S3Storage, schema: str) -> None:
    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    says = (
        rf"^Another command \(dbt build, process {os.getpid()} on .*, since {moment}\) is writing {data.url}\. Its lock "
        rf"holds until {moment} .* if it is dead, run again after {moment}\. Wait for it to end, then run lake rollback "
        r"again\.$"
    )
    with (
        schema_lock(data.url, schema, "dbt build"),
        pytest.raises(WarehouseLocked, match=says),
        schema_lock(data.url, schema, "lake rollback"),
    ):
        pass
    with schema_lock(data.url, schema, "lake rollback"):
        pass


def test_two_schemas_in_one_folder_do_not_wait_for_one_another(data: S3Storage, schema: str) -> None:
    with schema_lock(data.url, schema, "dbt build"), schema_lock(data.url, f"{schema}_dev", "dbt build"):
        assert data.list("_lock") == [path_of(schema), path_of(f"{schema}_dev")]


def test_a_long_build_renews_its_lock_and_a_dead_one_s_runs_out(data: S3Storage, schema: str) -> None:
    with schema_lock(data.url, schema, "dbt build", timedelta(seconds=1.2)) as lease:
        time.sleep(3.5)
        with pytest.raises(WarehouseLocked), schema_lock(data.url, schema, "dbt run"):
            pass
        lease.check()
    dead = {"host": "gone", "pid": 1, "since": "then", "token": "x", "lease_seconds": 2.0, "command": "dbt build"}
    data.client.put_object(Bucket=data.bucket, Key=data.prefix + path_of(schema), Body=json.dumps(dead).encode())
    with (
        pytest.raises(WarehouseLocked, match=r"dbt build, process 1 on gone"),
        schema_lock(data.url, schema, "dbt run"),
    ):
        pass
    time.sleep(RUNS_OUT + 2.0)
    with schema_lock(data.url, schema, "dbt run"):
        pass


def test_a_command_that_lost_its_lock_is_told_so(data: S3Storage, schema: str) -> None:
    with schema_lock(data.url, schema, "dbt build") as lease:
        data.client.put_object(Bucket=data.bucket, Key=data.prefix + path_of(schema), Body=b'{"token": "another"}')
        with pytest.raises(WarehouseLocked, match=r"This command lost its lock .* then run it again"):
            lease.confirm()
        with pytest.raises(WarehouseLocked, match="lost its lock"):
            lease.check()


@pytest.mark.parametrize("url", ["", "lake/", "s3:///lake", "http://x/y"])
def test_a_folder_that_is_not_in_s3_is_one_sentence(schema: str, url: str) -> None:
    with pytest.raises(UsageError, match="Set it to s3://bucket/prefix/"), schema_lock(url, schema, "dbt build"):
        pass


def test_a_bucket_that_is_not_there_is_one_sentence(schema: str) -> None:
    with (
        pytest.raises(LakeError, match="Check the bucket"),
        schema_lock("s3://no-such-bucket-1/x", schema, "dbt build"),
    ):
        pass


@pytest.mark.parametrize(
    "command",
    [["rollback", "results", "--to", "1", "--yes"], ["rollback", "--before", "20250501T060000000000Z", "--yes"]],
)
def test_lake_commands_that_write_end_with_6_before_they_look(data: S3Storage, schema: str, command: list[str]) -> None:
    with schema_lock(data.url, schema, "dbt build"):
        done = CliRunner().invoke(lake, command)
    assert isinstance(done.exception, WarehouseLocked)
    assert done.exception.exit_code == 6
    assert "dbt build" in str(done.exception)


def test_without_the_folder_of_the_tables_nothing_is_written(schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATHENA_DATA")
    done = CliRunner().invoke(lake, ["rollback", "results", "--to", "1", "--yes"])
    assert isinstance(done.exception, UsageError)
    assert "ATHENA_DATA is not set" in str(done.exception)
