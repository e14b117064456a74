"""A local lake, and an account to push it to."""

from __future__ import annotations

from tests.unit.lake.athena.conftest import aws_endpoint, bucket, data, schema
from tests.unit.lake.conftest import filled

__all__ = ["aws_endpoint", "bucket", "data", "filled", "schema"]
