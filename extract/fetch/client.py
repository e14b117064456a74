"""The polite client: paced, retried within bounds, and quick to stop when the source refuses us or is down."""

from __future__ import annotations

import logging
import random
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from extract.errors import (
    NOTICE,
    BlockPage,
    ContractBroken,
    ExtractError,
    FetchFailed,
    PageNotLoaded,
    SourceRefused,
    UnexpectedPage,
)
from extract.fetch.address import origin_of
from extract.fetch.breaker import ADVICE, Breaker, is_outage
from extract.fetch.halt import Halt
from extract.fetch.pace import Pacer
from extract.fetch.patience import Patience, in_words, retry_after
from extract.fetch.robots import ANSWERS, read_rules
from extract.fetch.sender import Sender, Stats
from extract.fetch.transport import Transport, TransportError

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """A page that arrived whole."""

    url: str
    status: int
    body: bytes
    fetched_at: datetime


class TryAgain(Exception):
    """An attempt brought no good page, and another may."""

    def __init__(
        self, reason: str, *, wait: float = 0.0, error: ContractBroken | None = None, once: bool = False
    ) -> None:
        super().__init__(reason)
        self.wait = wait  # seconds that the source asks for
        self.error = error  # what to raise when there is no other attempt
        self.once = once  # whether one repeat is enough


