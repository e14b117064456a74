"""The page store: raw payloads, kept so that a better parser can read them again without asking the source."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath

from extract.errors import StagingError
from extract.stage import layout
from extract.stage.gz import BadGzip, compress, decompress, modified_at
from extract.stage.layout import Run
from extract.stage.storage import FileMissing, Storage

LARGEST = 32 * 1024 * 1024  # bytes of one payload
FOLDER = re.compile(r"pages/country=([a-z]+)/date=([0-9]{4}-[0-9]{2}-[0-9]{2})/([^/]+)")
NAME = re.compile(r"([0-9]{1,19}|index)_([0-9]{8}T[0-9]{12}Z)\.json\.gz")


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A stored payload and when it was fetched (UTC, to the second); of a page that does not say, when its run was."""

    payload: bytes
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class PageStore:
    """Stored payloads of result pages and indexes, by slice, page and run. Files of other names are passed over."""

    storage: Storage

    def save(self, path: str, payload: bytes, fetched_at: datetime | None = None) -> None:
        """Store a payload; the file's own header (gzip's time of modification) keeps the second it was fetched.

        Raises:
            StagingError: it is too large, or cannot be written.
        """
        if len(payload) > LARGEST:
            raise StagingError(f"{path} would hold {len(payload)} bytes, at most {LARGEST} are kept. Report it.")
        self.storage.write_new(path, compress(payload, fetched_at))

    def load(self, path: str) -> bytes | None:
        """Return a stored payload, or None when there is none; raises as `read` does."""
        page = self.read(path)
        return page.payload if page else None

    def read(self, path: str) -> StoredPage | None:
        """Return a stored page, or None when there is none.

        Raises:
            StagingError: the file is damaged or cannot be read.
        """
        try:
            data = self.storage.read(path)
            return StoredPage(decompress(data, LARGEST), modified_at(data) or Run.of(run_id_of(path)).scraped_at)
        except FileMissing:
            return None
        except BadGzip as error:
            raise StagingError(
                f"The stored page {path} {error}. Put it back from a backup, or remove it and scrape its date again."
            ) from error

    def latest(self, country: str, race_date: date, without: Container[str] = ()) -> dict[str, str]:
        """Return the newest stored page of each page of a slice, but for some runs': race id (or `index`) to path."""
        newest: dict[str, str] = {}
        for path in self.storage.list(layout.page_folder(country, race_date)):
            if (found := place_of(path)) and found[:2] == (race_date, country) and found[3] not in without:
                newest[found[2]] = path  # paths sort by run id, that is by time
        return newest

    def slices(self) -> set[tuple[date, str]]:
        """Return the dates and countries of which a page is stored; the country of an index is `all`."""
        return {found[:2] for path in self.storage.list("pages") if (found := place_of(path))}


def place_of(path: str) -> tuple[date, str, str, str] | None:
    """Return date, country, page (race id or `index`) and run of a stored page; None when it is no page of ours."""
    folder = FOLDER.fullmatch(path)
    name = NAME.fullmatch(folder[3]) if folder else None
    if not folder or not name:
        return None
    try:
        Run.of(name[2])
        return date.fromisoformat(folder[2]), folder[1], name[1], name[2]
    except ValueError:
        return None


def run_id_of(path: str) -> str:
    """Return the run that stored a page."""
    return PurePosixPath(path).name.removesuffix(".json.gz").rpartition("_")[2]
