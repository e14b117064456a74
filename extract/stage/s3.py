"""Staged files in S3."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from extract.errors import StagingError, UsageError
from extract.stage.aws import s3_client
from extract.stage.interface import FileMissing, Lease

T = TypeVar("T")
TAKEN = {"PreconditionFailed", "412"}
CONFLICT = {"ConditionalRequestConflict", "409", "OperationAborted"}
"""Another conditional write of the same key was under way; S3 asks to try again."""
MISSING = {"NoSuchKey", "404"}
CHUNK = 1 << 20
CONFLICT_PAUSES = (0.1, 0.3, 1.0, 3.0)  # seconds


@dataclass(frozen=True, slots=True)
class Stored:
    """An object: its bytes, its ETag, when it was written and how long ago that is, both by the clock of S3."""

    data: bytes
    etag: str
    written_at: datetime
    age: timedelta


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
        self.lease: Lease | None = None

    def write_new(self, path: str, data: bytes) -> None:
        """Put an object unless one is there already; one that holds these very bytes is an earlier try of this put."""
        if self.lease:
            self.lease.check()
        if self.put_if(path, data, IfNoneMatch="*") is None:
            raise StagingError(f"{path} is staged already and is never overwritten. Start a new run.")

    def replace(self, path: str, data: bytes) -> None:
        """Put an object in the place of another; see `Storage.replace`."""
        if self.lease:
            self.lease.check()
        stored = self.fetch(path)
        if stored is None or self.put_if(path, data, IfMatch=stored.etag) is None:
            raise StagingError(f"{path} changed while it was replaced. Look who writes there, then try again.")

    def put_if(self, path: str, data: bytes, **condition: str) -> str | None:
        """Put an object under a condition (`IfNoneMatch="*"` or `IfMatch=etag`); return its ETag, None if refused.

        A put whose answer was lost is told by its bytes: when the object holds them, the put has succeeded.

        Raises:
            StagingError: S3 cannot be reached or refuses for another reason.
        """
        key = self.prefix + path

        def put() -> str | None:
            from botocore.exceptions import ClientError

            for pause in (*CONFLICT_PAUSES, None):
                try:
                    answer = self.client.put_object(Bucket=self.bucket, Key=key, Body=data, **condition)  # type: ignore[arg-type]
                    return answer["ETag"]
                except ClientError as error:
                    code = error.response.get("Error", {}).get("Code", "")
                    if code in TAKEN or (code in MISSING and "IfMatch" in condition):
                        return None
                    if code not in CONFLICT or pause is None:
                        raise
                    time.sleep(pause)
            raise AssertionError("the last try returns or raises")

        try:
            etag = self._call(path, put)
        except StagingError:
            try:
                stored = self.fetch(path)
            except StagingError:
                stored = None
            if stored is None or stored.data != data:
                raise
            return stored.etag
        if etag is None and (stored := self.fetch(path)) and stored.data == data:
            return stored.etag
        return etag

    def fetch(self, path: str) -> Stored | None:
        """Return an object whole, None when there is none."""

        def get() -> Stored:
            answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + path)
            said = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
            now = parsedate_to_datetime(said) if said else datetime.now(UTC)
            return Stored(answer["Body"].read(), answer["ETag"], answer["LastModified"], now - answer["LastModified"])

        try:
            return self._call(path, get)
        except FileMissing:
            return None

    def read(self, path: str) -> bytes:
        """Return an object's bytes."""
        return b"".join(self.chunks(path))

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield an object's bytes piece by piece."""
        body = self._call(path, lambda: self.client.get_object(Bucket=self.bucket, Key=self.prefix + path)["Body"])
        while chunk := self._call(path, lambda: body.read(CHUNK)):
            yield chunk

    def exists(self, path: str) -> bool:
        """Say whether the object is there."""
        key = self.prefix + path
        page = self._call(path, lambda: self.client.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1))
        return any(item["Key"] == key for item in page.get("Contents", []))

    def list(self, prefix: str, *, hidden: bool = False) -> list[str]:
        """Return the relative paths below a folder, sorted."""
        below = prefix.rstrip("/") + "/" if prefix.strip("/") else ""

        def keys() -> list[str]:
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + below
            )
            return [item["Key"].removeprefix(self.prefix) for page in pages for item in page.get("Contents", [])]

        found = self._call(prefix, keys)
        return sorted(path for path in found if hidden or not any(part[:1] == "." for part in path.split("/")))

    def _call(self, path: str, request: Callable[[], T]) -> T:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return request()
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in MISSING:
                raise FileMissing(f"There is no {self.url}/{path}. Is --staging right?") from error
            raise StagingError(
                f"S3 refused {self.url}/{path}: {code}. Check the bucket and your permissions."
            ) from error
        except BotoCoreError as error:
            raise StagingError(f"Cannot reach {self.url}: {error}. Check region, credentials and network.") from error
