"""One global pace for every worker: a burst of one, a steady interval, a little jitter."""

from __future__ import annotations

import math
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
        """Start with the first turn free.

        Raises:
            ValueError: `rate` is not a positive number, or so small that no turn would ever come.
        """
        if not (math.isfinite(rate) and rate > 0 and math.isfinite(1 / rate)):
            raise ValueError(f"a rate of {rate!r} requests a second cannot be kept")
        self._interval = 1 / rate
        self._jitter = jitter
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 0.0
        self._quiet_until = 0.0

    def wait(self) -> None:
        """Wait for the caller's turn. The interval is never shorter than asked; jitter only lengthens it."""
        turn = self._take(0.0)
        while True:
            now = self._clock()
            if turn > now:
                self._sleep(turn - now)
            with self._lock:
                quiet_until = self._quiet_until
            if turn >= quiet_until:
                return
            turn = self._take(quiet_until)  # the source asked for quiet while we waited: queue up again after it

    def _take(self, earliest: float) -> float:
        with self._lock:
            turn = max(self._clock(), self._next, earliest)
            self._next = turn + self._interval * (1 + random.uniform(0, self._jitter))  # noqa: S311 - not for secrets
        return turn

    def pause(self, seconds: float) -> None:
        """Let nobody have a turn before `seconds` have passed: the source asked for quiet."""
        with self._lock:
            self._quiet_until = max(self._quiet_until, self._clock() + seconds)
            self._next = max(self._next, self._quiet_until)

    def slow_to(self, seconds: float) -> bool:
        """Leave at least `seconds` between turns from now on, the next one included; never go faster than before.

        Returns:
            Whether that is slower than before.
        """
        if seconds <= self._interval:
            return False
        self._interval = seconds
        self.pause(seconds)
        return True
