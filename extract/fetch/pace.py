"""One global pace for every worker: a burst of one, a steady interval, a little jitter."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable


class Pacer:
    """Hands out turns, at most `rate` a second, to any number of threads."""

    def __init__(
        self,
        rate: float,
        *,
        jitter: float = 0.2,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval = 1 / rate
        self._jitter = jitter
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Wait for the caller's turn. The interval is never shorter than asked; jitter only lengthens it."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._interval * (1 + random.uniform(0, self._jitter))  # noqa: S311 - not for secrets
        if turn > now:
            self._sleep(turn - now)

    def pause(self, seconds: float) -> None:
        """Let nobody have a turn before `seconds` have passed: the source asked for quiet."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)
