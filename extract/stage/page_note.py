"""What a page file says of itself, in its gzip header: validators of the source, and which file holds the payload.

The header is written with the payload, in one file, so neither is ever there without the other. Files without a note
are whole pages: those of a source that sends no validators, and those of older versions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from extract.stage.gz import LONGEST_COMMENT, BadGzip, comment_of

TEXTS = ("address", "etag", "last_modified", "version", "same_as")


@dataclass(frozen=True, slots=True)
class Said:
    """What came with a page's answer: its address relative to the source, its validators, who read it."""

    address: str
    version: str
    """Of `extract`: another one may keep more of a page."""
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """The note of a page file. `same_as` is the file that holds the payload where it is not this one."""

    sha256: str
    """Of the payload, decompressed."""
    said: Said | None = None
    same_as: str | None = None

    def text(self) -> str:
        """Return the note as it is written."""
        said = self.said
        known = {
            "sha256": self.sha256,
            "same_as": self.same_as,
            "address": said and said.address,
            "version": said and said.version,
            "etag": said and said.etag,
            "last_modified": said and said.last_modified,
        }
        return json.dumps({name: value for name, value in known.items() if value is not None})

    def fits(self, payload: bytes) -> bool:
        """Say whether a payload is the one that the note is about."""
        return sha256(payload).hexdigest() == self.sha256


def note_on(payload: bytes, said: Said | None, same_as: str | None) -> Note | None:
    """Return the note for a payload; None where there is nothing to say. What would make it too long is left out."""
    digest = sha256(payload).hexdigest()
    if said and len(Note(digest, said, same_as).text()) >= LONGEST_COMMENT:
        said = None
    return Note(digest, said, same_as) if said or same_as else None


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
        digest, texts = found["sha256"], [found.get(name) for name in TEXTS]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise BadGzip("has a note that cannot be read") from error
    if not all(isinstance(text, str) for text in (digest, *(text for text in texts if text is not None))):
        raise BadGzip("has a note that cannot be read")
    address, etag, last_modified, version, same_as = texts
    said = Said(address, version, etag, last_modified) if address is not None and version is not None else None
    return Note(digest, said, same_as)
