"""Staged files in S3."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from extract.errors import StagingError, UsageError
from extract.stage.aws import s3_client

T = TypeVar("T")
TAKEN = {"PreconditionFailed", "412", "ConditionalRequestConflict"}


class S3Storage:
    """Staged files under an S3 prefix. A put is atomic in S3; the condition makes it refuse to replace."""

    def __init__(self, url: str) -> None:
        bucket, _, prefix = url.removeprefix("s3://").partition("/")
        if not bucket:
            raise UsageError(f"--staging {url} names no bucket. Write s3://bucket/prefix.")
        self.url = url.rstrip("/")
        self.bucket = bucket
        self.prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
        self.client = s3_client()

    def write_new(self, path: str, data: bytes) -> None:
        """Put an object unless one is there already."""
        self._call(
            path, lambda: self.client.put_object(Bucket=self.bucket, Key=self.prefix + path, Body=data, IfNoneMatch="*")
        )

    def read(self, path: str) -> bytes:
        """Return an object's bytes."""
        return self._call(
            path, lambda: self.client.get_object(Bucket=self.bucket, Key=self.prefix + path)["Body"].read()
        )

    def exists(self, path: str) -> bool:
        """Say whether the object is there."""
        key = self.prefix + path
        page = self._call(path, lambda: self.client.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1))
        return any(item["Key"] == key for item in page.get("Contents", []))

    def list(self, prefix: str) -> list[str]:
        """Return the relative paths below a folder, sorted."""

        def keys() -> list[str]:
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=f"{self.prefix}{prefix.rstrip('/')}/"
            )
            return [item["Key"].removeprefix(self.prefix) for page in pages for item in page.get("Contents", [])]

        return sorted(self._call(prefix, keys))

    def delete(self, path: str) -> None:
        """Delete an object; only the lock is ever deleted."""
        self._call(path, lambda: self.client.delete_object(Bucket=self.bucket, Key=self.prefix + path))

    def _call(self, path: str, request: Callable[[], T]) -> T:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return request()
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in TAKEN:
                raise StagingError(f"{path} is staged already and is never overwritten. Start a new run.") from error
            raise StagingError(
                f"S3 refused {self.url}/{path}: {code}. Check the bucket and your permissions."
            ) from error
        except BotoCoreError as error:
            raise StagingError(f"Cannot reach {self.url}: {error}. Check region, credentials and network.") from error
