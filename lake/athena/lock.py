"""One writer per Athena schema: an object in S3 beside the tables' files, held by a lease.

The object is the same kind of lock as that of a staging area in S3 (`extract.stage.lease`): taken, renewed and given
back by conditional writes only. It lies below the folder of the tables, so whoever writes the tables can write it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from extract.errors import ExtractError, StagingLocked
from extract.stage.interface import Lease
from extract.stage.lease import LEASE, Claim, leased
from extract.stage.s3 import S3Storage
from lake.errors import LakeError, UsageError, WarehouseLocked

FOLDER = "_lock"
DATA = re.compile(r"s3://[^/\s]+(/\S*)?")
LOST = "run it again: a build goes on from what is there"


def path_of(schema: str) -> str:
    """Return where the lock of a schema lies below the folder of the tables."""
    return f"{FOLDER}/{schema}.json"


def data_folder() -> str:
    """Return the folder in S3 of the tables' files, as `ATHENA_DATA` names it.

    Raises:
        UsageError: it is not set.
    """
    data = os.environ.get("ATHENA_DATA", "")
    if not data:
        raise UsageError("ATHENA_DATA is not set. Set it to the folder of the tables in S3, as for dbt.")
    return data


def data_storage(data: str) -> S3Storage:
    """Open the folder of the tables' files.

    Raises:
        UsageError: it is no address in S3, or boto3 is not installed.
    """
    if not DATA.fullmatch(data):
        raise UsageError(f"ATHENA_DATA={data} is no folder in S3. Set it to s3://bucket/prefix/.")
    try:
        return S3Storage(data)
    except ExtractError as error:
        raise UsageError(str(error)) from error


@contextmanager
def schema_lock(data: str, schema: str, command: str, lease: timedelta = LEASE) -> Iterator[Lease]:
    """Hold the tables of a schema for the time of a command such as `dbt build`; renewed while the process lives.

    Raises:
        WarehouseLocked: another command has them; the message says which, since when, until when and what to do.
        LakeError: S3 cannot be reached, or refuses.
    """
    claim = Claim(path_of(schema), "command", command, LOST)
    with ExitStack() as stack:
        with _as_ours():
            held = stack.enter_context(leased(data_storage(data), lease, claim))
        yield _Held(held)


class _Held:
    """The lease, whose errors are ours."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def check(self) -> None:
        with _as_ours():
            self._lease.check()

    def confirm(self) -> None:
        with _as_ours():
            self._lease.confirm()


@contextmanager
def _as_ours() -> Iterator[None]:
    try:
        yield
    except StagingLocked as error:
        raise WarehouseLocked(str(error)) from error
    except ExtractError as error:
        raise LakeError(str(error)) from error