@dataclass(slots=True)
class Client:
    """Gets pages of one source. Safe for several threads; all share one pace and one circuit breaker."""

    base_url: str
    transport: Transport
    pacer: Pacer
    headers: Mapping[str, str] = field(repr=False)  # may carry the user's cookie
    patience: Patience = field(default_factory=Patience)
    timeout: float = 30.0
    robots_agent: str | None = None
    """By which name robots.txt knows us; None where it is not to be asked for."""
    halt: Halt = field(default_factory=Halt)
    stats: Stats = field(default_factory=Stats)
    _breaker: Breaker = field(init=False)
    _sender: Sender = field(init=False)
    _robots_lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._breaker = Breaker(self.patience, self.halt)
        self._sender = Sender(self.transport, self.pacer, self.headers, self.timeout, self.halt, self.stats)

    def get(self, path: str, check: Callable[[bytes], T]) -> tuple[Page, T]:
        """Get a page that passes `check`, and what `check` made of it.

        `check` raises PageNotLoaded for the source's error shell, which is retried, and UnexpectedPage for a page that
        is something else, which is tried once more. Nothing but these errors leaves this method.

        Raises:
            FetchFailed: no good page after every attempt, or the run is stopping.
            SourceRefused: the source refuses us; the run must stop.
            ContractBroken: the page came and is not the page we know.
        """
        url = self.base_url + path
        if self.robots_agent:
            self._learn_rules(self.robots_agent)
        if not self._sender.allows(url):
            reason = (
                f"robots.txt of {self.base_url} forbids {path} to us, so it was not fetched. Choose other pages or "
                "another source."
            )
            self.halt.stop(reason)
            raise SourceRefused(reason)
        return self._persist(path, url, lambda page: check(page.body), frozenset({200}))

    def _persist(self, path: str, url: str, check: Callable[[Page], T], answers: frozenset[int]) -> tuple[Page, T]:
        """Ask for a page until it passes `check`, as often as patience allows; `answers` are statuses of good pages.

        While the source seems to be down, each page is asked for once, slowly: enough to find out whether it is back.
        """
        attempts = self.patience.attempts
        if self._breaker.in_doubt:
            self.halt.wait(self._longest_back_off(attempts - 1))
            attempts = 1
        for attempt in range(1, attempts + 1):
            self.halt.check()
            try:
                return self._once(path, url, check, answers)
            except TryAgain as again:
                last = attempt == attempts
                if again.error and (last or (again.once and attempt > 1)):
                    raise again.error from None
                if not last:
                    self._back_off(attempt, again, path)
                reason = str(again)
        tried = "one attempt" if attempts == 1 else f"{attempts} attempts"
        raise FetchFailed(f"{path}: {reason} after {tried}. Run `extract retry` later.")

    def _once(self, path: str, url: str, check: Callable[[Page], T], answers: frozenset[int]) -> tuple[Page, T]:
        try:
            response = self._sender.get(url)
        except TransportError as error:
            reason = f"no whole answer ({error})"
            self._breaker.outage(reason)
            raise TryAgain(reason) from error
        reason = f"answered {response.status}"
        wait = retry_after(response.headers.get("retry-after", ""), datetime.now(UTC)) or 0.0
        if response.status in answers:
            return self._checked(Page(url, response.status, response.body, datetime.now(UTC)), check)
        if response.status in ADVICE:
            self._breaker.refused(ADVICE[response.status], wait)
        elif is_outage(response.status):
            self._breaker.outage(reason)
            if wait > self.patience.longest_wait:
                asked = f"{path} {reason} and asks us to wait {in_words(wait)}"
                raise FetchFailed(f"{asked}. Run `extract retry` after that.")
        else:
            self._breaker.answered()
            raise FetchFailed(f"{path} {reason}. Run `extract retry`; if it stays so, report it.")
        raise TryAgain(reason, wait=wait)

    def _checked(self, page: Page, check: Callable[[Page], T]) -> tuple[Page, T]:
        self._breaker.answered()
        try:
            made = check(page)
        except PageNotLoaded as error:
            raise TryAgain(str(error), error=error) from error
        except BlockPage as error:
            self._breaker.refused(str(error))
            raise TryAgain(str(error), error=error) from error
        except UnexpectedPage as error:
            raise TryAgain(str(error), error=error, once=True) from error
        except ExtractError:
            raise
        except Exception as error:
            log.info("%s could not be read: %s", page.url, traceback.format_exc())
            raise UnexpectedPage(
                f"The page cannot be read ({type(error).__name__}). Update the project, then: extract replay"
            ) from error
        self._breaker.good()
        return page, made

    def _back_off(self, attempt: int, again: TryAgain, path: str) -> None:
        limit = self._longest_back_off(attempt)
        seconds = max(again.wait, random.uniform(limit / 2, limit))  # noqa: S311 - not for secrets
        if again.wait:
            self.pacer.pause(again.wait)  # everybody waits, not only this worker
        log.warning("%s: %s; trying again in %.1f s", path, again, seconds)
        self.halt.wait(seconds)
        self._sender.count_retry()

    def _longest_back_off(self, attempt: int) -> float:
        return min(self.patience.backoff * 2.0 ** (attempt - 1), self.patience.longest_wait)

    def _learn_rules(self, agent: str) -> None:
        """Ask for robots.txt, once per run: whoever comes later finds the rules, or the run stopped."""
        with self._robots_lock:
            if self._sender.rules is not None:
                return
            self.halt.check()
            address = f"{origin_of(self.base_url)}/robots.txt"
            try:
                _, rules = self._persist(
                    "/robots.txt", address, lambda page: read_rules(page.status, page.body, agent), ANSWERS
                )
            except SourceRefused:
                raise
            except ExtractError as error:
                reason = self.halt.reason or (
                    f"Nothing is fetched while robots.txt cannot be read ({str(error).rstrip('.')}). Run again later."
                )
                self.halt.stop(reason)
                raise FetchFailed(reason) from error
            if rules.interval > self.patience.longest_wait:
                reason = (
                    f"robots.txt asks for {in_words(rules.interval)} between two requests; a run cannot be that slow. "
                    "Nothing was fetched. Ask the site's owner, or choose another source."
                )
                self.halt.stop(reason)
                raise SourceRefused(reason)
            if self.pacer.slow_to(rules.interval):
                log.log(
                    NOTICE, "robots.txt asks for %g seconds between two requests; this run keeps to that pace, "
                    "slower than --rate.", rules.interval,
                )  # fmt: skip
            self._sender.rules = rules
