"""What a dead build leaves in S3 is swept: nothing that a table names, nothing young, nothing that is not ours."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

from extract.stage.s3 import S3Storage
from lake.athena import leftovers
from lake.athena.leftovers import sweep
from lake.errors import LakeError

HOUR = timedelta(hours=1)
NO_AGE = timedelta(seconds=-5)  # S3's clock has whole seconds


def put(data: S3Storage, path: str) -> str:
    data.client.put_object(Bucket=data.bucket, Key=data.prefix + path, Body=b"x")
    return path


def folder(data: S3Storage, schema: str, table: str) -> str:
    """Make the folder of a table as dbt-athena does, with two files; returns its path."""
    path = f"{schema}/{table}/{uuid4()}"
    put(data, f"{path}/data/one.parquet")
    put(data, f"{path}/metadata/00000.metadata.json")
    return path


def name_in_glue(data: S3Storage, database: str, name: str, path: str, **parameters: str) -> None:
    glue = boto3.client("glue", region_name="eu-west-1")
    table = {"Name": name, "StorageDescriptor": {"Location": f"{data.url}/{path}"}, "Parameters": parameters}
    glue.create_table(DatabaseName=database, TableInput=table)  # type: ignore[arg-type]


def swept(data: S3Storage, schema: str, age: timedelta = NO_AGE, dry_run: bool = False) -> list[str]:
    return sweep(data, schema, ["results", "run_slices"], age, dry_run=dry_run)


def test_a_folder_that_no_table_names_goes_and_that_of_a_table_stays(data: S3Storage, schema: str) -> None:
    table, passing = folder(data, schema, "results"), folder(data, schema, "results__ha")
    name_in_glue(data, schema, "results", table)
    name_in_glue(data, schema, "results__ha", f"{passing}/")
    dead = [
        folder(data, schema, name)
        for name in ("results", "results__dbt_tmp", "run_slices__dbt_tmp__tmp_not_partitioned")
    ]
    said = swept(data, schema)
    assert said == [f"Deleted {data.url}/{path}/: 2 files, 2 bytes, named by no table" for path in sorted(dead)]
    assert {path.rsplit("/", 2)[0] for path in data.list(schema)} == {table, passing}


def test_a_dry_run_says_the_same_and_deletes_nothing(data: S3Storage, schema: str) -> None:
    dead = folder(data, schema, "results__dbt_tmp")
    assert swept(data, schema, dry_run=True) == [
        f"Would delete {data.url}/{dead}/: 2 files, 2 bytes, named by no table"
    ]
    assert len(data.list(schema)) == 2


def test_one_young_file_keeps_a_folder(data: S3Storage, schema: str) -> None:
    folder(data, schema, "results__dbt_tmp")
    assert swept(data, schema, HOUR) == []
    assert len(data.list(schema)) == 2


def test_nothing_is_touched_whose_name_is_not_one_that_dbt_athena_gives_to_our_tables(
    data: S3Storage, schema: str
) -> None:
    uuid = uuid4()
    kept = [
        put(data, path)
        for path in (
            f"{schema}/results/not-a-uuid/x", f"{schema}/results/{uuid}", f"{schema}/theirs/{uuid}/x",
            f"{schema}/results__mine/{uuid}/x", f"{schema}2/results/{uuid}/x", f"results/{uuid}/x", f"_lock/{schema}.json",
            f"other/{schema}/results/{uuid}/x", f"{schema}/deeper/results/{uuid}/x",
        )
    ]  # fmt: skip
    data.client.put_object(Bucket=data.bucket, Key=f"staging/{schema}/results/{uuid}/x", Body=b"")
    data.client.put_object(Bucket=data.bucket, Key=f"{schema}/results/{uuid}/x", Body=b"")
    assert swept(data, schema) == []
    assert data.list("") == sorted(kept)


def test_a_table_of_another_database_keeps_its_folder_too(data: S3Storage, schema: str) -> None:
    boto3.client("glue", region_name="eu-west-1").create_database(DatabaseInput={"Name": f"{schema}_other"})
    by_location, by_metadata = folder(data, schema, "results"), folder(data, schema, "results")
    name_in_glue(data, f"{schema}_other", "kept", by_location)
    metadata = f"{data.url.replace('s3:', 's3a:')}/{by_metadata}/metadata/00000.metadata.json"
    name_in_glue(data, f"{schema}_other", "registered", "elsewhere", metadata_location=metadata)
    assert swept(data, schema) == []


def test_a_database_that_is_closed_to_us_is_named_and_ours_must_be_open(
    data: S3Storage, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    glue = boto3.client("glue", region_name="eu-west-1")
    glue.create_database(DatabaseInput={"Name": f"{schema}_closed"})
    closed: set[str] = {f"{schema}_closed"}

    def pages(DatabaseName: str) -> Any:
        if DatabaseName in closed:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetTables")
        return glue.get_paginator("get_tables").paginate(DatabaseName=DatabaseName)

    def paginator(name: str) -> Any:
        return SimpleNamespace(paginate=pages) if name == "get_tables" else glue.get_paginator("get_databases")

    monkeypatch.setattr(leftovers, "glue_client", lambda: SimpleNamespace(get_paginator=paginator))
    dead = folder(data, schema, "results__dbt_tmp")
    said = swept(data, schema, dry_run=True)
    assert said[0] == f"Tables of the Glue database {schema}_closed were not looked at: access denied."
    assert said[1].startswith(f"Would delete {data.url}/{dead}/")
    closed.add(schema)
    with pytest.raises(LakeError, match="Nothing was swept"):
        swept(data, schema)
    assert len(data.list(schema)) == 2
