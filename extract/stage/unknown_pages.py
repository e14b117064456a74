"""Pages that were not the page we know, kept raw and bounded before anyone parses them.

A newer parser may know them: then `extract replay` can read them without asking the source again. They lie apart from
the payloads (`pages/unknown/run=RUN_ID/ADDRESS.gz`), so that nobody takes one for a good page.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote, unquote

from extract.errors import StagingError
from extract.stage import layout
from extract.stage.gz import BadGzip, compress, decompress
from extract.stage.layout import Run
from extract.stage.storage import Storage

LARGEST = 2_000_000  # bytes kept of one page
MOST = 50  # pages kept of one run
LONGEST_NAME = 200  # characters; file systems allow 255 bytes
PATH = re.compile(r"pages/unknown/run=([0-9]{8}T[0-9]{12}Z)/([^/=]+)(=[0-9a-f]{16})?(=cut)?\.gz")


@dataclass(frozen=True, slots=True)
class UnknownPage:
    """A kept page: the run that had it, the address it came from, whether only its beginning was kept."""

    path: str
    run_id: str
    address: str
    """Relative to the source, such as `/results/2025-11-11/time-order/`; only its beginning if it was very long."""
    is_cut: bool


@dataclass(frozen=True, slots=True)
class UnknownPages:
    """The store of unknown pages. Safe for several threads of one run."""

    storage: Storage
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, run_id: str, address: str, body: bytes) -> str | None:
        """Keep a page's raw body; one page for each address of a run, the first.

        Returns:
            Where it lies; None when the run keeps its full number of pages already.

        Raises:
            StagingError: it cannot be written.
        """
        name = _name(address)
        stem = f"{layout.unknown_folder(run_id)}/{name}"
        with self._mutex:
            kept = self.storage.list(layout.unknown_folder(run_id))
            for path in (f"{stem}.gz", f"{stem}=cut.gz"):
                if path in kept:
                    return path
            if len(kept) >= MOST:
                return None
            path = f"{stem}.gz" if len(body) <= LARGEST else f"{stem}=cut.gz"
            self.storage.write_new(path, compress(body[:LARGEST]))
            return path

    def list(self, run_id: str = "") -> list[UnknownPage]:
        """Return the kept pages of a run, or of all, oldest run first."""
        found = (unknown_at(path) for path in self.storage.list(layout.unknown_folder(run_id)))
        return [page for page in found if page]

    def newest(self, address: str) -> UnknownPage | None:
        """Return the page last kept for an address."""
        return next((page for page in reversed(self.list()) if page.address == address), None)

    def load(self, page: UnknownPage) -> bytes:
        """Return the raw body of a kept page.

        Raises:
            StagingError: it is damaged, missing or cannot be read.
        """
        try:
            return decompress(self.storage.read(page.path), LARGEST)
        except BadGzip as error:
            raise StagingError(
                f"The kept page {page.path} {error}. Remove it and scrape its date again: extract --from DATE --to DATE"
            ) from error


def unknown_at(path: str) -> UnknownPage | None:
    """Return the unknown page that lies at a path; None when none does."""
    found = PATH.fullmatch(path)
    if not found:
        return None
    try:
        Run.of(found[1])
    except ValueError:
        return None
    return UnknownPage(path, found[1], unquote(found[2]), bool(found[4]))


def _name(address: str) -> str:
    name = quote(address, safe="", errors="replace") or "%20"
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 17].rstrip('%')}={sha256(address.encode(errors='replace')).hexdigest()[:16]}"
