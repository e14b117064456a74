"""The AWS account of the tests of stage serves here too."""

from tests.unit.stage.conftest import aws_endpoint, bucket

__all__ = ["aws_endpoint", "bucket"]
