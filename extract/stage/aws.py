"""Clients of AWS. Credentials, profiles and endpoints come from boto3's own chain."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from extract.errors import UsageError

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client


def region() -> str | None:
    """Return AWS_REGION, which every other AWS SDK honours but boto3 does not; None leaves the choice to boto3."""
    return os.environ.get("AWS_REGION") or None


def s3_client() -> S3Client:
    """Return a client of S3.

    Raises:
        UsageError: boto3 is not installed.
    """
    try:
        import boto3
    except ImportError as error:
        raise UsageError("Staging in S3 needs boto3: pip install 'racing-lakehouse[s3]'.") from error
    return boto3.client("s3", region_name=region())


def glue_client() -> GlueClient:
    """Return a client of Glue.

    Raises:
        UsageError: boto3 is not installed.
    """
    try:
        import boto3
    except ImportError as error:
        raise UsageError("Registering in Glue needs boto3: pip install 'racing-lakehouse[s3]'.") from error
    return boto3.client("glue", region_name=region())
