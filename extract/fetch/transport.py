"""What it means to send one request; nothing above this knows an HTTP library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: status, headers by lower-case name, and the decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """What one response may cost, whatever the server does.

    `seconds` run from the request to the last byte; `bytes` bound the body as decoded, and what is received for it.
    """

    seconds: float = 90.0
    bytes: int = 16 * 2**20


class TransportError(Exception):
    """No whole response arrived: refused connection, timeout, disconnect, cut short, beyond the limits, or not HTTP."""


class Transport(Protocol):
    """Sends a GET request."""

    def get(self, url: str, *, headers: Mapping[str, str], timeout: float) -> Response:
        """Return the response, redirects not followed; raise TransportError when none arrives whole."""


@contextmanager
def boundary() -> Iterator[None]:
    """Turn whatever an HTTP library raises into a TransportError.

    What servers can make these libraries raise has no end (odd ports, chunk sizes, encodings, addresses …), so every
    exception counts. Only its kind is told: its text can hold the address with its query, or header values.
    """
    try:
        yield
    except TransportError:
        raise
    except Exception as error:
        raise TransportError(type(error).__name__) from error
