"""Delete the folders in S3 that a build began and did not end: no table names them.

dbt-athena puts each table it makes into a folder of its own, `{data}/{schema}/{table}/{uuid}/`. A build killed before
the table was in Glue, or after it was taken out, leaves that folder for ever.

A folder is a leftover when its path is one that dbt-athena gives to one of our tables or to its passing companions,
when its youngest object is old enough, and when no table in Glue lies there. It is looked at in that order: S3 first,
so that a table made meanwhile lies in a folder that was found young.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from extract.stage.aws import glue_client
from extract.stage.s3 import S3Storage
from lake.errors import LakeError

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

COMPANIONS = "(__(dbt_tmp|ha|bkp|tmp_not_partitioned))*"
"""What dbt-athena adds to the name of a table that it works through."""
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
AT_ONCE = 1000
LONG_AGO = datetime.min.replace(tzinfo=UTC)
DENIED = {"AccessDeniedException", "AccessDenied"}


@dataclass(slots=True)
class Folder:
    """One folder of a table: its objects, their bytes, and when the youngest was written."""

    keys: list[str] = field(default_factory=list)
    size: int = 0
    youngest: datetime = LONG_AGO


def sweep(storage: S3Storage, schema: str, tables: Iterable[str], age: timedelta, *, dry_run: bool) -> list[str]:
    """Delete the leftovers among the folders of some tables that are older than `age`; return what was done in words.

    Raises:
        LakeError: an object could not be deleted.
    """
    old = _old_folders(storage, schema, tables, age)
    named, closed = _named(glue_client(), schema) if old else (set(), [])
    said = [f"Tables of the Glue database {name} were not looked at: access denied." for name in closed]
    for path, folder in sorted(old.items()):
        address = f"s3://{storage.bucket}/{path}"
        if any(location.startswith(address) or address.startswith(location) for location in named):
            continue
        if not dry_run:
            _delete(storage, folder.keys)
        verb = "Would delete" if dry_run else "Deleted"
        said.append(f"{verb} {address}: {len(folder.keys)} files, {folder.size} bytes, named by no table")
    return said


def _old_folders(storage: S3Storage, schema: str, tables: Iterable[str], age: timedelta) -> dict[str, Folder]:
    """Return the folders that are named as those of the tables and hold nothing younger than `age`, by path."""
    names = "|".join(re.escape(name) for name in sorted(set(tables)))
    ours = re.compile(rf"({re.escape(f'{storage.prefix}{schema}')}/({names}){COMPANIONS}/{UUID}/).+")
    found: dict[str, Folder] = {}
    now = datetime.now(UTC)
    pages = storage.client.get_paginator("list_objects_v2").paginate(
        Bucket=storage.bucket, Prefix=f"{storage.prefix}{schema}/"
    )
    for page in pages:
        said = page["ResponseMetadata"]["HTTPHeaders"].get("date")
        now = parsedate_to_datetime(said) if said else now
        for item in page.get("Contents", []):
            match = ours.fullmatch(item["Key"])
            if match:
                folder = found.setdefault(match[1], Folder())
                folder.keys.append(item["Key"])
                folder.size += item["Size"]
                folder.youngest = max(folder.youngest, item["LastModified"])
    return {path: folder for path, folder in found.items() if now - folder.youngest > age}


def _named(glue: GlueClient, schema: str) -> tuple[set[str], list[str]]:
    """Return every place in S3 that a table in Glue names, and the databases that we may not look at.

    Raises:
        LakeError: the tables of our own schema may not be looked at.
    """
    named: set[str] = set()
    closed: list[str] = []
    names = [item["Name"] for page in glue.get_paginator("get_databases").paginate() for item in page["DatabaseList"]]
    for name in sorted({*names, schema}):
        try:
            named.update(_locations(glue, name))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in DENIED or name == schema:
                raise LakeError(
                    f"Cannot read the tables of {name} in Glue: {error}. Nothing was swept. docs/athena.md lists the "
                    "permissions."
                ) from error
            closed.append(name)
    return named, closed


def _locations(glue: GlueClient, database: str) -> Iterator[str]:
    for page in glue.get_paginator("get_tables").paginate(DatabaseName=database):
        for table in page["TableList"]:
            said = table.get("Parameters", {})
            folder = table.get("StorageDescriptor", {}).get("Location", "")
            files = [said.get("metadata_location", ""), said.get("previous_metadata_location", "")]
            for place in filter(None, (folder, *files)):
                yield re.sub("^s3[an]://", "s3://", place).rstrip("/") + "/"


def _delete(storage: S3Storage, keys: list[str]) -> None:
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        answer = storage.client.delete_objects(
            Bucket=storage.bucket, Delete={"Objects": [{"Key": key} for key in some], "Quiet": True}
        )
        for fault in answer.get("Errors", []):
            raise LakeError(f"S3 did not delete {fault.get('Key')}: {fault.get('Code')}. Check your permissions.")
