"""Which files are meant, in the order in which they count: by their own time, then by name; the last one wins."""

from __future__ import annotations

import glob
import gzip
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from extract.errors import UsageError

Kind = Literal["csv", "parquet"]
SUFFIXES = (".csv", ".csv.gz", ".parquet", ".zip")
WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to import: its name as shown, its time (UTC), its bytes before any unpacking, and how to open it."""

    name: str
    kind: Kind
    size: int
    modified: datetime
    opener: Callable[[], IO[bytes]]

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Yield the file's bytes, unpacked.

        Raises:
            UsageError: it cannot be read, or is damaged.
        """
        try:
            with self.opener() as file:
                yield file
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise damaged(self.name, error) from error


@dataclass(frozen=True, slots=True)
class Listing:
    """The files found, and how many others lay beside them and are of no known kind."""

    files: list[Found]
    passed_over: list[str]


def damaged(name: str, error: Exception) -> UsageError:
    """Return the error for a file that cannot be read."""
    why = getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__
    return UsageError(f"Cannot read {name}: {why}. Nothing was staged. Mend or replace the file, or leave it out.")


def in_order(found: Iterable[Found]) -> list[Found]:
    """Return files in the order in which they count, each once."""
    return sorted({file.name: file for file in found}.values(), key=lambda file: (file.modified, file.name))


def find_local(path: str) -> Listing:
    """Return the files that a path, a folder (with all below it) or a glob means.

    Raises:
        UsageError: there is none.
    """
    place = Path(path).expanduser()
    if place.is_file():
        return Listing(list(_unpacked(place)), [])
    if place.is_dir():
        paths = sorted(_below(place))
    elif WILD & set(path):
        paths = sorted(Path(p) for p in glob.glob(str(place), recursive=True) if not Path(p).is_dir())  # noqa: PTH207
    else:
        raise UsageError(f"There is no file or folder {path}. Give a file, a folder, a glob, s3:// or glue://.")
    known = [p for p in paths if p.name.lower().endswith(SUFFIXES)]
    others = [str(p) for p in paths if not p.name.lower().endswith(SUFFIXES)]
    if not known:
        raise UsageError(f"{path} holds no CSV, Parquet or zip file. Give another path.")
    return Listing([found for p in known for found in _unpacked(p)], others)


def _below(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, without those that begin with a dot or an underscore; links are followed once.

    Raises:
        UsageError: a folder cannot be read.
    """

    def stop(error: OSError) -> None:
        raise damaged(str(error.filename), error) from error

    seen = set()
    for here, folders, names in os.walk(folder, onerror=stop, followlinks=True):
        real = Path(here).resolve()
        folders[:] = [] if real in seen else [name for name in folders if not name.startswith((".", "_"))]
        if real not in seen:
            yield from (Path(here, name) for name in names if not name.startswith((".", "_")))
        seen.add(real)


def kind_of(name: str) -> Kind:
    """Return what a file's name says it is; anything but Parquet is CSV."""
    return "parquet" if name.lower().endswith(".parquet") else "csv"


def from_bytes(name: str, size: int, modified: datetime, opener: Callable[[], IO[bytes]]) -> list[Found]:
    """Return the files in one stored object: itself, unpacked where it is gzip, or all that a zip holds."""
    lower = name.lower()
    if lower.endswith(".gz"):
        return [Found(name, kind_of(lower[:-3]), size, modified, lambda: unpacked(opener()))]
    if not lower.endswith(".zip"):
        return [Found(name, kind_of(name), size, modified, opener)]
    found = []
    try:
        with opener() as file, zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                inner = PurePosixPath(entry.filename).name.lower()
                if entry.is_dir() or not inner.endswith((".csv", ".parquet")) or inner.startswith((".", "_")):
                    continue
                when = min(_zip_time(entry, modified), modified)
                opened = _from_zip(opener, entry.filename)
                found.append(Found(f"{name}/{entry.filename}", kind_of(inner), entry.file_size, when, opened))
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise damaged(name, error) from error
    return found


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """Return what a gzip file holds."""
    return _Unpacked(file)  # type: ignore[return-value]  # a GzipFile is one in all but its type


class _Unpacked(gzip.GzipFile):
    """A gzip file that closes what it reads from."""

    def __init__(self, file: IO[bytes]) -> None:
        self._packed = file
        super().__init__(fileobj=file, mode="rb")

    def close(self) -> None:
        super().close()
        self._packed.close()


def _from_zip(opener: Callable[[], IO[bytes]], entry: str) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        return zipfile.ZipFile(opener()).open(entry)

    return opened


def _zip_time(entry: zipfile.ZipInfo, fallback: datetime) -> datetime:
    try:
        return datetime(*entry.date_time, tzinfo=UTC)
    except ValueError:
        return fallback


def _unpacked(path: Path) -> list[Found]:
    try:
        state = path.stat()
    except OSError as error:
        raise damaged(str(path), error) from error
    modified = datetime.fromtimestamp(state.st_mtime, UTC)
    return from_bytes(str(path), state.st_size, modified, lambda: path.open("rb"))
