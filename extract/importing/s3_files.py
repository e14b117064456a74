"""Files of others in S3: an object, all below a prefix, or a pattern."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC
from fnmatch import fnmatchcase
from typing import IO, TYPE_CHECKING, Any

from extract.errors import StagingError, UsageError
from extract.importing.files import SUFFIXES, WILD, Found, Listing, from_bytes
from extract.stage.aws import s3_client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def find_in_s3(url: str, *, all_are_parquet: bool = False) -> Listing:
    """Return the files that s3://bucket/key means: an object, all below a prefix, or a pattern.

    Args:
        url: the address.
        all_are_parquet: take files without a suffix for Parquet, as they lie below a table.

    Raises:
        UsageError: there is none, or boto3 is not installed.
        StagingError: S3 refuses or cannot be reached.
    """
    bucket, _, key = url.removeprefix("s3://").partition("/")
    if not bucket:
        raise UsageError(f"{url} names no bucket. Write s3://bucket/prefix.")
    client = s3_client()
    wild = next((at for at, letter in enumerate(key) if letter in WILD), None)
    objects = _listed(client, url, bucket, key if wild is None else key[:wild])
    if wild is not None:
        objects = [item for item in objects if fnmatchcase(item["Key"], key)]
    elif any(item["Key"] == key for item in objects):
        objects = [item for item in objects if item["Key"] == key]
    else:
        folder = f"{key.rstrip('/')}/" if key.strip("/") else ""
        objects = [item for item in objects if item["Key"].startswith(folder)]
    files: list[Found] = []
    passed_over = []
    for item in objects:
        path = item["Key"].removeprefix(key if wild is None else "")
        if item["Key"].endswith("/") or any(part.startswith((".", "_")) for part in path.split("/")):
            continue
        name = f"s3://{bucket}/{item['Key']}"
        suffix = "" if item["Key"].lower().endswith(SUFFIXES) else ".parquet" if all_are_parquet else None
        if suffix is None and item["Key"] != key:
            passed_over.append(name)
            continue
        modified = item["LastModified"].astimezone(UTC)
        files += from_bytes(name + (suffix or ""), item["Size"], modified, _opener(client, bucket, item["Key"]))
    if not files:
        raise UsageError(f"{url} holds no CSV, Parquet or zip file. Give another address.")
    return Listing(files, passed_over)


def _listed(client: S3Client, url: str, bucket: str, prefix: str) -> list[Any]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [item for page in pages for item in page.get("Contents", [])]
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise StagingError(f"S3 refused {url}: {code}. Check the address and your permissions.") from error
    except BotoCoreError as error:
        raise StagingError(f"Cannot reach {url}: {error}. Check region, credentials and network.") from error


def _opener(client: S3Client, bucket: str, key: str) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        from botocore.exceptions import BotoCoreError, ClientError

        file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        try:
            client.download_fileobj(bucket, key, file)
        except (BotoCoreError, ClientError) as error:
            file.close()
            raise OSError(f"S3 does not give it: {error}") from error
        file.seek(0)
        return file

    return opened
