"""What a page file says of itself, in its gzip header: validators of the source, and which file holds the payload.

The header is written with the payload, in one file, so neither is ever there without the other. Files without a note
are whole pages: those of a source that sends no validators, and those of older versions.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from extract.stage.gz import LONGEST_COMMENT, BadGzip, comment_of

TEXTS = ("address", "version", "etag", "last_modified", "same_as", "sha256", "had_by")


@dataclass(frozen=True, slots=True)
class Said:
    """What came with a page's answer: its address relative to the source, a validator, and who read it."""

    address: str
    version: str
    """Of `extract`: another one may keep more of a page."""
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """The note of a page file. `same_as` is the file that holds the payload where it is not this one."""

    said: Said | None = None
    same_as: str | None = None
    sha256: str | None = None
    """Of the payload that another file holds; one that lies in the file itself is proven by gzip's own checksum."""
    had_by: str | None = None
    """The run that the source last sent the page to, where it is not the one that looked."""

    def text(self) -> str:
        """Return the note as it is written: short, for it stands in every file."""
        known = (asdict(self.said) if self.said else {}) | {"same_as": self.same_as, "sha256": self.sha256}
        known["had_by"] = self.had_by
        return json.dumps({name: value for name, value in known.items() if value is not None}, separators=(",", ":"))

    def fits(self, payload: bytes) -> bool:
        """Say whether a payload is the one that the note is about."""
        return self.sha256 is None or sha256(payload).hexdigest() == self.sha256


def note_on(payload: bytes, said: Said | None, same_as: str | None, had_by: str | None) -> Note | None:
    """Return the note for a payload; None where there is nothing to say. What would make it too long is left out."""
    digest = sha256(payload).hexdigest() if same_as else None
    if said and len(Note(said, same_as, digest, had_by).text()) >= LONGEST_COMMENT:
        said = None
    return Note(said, same_as, digest, had_by) if said or same_as else None


def note_of(data: bytes) -> Note | None:
    """Return the note in a page file's header; None where it has none.

    Raises:
        BadGzip: it has one that cannot be read.
    """
    comment = comment_of(data)
    if comment is None:
        return None
    try:
        found: dict[str, Any] = json.loads(comment)
        texts = [found.get(name) for name in TEXTS]
    except (ValueError, AttributeError, RecursionError) as error:
        raise BadGzip("has a note that cannot be read") from error
    address, version, etag, last_modified, same_as, digest, had_by = texts
    if any(not isinstance(text, str) for text in texts if text is not None) or (same_as is None) != (digest is None):
        raise BadGzip("has a note that cannot be read")
    said = Said(address, version, etag, last_modified) if address is not None and version is not None else None
    return Note(said, same_as, digest, had_by)
