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
from extract.fetch.conditions import Known, Trust, Validators, validators_of
from extract.fetch.halt import Halt
from extract.fetch.pace import Pacer
from extract.fetch.patience import Patience, in_words, retry_after
from extract.fetch.robots import ANSWERS, read_rules
from extract.fetch.sender import Sender, Stats
from extract.fetch.transport import Transport, TransportError

log = logging.getLogger(__name__)
T = TypeVar("T")
NOT_MODIFIED = 304
NO_CONDITIONS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Page:
    """A page that arrived whole; or, with the status 304, the source's word that it is the one that is had already."""

    url: str
    status: int
    body: bytes
    fetched_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_unchanged(self) -> bool:
        """Whether the source sent none, for it is the one that is had already."""
        return self.status == NOT_MODIFIED

    @property
    def validators(self) -> Validators | None:
        """By what the source will tell whether it has changed."""
        return validators_of(self.headers)


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
    _trust: Trust = field(default_factory=Trust)
    _robots_lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._breaker = Breaker(self.patience, self.halt)
        self._sender = Sender(self.transport, self.pacer, self.headers, self.timeout, self.halt, self.stats)

    def get(self, path: str, check: Callable[[bytes], T], known: Known[T] | None = None) -> tuple[Page, T]:
        """Get a page that passes `check`, and what `check` made of it.

        `check` raises PageNotLoaded for the source's error shell, which is retried, and UnexpectedPage for a page that
        is something else, which is tried once more. Nothing but these errors leaves this method.

        With `known`, the source is asked for the page if it has changed. Where it has not, what is known stands for it.

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
        if known and (answer := self._if_changed(path, url, check, known)):
            return answer
        return self._persist(path, url, lambda page: check(page.body), frozenset({200}))

    def _if_changed(self, path: str, url: str, check: Callable[[bytes], T], known: Known[T]) -> tuple[Page, T] | None:
        """Ask for a page if it has changed; None where the answer, that it has not, is not to be believed."""
        question = self._trust.question(known.validators)
        if question is None:
            return None

        def checked(page: Page) -> T:
            return known.value if page.is_unchanged else check(page.body)

        page, made = self._persist(path, url, checked, frozenset({200, NOT_MODIFIED}), question.headers)
        if not page.is_unchanged:
            self._trust.sent_whole(question)
            return page, made
        if doubt := self._trust.doubt(question, known.validators, page.headers):
            log.warning("%s is asked for whole: %s", path, doubt)
            return None
        self._sender.count_unchanged()
        log.info("%s is unchanged", path)
        return page, made

    def _persist(
        self,
        path: str,
        url: str,
        check: Callable[[Page], T],
        answers: frozenset[int],
        conditions: Mapping[str, str] = NO_CONDITIONS,
    ) -> tuple[Page, T]:
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
                return self._once(path, url, check, answers, conditions)
            except TryAgain as again:
                last = attempt == attempts
                if again.error and (last or (again.once and attempt > 1)):
                    raise again.error from None
                if not last:
                    self._back_off(attempt, again, path)
                reason = str(again)
        tried = "one attempt" if attempts == 1 else f"{attempts} attempts"
        raise FetchFailed(f"{path}: {reason} after {tried}. Run `extract retry` later.")

    def _once(
        self,
        path: str,
        url: str,
        check: Callable[[Page], T],
        answers: frozenset[int],
        conditions: Mapping[str, str],
    ) -> tuple[Page, T]:
        try:
            response = self._sender.get(url, conditions)
        except TransportError as error:
            reason = f"no whole answer ({error})"
            self._breaker.outage(reason)
            raise TryAgain(reason) from error
        reason = f"answered {response.status}"
        wait = retry_after(response.headers.get("retry-after", ""), datetime.now(UTC)) or 0.0
        if response.status in answers:
            page = Page(url, response.status, response.body, datetime.now(UTC), response.headers)
            return self._checked(page, check)
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
