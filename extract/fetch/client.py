"""The polite client: paced, retried within bounds, and quick to stop when the source refuses us."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from extract.errors import BlockPage, ContractBroken, FetchFailed, PageNotLoaded, SourceRefused, UnexpectedPage
from extract.fetch.pace import Pacer
from extract.fetch.robots import Robots
from extract.fetch.transport import Response, Transport, TransportError, get_following

log = logging.getLogger(__name__)
T = TypeVar("T")

REFUSALS = {403, 406, 429}
RETRIED = REFUSALS | {408, 425, 500, 502, 503, 504}
ADVICE = {
    403: "The source forbids us (403). Stop for some hours; then run again with a lower --rate.",
    406: (
        "The source answers 406 to clients it does not take for a browser. Wait some hours and lower --rate; set "
        "EXTRACT_COOKIE from your own account; or, if you are entitled to, install 'racing-lakehouse[browser]' and "
        "pass --transport browser."
    ),
    429: "The source limits our rate (429). Wait some hours; then run again with a lower --rate.",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page that arrived whole with status 200."""

    url: str
    status: int
    body: bytes
    fetched_at: datetime


@dataclass(slots=True)
class Stats:
    """What a run asked of the source."""

    requests: int = 0
    bytes: int = 0
    retries: int = 0


@dataclass(slots=True)
class Patience:
    """How long the client tries: attempts a page, seconds before the first repeat, longest wait, refusals in a row."""

    attempts: int = 4
    backoff: float = 2.0
    longest_wait: float = 120.0
    refusals: int = 3


@dataclass(slots=True)
class Client:
    """Gets pages of one source. Safe for several threads; all share one pace and one circuit breaker."""

    base_url: str
    transport: Transport
    pacer: Pacer
    headers: Mapping[str, str] = field(repr=False)  # may carry the user's cookie
    patience: Patience = field(default_factory=Patience)
    timeout: float = 30.0
    robots: Robots | None = None
    sleep: Callable[[float], object] = time.sleep
    stop: threading.Event = field(default_factory=threading.Event)
    stats: Stats = field(default_factory=Stats)
    _refused_in_a_row: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, path: str, check: Callable[[bytes], T]) -> tuple[Page, T]:
        """Get a page that passes `check`, and what `check` made of it.

        `check` raises PageNotLoaded for the source's error shell, which is retried, and UnexpectedPage for a page that
        is something else, which is tried once more.

        Raises:
            FetchFailed: no good page after every attempt, or the run is stopping.
            SourceRefused: the source refuses us; the run must stop.
            ContractBroken: the page came and is not the page we know.
        """
        self._check_robots(path)
        url = self.base_url + path
        reason = ""
        last: ContractBroken
        for attempt in range(1, self.patience.attempts + 1):
            if self.stop.is_set():
                raise FetchFailed("The run was stopped before this page. Run `extract retry`.")
            if attempt > 1:
                self.stats.retries += 1
            response, reason = self._attempt(url)
            wait = None
            if response is not None and response.status == 200:
                page = Page(url, 200, response.body, datetime.now(UTC))
                try:
                    made = check(response.body)
                    with self._lock:
                        self._refused_in_a_row = 0
                    return page, made
                except PageNotLoaded as error:
                    reason, last = str(error), error
                except BlockPage as error:
                    self._refused(str(error))
                    reason, last = str(error), error
                except UnexpectedPage as error:
                    if attempt > 1:
                        raise
                    reason, last = str(error), error
                if attempt == self.patience.attempts:
                    raise last
            elif response is not None:
                if response.status not in RETRIED:
                    raise FetchFailed(
                        f"{path} answered {response.status}. Run `extract retry`; if it stays so, report it."
                    )
                wait = self._retry_after(response)
                if response.status in REFUSALS:
                    self._refused(ADVICE[response.status], wait or 0.0)
            if attempt < self.patience.attempts:
                self._back_off(attempt, wait, path, reason)
        raise FetchFailed(f"{path}: {reason} after {self.patience.attempts} attempts. Run `extract retry` later.")

    def _attempt(self, url: str) -> tuple[Response | None, str]:
        self.pacer.wait()
        try:
            response = get_following(self.transport, url, headers=self.headers, timeout=self.timeout)
        except TransportError as error:
            self._count(0)
            return None, f"no whole answer ({error})"
        self._count(len(response.body))
        return response, f"answered {response.status}"

    def _count(self, size: int) -> None:
        with self._lock:
            self.stats.requests += 1
            self.stats.bytes += size

    def _refused(self, advice: str, wait: float = 0.0) -> None:
        """Stop the whole run when the source refuses us again and again, or asks for more patience than we have."""
        with self._lock:
            self._refused_in_a_row += 1
            refused = self._refused_in_a_row
        if refused >= self.patience.refusals or wait > self.patience.longest_wait:
            self.stop.set()
            raise SourceRefused(advice)

    def _retry_after(self, response: Response) -> float | None:
        """Return the seconds asked for by `Retry-After`, which is either a number or a date."""
        value = response.headers.get("retry-after", "").strip()
        if value.isdigit():
            return float(value)
        try:
            return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()) if value else None
        except (TypeError, ValueError):
            return None

    def _back_off(self, attempt: int, wait: float | None, path: str, reason: str) -> None:
        limit = min(self.patience.backoff * 2 ** (attempt - 1), self.patience.longest_wait)
        seconds = wait if wait is not None else random.uniform(limit / 2, limit)  # noqa: S311 - not for secrets
        if wait is not None:
            self.pacer.pause(wait)  # everybody waits, not only this worker
        log.warning("%s: %s; trying again in %.1f s", path, reason, seconds)
        self.sleep(seconds)

    def _check_robots(self, path: str) -> None:
        if self.robots is not None and not self.robots.allows(self, path):
            raise SourceRefused(f"robots.txt of {self.base_url} forbids {path} to us. Nothing was fetched.")
