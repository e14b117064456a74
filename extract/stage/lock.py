"""One writer per staging area: two runs cannot interleave."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from filelock import FileLock, Timeout

from extract.errors import StagingError, StagingLocked
from extract.stage.s3 import S3Storage
from extract.stage.storage import FolderStorage, Storage

LEASE = timedelta(minutes=10)
PATH = "_lock.json"


@contextmanager
def staging_lock(storage: Storage) -> Iterator[None]:
    """Hold the staging area for the time of a run.

    In a folder the operating system holds the lock and lets go of it when the process ends, however it ends. In S3 the
    lock is an object with a lease that is renewed while the run lives; a dead run's lease runs out after ten minutes.

    Raises:
        StagingLocked: another run holds it.
    """
    if isinstance(storage, FolderStorage):
        storage.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(storage.folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise _locked(storage.url) from error
        try:
            yield
        finally:
            lock.release()
    elif isinstance(storage, S3Storage):
        with _lease(storage):
            yield
    else:
        raise StagingError(f"{storage.url} cannot be locked. Use a folder or s3://bucket/prefix.")


def _locked(url: str) -> StagingLocked:
    return StagingLocked(f"Another run is writing {url}. Wait for it to end, then run again.")


@contextmanager
def _lease(storage: S3Storage) -> Iterator[None]:
    if storage.exists(PATH):
        held = json.loads(storage.read(PATH))
        if datetime.fromisoformat(held["until"]) > datetime.now(UTC):
            raise _locked(storage.url)
        storage.delete(PATH)
    try:
        storage.write_new(PATH, _ticket())
    except StagingError as error:
        raise _locked(storage.url) from error
    done = threading.Event()

    def renew() -> None:
        while not done.wait(LEASE.total_seconds() / 3):
            storage.client.put_object(Bucket=storage.bucket, Key=storage.prefix + PATH, Body=_ticket())

    keeper = threading.Thread(target=renew, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
        storage.delete(PATH)


def _ticket() -> bytes:
    until = (datetime.now(UTC) + LEASE).isoformat()
    return json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "until": until}).encode()
