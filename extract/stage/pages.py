"""The page store: raw payloads, kept so that a better parser can read them again without asking the source."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from extract.stage import layout
from extract.stage.storage import Storage


@dataclass(frozen=True, slots=True)
class PageStore:
    """Stored payloads of result pages and indexes, by slice, page and run."""

    storage: Storage

    def save(self, path: str, payload: bytes) -> None:
        """Store a payload, compressed so that the same payload gives the same bytes."""
        self.storage.write_new(path, gzip.compress(payload, mtime=0))

    def load(self, path: str) -> bytes | None:
        """Return a stored payload, or None when there is none."""
        return gzip.decompress(self.storage.read(path)) if self.storage.exists(path) else None

    def latest(self, country: str, race_date: date) -> dict[str, str]:
        """Return the newest stored page of each page of a slice: race id (or `index`) to path."""
        newest: dict[str, str] = {}
        for path in self.storage.list(layout.page_folder(country, race_date)):
            name, _, _run = PurePosixPath(path).name.removesuffix(".json.gz").rpartition("_")
            newest[name] = path  # paths sort by run id, that is by time
        return newest


def run_id_of(path: str) -> str:
    """Return the run that stored a page."""
    return PurePosixPath(path).name.removesuffix(".json.gz").rpartition("_")[2]
