"""Files in S3 and tables of Glue, and staging in S3: a stand-in for AWS on loopback."""

from __future__ import annotations

import gzip
import io
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.errors import StagingError, UsageError
from extract.importing.importer import find
from tests.unit.importing.support import ROW, SECOND, import_, staged, text

LATER_THAN_THE_BUCKET = {"now": datetime(2100, 1, 1, tzinfo=UTC)}


def put(bucket: str, key: str, content: str | bytes) -> None:
    body = content.encode() if isinstance(content, str) else content
    boto3.client("s3", region_name="eu-west-1").put_object(Bucket=bucket, Key=key, Body=body)


def parquet(*rows: dict[str, str]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({name: [row[name] for row in rows] for name in ROW if name not in ("region", "date")}), out)
    return out.getvalue()


def glue_table(bucket: str, name: str, **parts: Any) -> str:
    glue = boto3.client("glue", region_name="eu-west-1")
    database = bucket.replace("-", "_")
    with suppress(glue.exceptions.AlreadyExistsException):
        glue.create_database(DatabaseInput={"Name": database})
    glue.create_table(DatabaseName=database, TableInput={"Name": name, **parts})
    return f"glue://{database}/{name}"


@pytest.mark.parametrize(
    ("address", "horses"),
    [
        ("data/dates", [70001, 70002]),
        ("data/dates/gb/2025_11_11.csv", [70001]),
        ("data/dates/*/*.gz", [70002]),
        ("", [70001, 70002]),
    ],
)
def test_objects_prefixes_and_patterns(bucket: str, address: str, horses: list[int]) -> None:
    put(bucket, "data/dates/gb/2025_11_11.csv", text(ROW))
    put(bucket, "data/dates/gb/2025_11_12.csv.gz", gzip.compress(text(SECOND).encode()))
    put(bucket, "data/dates/gb/_temporary.csv", "nonsense")
    put(bucket, "data/dates/gb/notes.md", "nonsense")
    staging = f"s3://{bucket}-staging/s"
    boto3.client("s3", region_name="eu-west-1").create_bucket(
        Bucket=f"{bucket}-staging", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    outcome = import_(staging, f"s3://{bucket}/{address}", **LATER_THAN_THE_BUCKET)
    assert [row["horse_id"] for row in staged(staging)] == horses
    assert import_(staging, f"s3://{bucket}/{address}", **LATER_THAN_THE_BUCKET).run_id is None
    assert len(outcome.tally.passed_over) == (1 if address in ("data/dates", "") else 0)


def test_what_s3_does_not_have_or_give_is_told(bucket: str) -> None:
    with pytest.raises(UsageError, match="holds no CSV"):
        find([f"s3://{bucket}/nothing"])
    with pytest.raises(StagingError, match="NoSuchBucket"):
        find(["s3://no-such-bucket-anywhere/x"])


def test_a_parquet_table_of_glue_with_its_partitions(bucket: str) -> None:
    put(bucket, "datasets/country=gb/date=2025-11-11/0a1b", parquet(ROW, SECOND))
    put(bucket, "datasets/_SUCCESS", "")
    storage = {"Location": f"s3://{bucket}/datasets/", "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"}  # fmt: skip
    url = glue_table(bucket, "rpscrape", StorageDescriptor=storage)
    staging = f"s3://{bucket}/staging"
    import_(staging, url, **LATER_THAN_THE_BUCKET)
    assert [(row["country"], row["race_date"], row["horse_id"]) for row in staged(staging)] == [
        ("gb", "2025-11-11", 70001),
        ("gb", "2025-11-11", 70002),
    ]


def test_an_iceberg_table_of_glue(bucket: str, aws_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyiceberg.catalog.glue import GlueCatalog

    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", aws_endpoint)
    client = boto3.client("glue", region_name="eu-west-1")
    catalog = GlueCatalog("glue", client=client, **{"s3.endpoint": aws_endpoint, "s3.region": "eu-west-1"})
    database = bucket.replace("-", "_")
    catalog.create_namespace(database)
    rows = pa.table({name: [row[name] for row in (ROW, SECOND)] for name in ROW})
    catalog.create_table((database, "races"), rows.schema, location=f"s3://{bucket}/iceberg").append(rows)
    staging = f"s3://{bucket}/staging"
    import_(staging, f"glue://{database}/races", **LATER_THAN_THE_BUCKET)
    assert [row["horse_id"] for row in staged(staging)] == [70001, 70002]
    assert import_(staging, f"glue://{database}/races", **LATER_THAN_THE_BUCKET).run_id is None


def test_other_tables_and_none_are_refused(bucket: str) -> None:
    url = glue_table(
        bucket, "lines", StorageDescriptor={"Location": f"s3://{bucket}/x", "InputFormat": "TextInputFormat"}
    )
    with pytest.raises(UsageError, match="neither Iceberg nor Parquet"):
        find([url])
    with pytest.raises(UsageError, match="Glue knows no table"):
        find([f"{url}_other"])


def test_without_the_extra_it_is_named(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.setitem(sys.modules, "boto3.session", None)
    with pytest.raises(UsageError, match=r"pip install -e '\.\[athena\]'"):
        find(["glue://a/b"])
