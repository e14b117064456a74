"""The page store: raw payloads, kept so that a better parser can read them again without asking the source."""

from __future__ import annotations

import json
import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath

from extract.errors import StagingError
from extract.stage import layout
from extract.stage.gz import BadGzip, compress, decompress, modified_at
from extract.stage.layout import Run
from extract.stage.page_note import Said, note_of, note_on
from extract.stage.storage import FileMissing, Storage

LARGEST = 32 * 1024 * 1024  # bytes of one payload
FOLDER = re.compile(r"pages/country=([a-z]+)/date=([0-9]{4}-[0-9]{2}-[0-9]{2})/([^/]+)")
NAME = re.compile(r"([0-9]{1,19}|index)_([0-9]{8}T[0-9]{12}Z)\.json\.gz")


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A stored payload and when it was fetched (UTC, to the second); of a page that does not say, when its run was."""

    payload: bytes
    fetched_at: datetime
    held_by: str
    """The file that holds the payload: the page's own, or that of an earlier page which it is the same as."""
    had_by: str
    """The run that the source last sent it to: the one that looked, unless the source said that nothing had changed."""
    said: Said | None = None
    """What the source said with it, where that tells whether it has changed."""


@dataclass(frozen=True, slots=True)
class PageStore:
    """Stored payloads of result pages and indexes, by slice, page and run. Files of other names are passed over."""

    storage: Storage

    def save(
        self,
        path: str,
        payload: bytes,
        fetched_at: datetime | None = None,
        *,
        said: Said | None = None,
        earlier: StoredPage | None = None,
        is_unchanged: bool = False,
    ) -> None:
        """Store a payload; the file's own header (gzip's time of modification) keeps the second it was fetched.

        Where it is that of an earlier page of the same race or index, the new file only names the one that holds it.
        `is_unchanged` says that the source did not send it, and that it is the earlier page's on the source's word.

        Raises:
            StagingError: it is too large, or cannot be written.
        """
        if len(payload) > LARGEST:
            raise StagingError(f"{path} would hold {len(payload)} bytes, at most {LARGEST} are kept. Report it.")
        is_same = earlier is not None and earlier.payload == payload and _may_hold(earlier.held_by, path)
        same_as = earlier.held_by if earlier and is_same else None
        note = note_on(payload, said, same_as, earlier.had_by if earlier and is_unchanged else None)
        content = json.dumps({"same_as": same_as}).encode() if same_as else payload
        self.storage.write_new(path, compress(content, fetched_at, note.text() if note else None))

    def load(self, path: str) -> bytes | None:
        """Return a stored payload, or None when there is none; raises as `read` does."""
        page = self.read(path)
        return page.payload if page else None

    def read(self, path: str) -> StoredPage | None:
        """Return a stored page, or None when there is none.

        Raises:
            StagingError: the file, or the one that holds its payload, is damaged, missing or cannot be read.
        """
        try:
            data = self.storage.read(path)
        except FileMissing:
            return None
        try:
            note, payload = note_of(data), decompress(data, LARGEST)
            held_by = note.same_as if note and note.same_as else path
            if held_by != path:
                payload = self._held(held_by, path)
            if note and not note.fits(payload):
                raise BadGzip("is not what was stored: its SHA-256 differs")
            fetched_at = modified_at(data) or Run.of(run_id_of(path)).scraped_at
        except BadGzip as error:
            raise StagingError(
                f"The stored page {path} {error}. Put it back from a backup, or remove it and scrape its date again."
            ) from error
        had_by = note.had_by if note and note.had_by else run_id_of(path)
        return StoredPage(payload, fetched_at, held_by, had_by, note.said if note else None)

    def _held(self, held_by: str, path: str) -> bytes:
        """Return the payload that a page's file names another for."""
        if not _may_hold(held_by, path):
            raise BadGzip("names a file that is no earlier page of its own")
        try:
            data = self.storage.read(held_by)
        except FileMissing as error:
            raise BadGzip(f"is the same as {held_by}, which is missing") from error
        note = note_of(data)
        if note and note.same_as:
            raise BadGzip(f"is the same as {held_by}, which holds no page")
        try:
            return decompress(data, LARGEST)
        except BadGzip as error:
            raise BadGzip(f"is the same as {held_by}, which {error}") from error

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


def _may_hold(held_by: str, path: str) -> bool:
    """Say whether a file is one of the same page of the same slice, stored by another run."""
    there, here = place_of(held_by), place_of(path)
    return there is not None and here is not None and there[:3] == here[:3] and held_by != path


def run_id_of(path: str) -> str:
    """Return the run that stored a page."""
    return PurePosixPath(path).name.removesuffix(".json.gz").rpartition("_")[2]
