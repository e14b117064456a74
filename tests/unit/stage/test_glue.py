"""Registering what is staged in S3 as tables of Glue."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from extract import contract
from extract.cli.app import extract
from extract.contract import CONTRACT, Column
from extract.errors import StagingError, UsageError
from extract.stage import glue
from extract.stage.glue import register
from extract.stage.layout import Run
from extract.stage.run_writer import RunWriter
from extract.stage.storage import open_storage


@pytest.fixture
def staging(bucket: str) -> str:
    return f"s3://{bucket}/some/prefix"


def database(staging: str) -> str:
    return staging.split("/")[2].replace("-", "_")


def tables(staging: str) -> dict[str, Any]:
    listed = boto3.client("glue", region_name="eu-west-1").get_tables(DatabaseName=database(staging))["TableList"]
    return {table["Name"]: table for table in listed}


def change_table(staging: str, table: str, **changes: Any) -> None:
    current = tables(staging)[table]
    kept = {key: current[key] for key in ("Name", *glue.OURS)}
    boto3.client("glue", region_name="eu-west-1").update_table(
        DatabaseName=database(staging), TableInput=kept | changes
    )


def test_the_tables_are_made_once_and_then_left_alone(staging: str) -> None:
    assert register(staging, database(staging)) == dict.fromkeys(CONTRACT, "created")
    assert register(staging + "/", database(staging)) == dict.fromkeys(CONTRACT, "unchanged")
    for name, columns in CONTRACT.items():
        storage = tables(staging)[name]["StorageDescriptor"]
        assert [column["Name"] for column in storage["Columns"]] == [column.name for column in columns]
        assert {column["Type"] for column in storage["Columns"]} == {"string"}
        assert storage["Location"] == f"{staging}/{name}/"
        assert storage["SerdeInfo"]["Parameters"]["escapeChar"] == "\u0001"


def test_partitions_begin_with_the_first_run(staging: str) -> None:
    register(staging, database(staging))
    parameters = tables(staging)["results"]["Parameters"]
    assert parameters["projection.scraped_on.range"] == f"{datetime.now(UTC).date()},NOW+1DAYS"
    for day in (20, 18, 19):
        RunWriter(open_storage(staging), Run(datetime(2025, 11, day, 6, tzinfo=UTC))).commit([], [])
    assert register(staging, database(staging)) == dict.fromkeys(CONTRACT, "updated")
    parameters = tables(staging)["results"]["Parameters"]
    assert parameters["projection.scraped_on.range"] == "2025-11-18,NOW+1DAYS"
    assert parameters["storage.location.template"] == f"{staging}/results/scraped_on=${{scraped_on}}/"


def test_new_columns_are_added_at_the_end(staging: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(contract.CONTRACT, "slices", contract.SLICES[:-1])
    register(staging, database(staging))
    monkeypatch.setitem(contract.CONTRACT, "slices", contract.SLICES)
    assert register(staging, database(staging)) == dict.fromkeys(contract.CONTRACT, "unchanged") | {"slices": "updated"}
    assert tables(staging)["slices"]["StorageDescriptor"]["Columns"][-1]["Name"] == contract.SLICES[-1].name


def test_columns_of_a_newer_version_are_kept(staging: str, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = (*contract.SLICES, Column("weather", "varchar", "Weather."))
    monkeypatch.setitem(contract.CONTRACT, "slices", newer)
    register(staging, database(staging))
    monkeypatch.setitem(contract.CONTRACT, "slices", contract.SLICES)
    assert register(staging, database(staging))["slices"] == "unchanged"
    assert tables(staging)["slices"]["StorageDescriptor"]["Columns"][-1]["Name"] == "weather"


def test_what_somebody_changed_is_set_right(staging: str) -> None:
    register(staging, database(staging))
    change_table(staging, "races", Parameters={"EXTERNAL": "TRUE"})
    assert register(staging, database(staging))["races"] == "updated"
    assert tables(staging)["races"]["Parameters"]["projection.enabled"] == "true"


def test_a_table_that_is_not_ours_is_refused(staging: str) -> None:
    register(staging, database(staging))
    with pytest.raises(StagingError, match="Name another Glue database"):
        register(staging + "/elsewhere", database(staging))
    columns = tables(staging)["races"]["StorageDescriptor"]["Columns"]
    renamed = [{"Name": "other", "Type": "string"}, *columns[1:]]
    change_table(
        staging, "races", StorageDescriptor=tables(staging)["races"]["StorageDescriptor"] | {"Columns": renamed}
    )
    with pytest.raises(StagingError, match="other columns than the staged files"):
        register(staging, database(staging))


def test_refusals_say_what_to_do_next(staging: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="s3://bucket/prefix"):
        register("/tmp/staging")
    with pytest.raises(StagingError, match=r"NoSuchBucket.*extract register"):
        register("s3://there-is-no-such-bucket/x", database(staging))
    with monkeypatch.context() as bare:
        bare.delenv("AWS_REGION")
        with pytest.raises(StagingError, match="specify a region"):
            register(staging, database(staging))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(StagingError, match=r"Cannot reach.*extract register"):
        register(staging, database(staging))


def scrape(staging: str, *more: str) -> Result:
    options = [
        "--source",
        "sample",
        "--rate",
        "1000",
        "--as-of",
        "2025-11-18T06:00",
        "--countries",
        "fr",
        "--days",
        "1",
    ]
    return CliRunner().invoke(extract, [*options, "--staging", staging, "--staging-schema", database(staging), *more])


def test_a_run_registers_what_it_staged(staging: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = scrape(staging)
    assert ran.exit_code == 0, ran.output
    assert tables(staging)["results"]["Parameters"]["projection.scraped_on.range"] == "2025-11-18,NOW+1DAYS"
    said = CliRunner().invoke(extract, ["register", "--staging", staging, "--staging-schema", database(staging)])
    assert said.output.splitlines() == [f"{database(staging)}.{table}: unchanged" for table in CONTRACT]


def test_a_run_that_cannot_register_is_staged_all_the_same(
    staging: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(staging + "/elsewhere", database(staging))
    monkeypatch.chdir(tmp_path)
    ran = scrape(staging)
    assert ran.exit_code == 1
    assert "is complete" in ran.output
    assert json.loads(scrape(staging, "--output", "json").stdout)["exit_code"] == 1
    assert "Name another Glue database" in ran.output
    assert len(open_storage(staging).list("slices")) == 2
