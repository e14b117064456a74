"""When a run must end, and why: one flag that everybody who sends or sleeps looks at."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from extract.errors import FetchFailed


class Halt:
    """Stops a run: by word (a refusal, an outage, Ctrl-C) or by the clock. Safe for several threads."""

    def __init__(self, minutes: float | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Start the run's clock. `minutes` is the deadline of the whole run; None means no deadline."""
        self._minutes = minutes
        self._clock = clock
        self._until = None if minutes is None else clock() + 60 * minutes
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._reason: str | None = None

    def stop(self, reason: str) -> None:
        """End the run; whoever sleeps wakes up. The first reason stays: what follows from it explains nothing."""
        with self._lock:
            self._reason = self._reason or reason
        self._event.set()

    @property
    def reason(self) -> str | None:
        """Why the run must end, in a sentence or two; None while it may go on."""
        if self._until is not None and self._reason is None and self._clock() >= self._until:
            self.stop(f"The deadline of {self._minutes:g} minutes has passed. Go on with: extract retry")
        return self._reason

    def check(self) -> None:
        """Let a run that may go on pass.

        Raises:
            FetchFailed: the run must end; the message says why.
        """
        if reason := self.reason:
            raise FetchFailed(reason)

    def wait(self, seconds: float) -> None:
        """Sleep, but wake up at once when the run is stopped or its deadline passes."""
        until = self._clock() + seconds
        while self.reason is None and (left := until - self._clock()) > 0:
            if self._until is not None:
                left = min(left, self._until - self._clock())
            self._event.wait(min(max(left, 0.0), 60.0))
