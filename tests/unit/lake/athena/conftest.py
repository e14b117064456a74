"""An AWS account of the tests' own, in which `lake` and `dbt` find the target athena."""

from __future__ import annotations

import boto3
import pytest

from extract.stage.s3 import S3Storage
from tests.unit.stage.conftest import aws_endpoint, bucket

__all__ = ["aws_endpoint", "bucket"]


@pytest.fixture
def schema(bucket: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A Glue database, in an environment that names it and the folder of its tables."""
    name = bucket.replace("-", "_")
    monkeypatch.setenv("LAKE_TARGET", "athena")
    monkeypatch.setenv("ATHENA_SCHEMA", name)
    monkeypatch.setenv("ATHENA_DATA", f"s3://{bucket}/lake/")
    monkeypatch.setenv("ATHENA_RESULTS", f"s3://{bucket}/query-results/")
    monkeypatch.setenv("EXTRACT_STAGING", f"s3://{bucket}/staging")
    boto3.client("glue", region_name="eu-west-1").create_database(DatabaseInput={"Name": name})
    return name


@pytest.fixture
def data(schema: str, bucket: str) -> S3Storage:
    """The folder of the tables."""
    return S3Storage(f"s3://{bucket}/lake/")
