"""One writer per staging area: two runs cannot interleave."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from extract.errors import StagingError
from extract.stage.folder import FolderStorage
from extract.stage.holder import Holder, holder_in, locked
from extract.stage.lease import leased
from extract.stage.s3 import S3Storage
from extract.stage.storage import Storage

log = logging.getLogger(__name__)
LOCK, HOLDER = ".lock", ".lock.json"


@contextmanager
def staging_lock(storage: Storage) -> Iterator[None]:
    """Hold the staging area for the time of a run.

    In a folder the operating system holds the lock and lets go of it when the process ends, however it ends. In S3 the
    lock is an object with a lease (`extract.stage.lease`) that is renewed while the run lives; a dead run's lease runs
    out after ten minutes. While it is held, `storage` writes nothing once the lease is lost.

    Raises:
        StagingLocked: another run holds it; the message says who, since when and what to do.
        StagingError: the staging area cannot be written.
    """
    if isinstance(storage, FolderStorage):
        with _folder_lock(storage.folder):
            yield
    elif isinstance(storage, S3Storage):
        with leased(storage) as lease:
            storage.lease = lease
            try:
                yield
            finally:
                storage.lease = None
    else:
        raise StagingError(f"{storage.url} cannot be locked. Use a folder or s3://bucket/prefix.")


@contextmanager
def _folder_lock(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise locked(str(folder), _holder_of(folder)) from error
    except (OSError, NotImplementedError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise StagingError(
            f"Cannot lock {folder}: {why}. Mend the permissions or choose another folder as --staging."
        ) from error
    try:
        _tell(folder)
        yield
    finally:
        with suppress(OSError):  # what it says is only believed while the lock is held and its process lives
            (folder / HOLDER).unlink()
        lock.release()


def _tell(folder: Path) -> None:
    """Write who holds the lock; only for the message, so a failure costs no more than that."""
    try:
        (folder / HOLDER).write_text(json.dumps(Holder.here().record()))
    except OSError as error:
        log.warning("cannot write %s: %s", folder / HOLDER, error.strerror)
        with suppress(OSError):
            (folder / HOLDER).unlink()


def _holder_of(folder: Path) -> Holder | None:
    """Return who holds the lock, as far as it is known: what a dead process left is not told."""
    try:
        holder, _ = holder_in((folder / HOLDER).read_bytes())
    except OSError:
        return None
    return None if holder and holder.is_dead else holder
