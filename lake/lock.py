"""One writer per warehouse: a build, upkeep and a rollback exclude one another.

The operating system holds the lock and lets go of it when the process ends, however it ends. A file beside it says who
holds it; it only makes the message clear and decides nothing, so a stale one does no harm.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from lake.errors import LakeError, WarehouseLocked

LOCK = ".lock"
HOLDER = ".lock-holder.json"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a warehouse: a command, its process and machine, and since when (UTC)."""

    command: str
    pid: int
    host: str
    since: str

    def is_gone(self) -> bool:
        """Say whether this was a process of this machine that has ended."""
        if self.host != socket.gethostname():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:  # it is there and not ours
            return False
        return False

    def __str__(self) -> str:
        return f"{self.command} (process {self.pid} on {self.host}, since {self.since} UTC)"


class WarehouseLock:
    """The lock of one warehouse folder, which must exist. Taken by one command at a time; not by the same one twice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # dbt takes it in one of its threads and lets go in another
        self._lock = FileLock(folder / LOCK, thread_local=False)

    def acquire(self, command: str) -> None:
        """Take the lock for a command such as `lake maintain`.

        Raises:
            WarehouseLocked: another command has it; the message says which.
            LakeError: no lock can be made in the folder.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            who = holder(self._folder) or "Another command"
            raise WarehouseLocked(
                f"{who} is at work on the warehouse {self._folder}. Wait for it to end, then run {command} again."
            ) from error
        except (OSError, NotImplementedError) as error:
            raise LakeError(
                f"Cannot lock the warehouse {self._folder}: {error}. Check its permissions, or set LAKE_WAREHOUSE to a "
                "folder on a local disk."
            ) from error
        since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        said = json.dumps(asdict(Holder(command, os.getpid(), socket.gethostname(), since)))
        try:
            (self._folder / HOLDER).write_text(said, encoding="utf-8")
        except OSError as error:
            self._lock.release()
            raise LakeError(f"Cannot write into the warehouse {self._folder}: {error.strerror}. Free space.") from error

    def release(self) -> None:
        """Let go of the lock; nothing happens if it is not held."""
        if self._lock.is_locked:
            (self._folder / HOLDER).unlink(missing_ok=True)
            self._lock.release(force=True)


@contextmanager
def warehouse_lock(folder: Path, command: str) -> Iterator[None]:
    """Hold a warehouse for the time of a command.

    Raises:
        WarehouseLocked: another command has it.
        LakeError: no lock can be made in the folder.
    """
    lock = WarehouseLock(folder)
    lock.acquire(command)
    try:
        yield
    finally:
        lock.release()


def holder(folder: Path) -> Holder | None:
    """Return who took the lock last, as far as it is known and can still be true."""
    try:
        said = Holder(**json.loads((folder / HOLDER).read_text(encoding="utf-8")))
        return None if said.is_gone() else said
    except (OSError, ValueError, TypeError):
        return None
