"""Where staged files lie: a local folder or an S3 prefix, behind one small interface."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Protocol

from extract.errors import StagingError, UsageError


class Storage(Protocol):
    """An append-only store of files under relative paths with forward slashes."""

    url: str

    def write_new(self, path: str, data: bytes) -> None:
        """Write a file whole, then put it in place.

        Raises:
            StagingError: the file exists already (nothing is ever overwritten), or it cannot be written.
        """

    def read(self, path: str) -> bytes:
        """Return a file's bytes.

        Raises:
            StagingError: there is no such file.
        """

    def exists(self, path: str) -> bool:
        """Say whether the file is there."""

    def list(self, prefix: str) -> list[str]:
        """Return the relative paths that start with a folder prefix, sorted."""


class FolderStorage:
    """Staged files in a local folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = str(folder)

    def write_new(self, path: str, data: bytes) -> None:
        """Write beside the place, flush to disk, then link into place: readers see the whole file or none."""
        target = self.folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=".tmp-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).chmod(0o644)
                os.link(name, target)  # refuses to replace, unlike a rename
            finally:
                Path(name).unlink(missing_ok=True)
        except FileExistsError as error:
            raise StagingError(f"{path} is staged already and is never overwritten. Start a new run.") from error
        except OSError as error:
            raise StagingError(
                f"Cannot write {target}: {error.strerror}. Free space or choose another --staging."
            ) from error

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise StagingError(f"Cannot read {self.folder / path}: {error.strerror}. Is --staging right?") from error

    def exists(self, path: str) -> bool:
        """Say whether the file is there."""
        return (self.folder / path).is_file()

    def list(self, prefix: str) -> list[str]:
        """Return the relative paths below a folder, sorted; files still being written are left out."""
        root = self.folder / prefix
        found = (
            Path(base) / name for base, _, names in os.walk(root) for name in names if not name.startswith(".tmp-")
        )
        return sorted(path.relative_to(self.folder).as_posix() for path in found)


def open_storage(url: str) -> Storage:
    """Open a staging area: a folder path, or `s3://bucket/prefix`.

    Raises:
        UsageError: the address is of neither kind.
    """
    if url.startswith("s3://"):
        from extract.stage.s3 import S3Storage  # boto3 is an extra

        return S3Storage(url)
    if "://" in url:
        raise UsageError(f"--staging {url} is neither a folder nor s3://bucket/prefix. Choose one of these.")
    return FolderStorage(Path(url).expanduser().absolute())
