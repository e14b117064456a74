"""The circuit breaker: ends a run that the source refuses, or whose source is down, before it does harm."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from extract.errors import SourceDown, SourceRefused
from extract.fetch.halt import Halt
from extract.fetch.patience import Patience, in_words

ADVICE = {
    403: "The source forbids us (403). Stop for some hours; then run again with a lower --rate.",
    406: (
        "The source answers 406 to clients it does not take for a browser. Wait some hours and lower --rate; set "
        "EXTRACT_COOKIE from your own account; or, if you are entitled to, pip install -e '.[browser]' and "
        "pass --transport browser."
    ),
    429: "The source limits our rate (429). Wait some hours; then run again with a lower --rate.",
}
"""The statuses by which a source refuses us, and what to do about each."""


def is_outage(status: int) -> bool:
    """Say whether a status means that the source, or something before it, cannot answer just now."""
    return status in {408, 425} or 500 <= status <= 599


@dataclass(slots=True)
class Breaker:
    """Counts what goes wrong in a row, over all workers."""

    patience: Patience
    halt: Halt
    _refusals: int = 0
    _outages: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def in_doubt(self) -> bool:
        """Whether the source seems to be down: two pages' worth of requests in a row brought no answer of use."""
        return self._outages >= 2 * self.patience.attempts

    def good(self) -> None:
        """Note a page that is what it should be."""
        with self._lock:
            self._refusals = self._outages = 0

    def answered(self) -> None:
        """Note an answer that is no good page, and yet shows that the source is up."""
        with self._lock:
            self._outages = 0

    def refused(self, advice: str, wait: float = 0.0) -> None:
        """Note a refusal; `wait` is the seconds it asks for.

        Raises:
            SourceRefused: it is one too many, or it asks for more patience than we have.
        """
        with self._lock:
            self._refusals += 1
            self._outages = 0
            too_many = self._refusals >= self.patience.refusals
        too_long = wait > self.patience.longest_wait
        if too_many or too_long:
            self.halt.stop("The source refused us, so the run was stopped before this page. Later: extract retry")
            raise SourceRefused(f"{advice} It asks us to wait {in_words(wait)}." if too_long else advice)

    def outage(self, reason: str) -> None:
        """Note a request that brought no answer of use.

        Raises:
            SourceDown: it is one too many.
        """
        with self._lock:
            self._outages += 1
            count = self._outages
        if count >= self.patience.outages:
            message = (
                f"The source is down, or cannot be reached: {count} requests in a row brought no answer of use "
                f"(the last one: {reason}). Try later: extract retry"
            )
            self.halt.stop(message)
            raise SourceDown(message)
