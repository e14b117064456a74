"""What every kind of storage can do; a folder and S3 each do it their way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from extract.errors import StagingError


class FileMissing(StagingError):
    """There is no file of that name."""


class Lease(Protocol):
    """The right to write, for the time of a run."""

    def check(self) -> None:
        """Do nothing while the right is ours.

        Raises:
            StagingLocked: it is not, or no longer.
        """

    def confirm(self) -> None:
        """Like `check`, and proven this very moment, for as long as a full lease."""


class Storage(Protocol):
    """An append-only store of files under relative paths with forward slashes."""

    url: str
    lease: Lease | None
    """Set while this process holds the lock; nothing is written once it is lost."""

    def write_new(self, path: str, data: bytes) -> None:
        """Write a file whole, then put it in place.

        Raises:
            StagingError: the file exists already (nothing is ever overwritten), or it cannot be written.
            StagingLocked: the lock was lost.
        """

    def replace(self, path: str, data: bytes) -> None:
        """Put a file whole in the place of another: only for a run that its user mended by hand (`extract reseal`).

        Raises:
            StagingError: it cannot be written.
            StagingLocked: the lock was lost.
        """

    def read(self, path: str) -> bytes:
        """Return a file's bytes.

        Raises:
            FileMissing: there is no such file.
            StagingError: it cannot be read.
        """

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield a file's bytes piece by piece; raises as `read` does."""

    def exists(self, path: str) -> bool:
        """Say whether the file is there.

        Raises:
            StagingError: that cannot be told.
        """

    def list(self, prefix: str, *, hidden: bool = False) -> list[str]:
        """Return the relative paths below a folder (`""` for all), sorted; names beginning with a dot only if asked.

        Raises:
            StagingError: the folder is there and cannot be read.
        """
