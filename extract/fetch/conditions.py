"""Conditional requests: asking for a page only if it is no longer the one that is stored.

An answer of 304 is taken at its word only from a source that has shown that it compares: the first conditional request
of a run carries a validator that no page can have, so 304 to it is the answer of a source that says so to everything.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Generic, TypeVar

T = TypeVar("T")
ETAG = re.compile(r'(?:W/)?"[!#-~]{1,200}"')
LONGEST_DATE = 40  # characters
SETTLED = timedelta(minutes=1)
"""So much older than its answer a Last-Modified must be: within its second a page can change once more (RFC 9110)."""
MADE_UP = '"no-page-of-yours-has-this"'
LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a source tells whether a page has changed: its ETag, or where it has none, its Last-Modified."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def question(self) -> dict[str, str]:
        """The header that asks for the page only if it has changed."""
        return {"If-None-Match": self.etag} if self.etag else {"If-Modified-Since": self.last_modified or LONG_AGO}

    @property
    def catch_question(self) -> dict[str, str]:
        """A header of that kind to which only the page itself is an honest answer."""
        return {"If-None-Match": MADE_UP} if self.etag else {"If-Modified-Since": LONG_AGO}


def validators_of(headers: Mapping[str, str]) -> Validators | None:
    """Return the validators of an answer, its header names in lower case; None where it has none that can be relied on.

    What is no ETag by the book, or absurdly long, is none: it would be sent back as it is.
    """
    if headers.get("vary", "").strip() == "*":
        return None
    etag, modified = headers.get("etag", "").strip(), headers.get("last-modified", "").strip()
    if ETAG.fullmatch(etag):
        return Validators(etag=etag)
    return Validators(last_modified=modified) if _is_settled(modified, headers.get("date", "")) else None


def _is_settled(modified: str, sent: str) -> bool:
    if (
        not modified.endswith("GMT")
        or len(modified) > LONGEST_DATE
        or not (modified.isascii() and modified.isprintable())
    ):
        return False
    at, then = _moment(modified), _moment(sent)
    return at is not None and then is not None and then - at >= SETTLED


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A page that is had already: by what the source tells that it has changed, and what stands for it if not."""

    validators: Validators
    value: T


@dataclass(frozen=True, slots=True)
class Question:
    """The header of a conditional request; a catch question cannot be answered by 304."""

    headers: Mapping[str, str]
    is_catch: bool


@dataclass(slots=True)
class Trust:
    """Whether the source compares what it is asked with what it has. Safe for several threads."""

    _compares: bool | None = None
    """None as long as no catch question has been answered."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def question(self, validators: Validators) -> Question | None:
        """Return how to ask for a page that is had; None where the source's 304 is worth nothing."""
        with self._lock:
            if self._compares is None:
                return Question(validators.catch_question, is_catch=True)
            return Question(validators.question, is_catch=False) if self._compares else None

    def sent_whole(self, question: Question) -> None:
        """Note that the page came."""
        with self._lock:
            if question.is_catch and self._compares is None:
                self._compares = True

    def doubt(self, question: Question, validators: Validators, headers: Mapping[str, str]) -> str | None:
        """Return why an answer of 304 is not to be believed, in words; None when it is."""
        if question.is_catch:
            with self._lock:
                self._compares = False
            return "the source says of a page that it never had that it is unchanged; it is not asked so again"
        etag = headers.get("etag", "").strip()
        if validators.etag and etag and _opaque(etag) != _opaque(validators.etag):
            return "the source says that the page is unchanged, and names another one"
        return None


def _opaque(etag: str) -> str:
    return etag.removeprefix("W/")
