"""Clients of AWS. Credentials, profiles and endpoints come from boto3's own chain."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from extract.errors import UsageError

if TYPE_CHECKING:
    import boto3.session
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client


def session() -> boto3.session.Session:
    """Return a session in the region of AWS_REGION, which every AWS SDK but boto3 honours; else boto3's own choice.

    Raises:
        UsageError: boto3 is not installed, or what it is set up with is wrong.
    """
    try:
        import boto3.session
        from botocore.exceptions import BotoCoreError
    except ImportError as error:
        raise UsageError("Staging in S3 needs boto3: pip install -e '.[s3]'") from error
    try:
        return boto3.session.Session(region_name=os.environ.get("AWS_REGION") or None)
    except BotoCoreError as error:
        raise UsageError(f"AWS is not set up: {error}. Check AWS_PROFILE and ~/.aws.") from error


def s3_client() -> S3Client:
    """Return a client of S3.

    Raises:
        UsageError: boto3 is not installed, or what it is set up with is wrong.
    """
    made = session()
    from botocore.exceptions import BotoCoreError

    try:
        return made.client("s3")
    except (BotoCoreError, ValueError) as error:
        raise UsageError(f"AWS is not set up: {error}. Check the region and AWS_ENDPOINT_URL.") from error


def glue_client() -> GlueClient:
    """Return a client of Glue."""
    return session().client("glue")


def s3_properties(made: boto3.session.Session) -> dict[str, str] | None:
    """Return what PyIceberg has to be told to read S3 as boto3 would; None without credentials.

    It reads through PyArrow, which knows neither AWS profiles nor AWS_ENDPOINT_URL.
    """
    found = made.get_credentials()
    if found is None:
        return None
    credentials = found.get_frozen_credentials()
    properties = {
        "s3.access-key-id": credentials.access_key,
        "s3.secret-access-key": credentials.secret_key,
        "s3.session-token": credentials.token,
        "s3.region": made.region_name,
        "s3.endpoint": os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"),
    }
    return {key: value for key, value in properties.items() if value}
