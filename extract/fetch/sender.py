"""Sends requests one by one, each in its turn, and goes along with redirects that stay where they may."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from extract.fetch.address import redirect_target
from extract.fetch.halt import Halt
from extract.fetch.pace import Pacer
from extract.fetch.robots import Rules
from extract.fetch.transport import Response, Transport, TransportError, boundary

REDIRECTS = {301, 302, 303, 307, 308}
MAX_REDIRECTS = 3


@dataclass(slots=True)
class Stats:
    """What a run asked of the source: every request counts, those for robots.txt and after redirects too.

    `bytes` are those of the bodies that arrived whole, as decoded. `retries` are attempts at a page after its first.
    `unchanged` are pages that the source said were as they are stored, and did not send.
    """

    requests: int = 0
    bytes: int = 0
    retries: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class Sender:
    """Sends GET requests. Safe for several threads."""

    transport: Transport
    pacer: Pacer
    headers: Mapping[str, str] = field(repr=False)
    timeout: float
    halt: Halt
    stats: Stats
    rules: Rules | None = None
    """What robots.txt allows; None as long as it is not known or not asked for."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self, url: str) -> bool:
        """Say whether robots.txt, so far as it is known, allows an address."""
        return self.rules is None or self.rules.allows(url)

    def get(self, url: str, conditions: Mapping[str, str]) -> Response:
        """Send a request, and others after redirects; `conditions` are headers of this one page.

        Raises:
            TransportError: no whole response, or a redirect that leads in circles or to where we may not go.
            FetchFailed: the run must end; nothing was sent.
        """
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send(url, conditions)
            target = response.headers.get("location")
            if response.status not in REDIRECTS or not target:
                return response
            url = redirect_target(url, target)
            if not self.allows(url):
                raise TransportError("redirected to where robots.txt forbids us to go")
        raise TransportError(f"redirected more than {MAX_REDIRECTS} times")

    def count_retry(self) -> None:
        """Count an attempt after the first."""
        with self._lock:
            self.stats.retries += 1

    def count_unchanged(self) -> None:
        """Count a page that was not sent, for it is as it is stored."""
        with self._lock:
            self.stats.unchanged += 1

    def _send(self, url: str, conditions: Mapping[str, str]) -> Response:
        self.pacer.wait()
        self.halt.check()
        size = 0
        try:
            with boundary():
                response = self.transport.get(url, headers={**self.headers, **conditions}, timeout=self.timeout)
            size = len(response.body)
            return response
        finally:
            with self._lock:
                self.stats.requests += 1
                self.stats.bytes += size
