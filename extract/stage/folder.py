"""Staged files in a local folder."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from extract.errors import StagingError
from extract.stage.interface import FileMissing, Lease

ABSENT = (errno.ENOENT, errno.ENOTDIR)
TEMPORARY = ".tmp-"
DEEPEST = 4
"""Folders below the staging area that can hold a file of ours, with one to spare: a link to a parent ends there."""
CHUNK = 1 << 20


class FolderStorage:
    """Staged files in a local folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = str(folder)
        self.lease: Lease | None = None

    def write_new(self, path: str, data: bytes) -> None:
        """Write beside the place, flush to disk, then link into place: readers see the whole file or none."""
        try:
            self._put(path, data, os.link)  # refuses to replace, unlike a rename
        except FileExistsError as error:
            raise StagingError(f"{path} is staged already and is never overwritten. Start a new run.") from error

    def replace(self, path: str, data: bytes) -> None:
        """Write beside the place, flush to disk, then rename: readers see the one file or the other."""
        self._put(path, data, os.replace)

    def _put(self, path: str, data: bytes, into_place: Callable[[str, Path], None]) -> None:
        target = self.folder / path
        if self.lease:
            self.lease.check()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._cannot("make the folder of", target, error) from error
        try:
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=TEMPORARY)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).chmod(0o644)
                into_place(name, target)
            finally:
                Path(name).unlink(missing_ok=True)
        except FileExistsError:
            raise
        except OSError as error:
            raise self._cannot("write", target, error) from error

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        return b"".join(self.chunks(path))

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield a file's bytes piece by piece."""
        place = self.folder / path
        try:
            if not place.is_file():  # a folder, or a pipe that would never end
                raise FileNotFoundError(errno.ENOENT, "there is no such file")
            with place.open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except OSError as error:
            kind = FileMissing if error.errno in ABSENT else StagingError
            raise kind(f"Cannot read {place}: {error.strerror}. Is --staging right, and the disk there?") from error

    def exists(self, path: str) -> bool:
        """Say whether the file is there."""
        place = self.folder / path
        try:
            place.stat()
        except OSError as error:
            if error.errno in ABSENT:
                return False
            raise StagingError(f"Cannot look at {place}: {error.strerror}. Check who may read it.") from error
        return place.is_file()

    def list(self, prefix: str, *, hidden: bool = False) -> list[str]:
        """Return the relative paths below a folder, sorted."""
        return sorted(self._below(self.folder / prefix, hidden, DEEPEST))

    def _below(self, folder: Path, hidden: bool, deeper: int) -> Iterator[str]:
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
            for entry in found:
                if entry.name.startswith(".") and not hidden:
                    continue
                if _is_folder(entry):
                    if deeper:
                        yield from self._below(Path(entry.path), hidden, deeper - 1)
                elif entry.is_symlink() or entry.is_file():  # a link to nothing is a file that cannot be read
                    yield Path(entry.path).relative_to(self.folder).as_posix()
        except FileNotFoundError:
            return
        except OSError as error:
            raise StagingError(
                f"Cannot list {folder}: {error.strerror}. Check --staging and who may read it."
            ) from error

    def _cannot(self, verb: str, target: Path, error: OSError) -> StagingError:
        return StagingError(
            f"Cannot {verb} {target}: {error.strerror}. Free space, mend the permissions or choose another --staging."
        )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False
