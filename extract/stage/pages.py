"""The page store: raw payloads, kept so that a better parser can read them again without asking the source."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

from extract.errors import FetchFailed
from extract.stage import layout
from extract.stage.layout import Run
from extract.stage.storage import Storage


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A stored payload and when it was fetched (UTC, to the second); of a page that does not say, when its run was."""

    payload: bytes
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class PageStore:
    """Stored payloads of result pages and indexes, by slice, page and run."""

    storage: Storage
    root: str = "pages"
    """`pages` holds payloads; `unknown` holds whole pages that were not the pages we know, for a better parser."""

    def save(self, path: str, payload: bytes, fetched_at: datetime) -> None:
        """Store a payload; its file's own header (gzip's time of modification) keeps the second it was fetched."""
        self.storage.write_new(path, gzip.compress(payload, mtime=int(fetched_at.timestamp())))

    def load(self, path: str) -> StoredPage | None:
        """Return a stored page, or None when there is none.

        Raises:
            FetchFailed: the file is damaged.
        """
        if not self.storage.exists(path):
            return None
        data = self.storage.read(path)
        try:
            seconds = int.from_bytes(data[4:8], "little")
            return StoredPage(gzip.decompress(data), fetched_at(path, seconds))
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise FetchFailed(
                f"The stored page {path} is damaged ({type(error).__name__}). Move it away, then scrape the date again."
            ) from error

    def latest(self, country: str, race_date: date) -> dict[str, str]:
        """Return the newest stored page of each page of a slice: race id (or `index`) to path."""
        newest: dict[str, str] = {}
        for path in self.storage.list(layout.page_folder(country, race_date, self.root)):
            name, _, _run = _stem(path).rpartition("_")
            newest[name] = path  # paths sort by run id, that is by time
        return newest


def fetched_at(path: str, seconds: int) -> datetime:
    """Return when a page was fetched: as its header says, else when its run was."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else Run.of(run_id_of(path)).scraped_at


def run_id_of(path: str) -> str:
    """Return the run that stored a page."""
    return _stem(path).rpartition("_")[2]


def _stem(path: str) -> str:
    return PurePosixPath(path).name.partition(".")[0]
