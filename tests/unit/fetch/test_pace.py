"""The pace of all workers, and the sleep from which a stopped run wakes up."""

from __future__ import annotations

import math
import threading
import time

import pytest

from extract.errors import FetchFailed
from extract.fetch.halt import Halt
from extract.fetch.pace import Pacer


def test_the_pace_is_global_and_never_faster_than_asked() -> None:
    waits: list[float] = []
    pacer = Pacer(2, sleep=waits.append, clock=lambda: 0.0)
    for _ in range(4):
        pacer.wait()
    assert waits[0] >= 0.5
    assert waits[1] >= 1.0
    assert waits[2] >= 1.5
    pacer.pause(60)
    pacer.wait()
    assert waits[3] >= 60


def test_who_waits_already_keeps_quiet_too_when_the_source_asks_for_it() -> None:
    now = [0.0]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        if not waits:
            pacer.pause(60)  # another worker is told to wait while this one sleeps
        waits.append(seconds)
        now[0] += seconds

    pacer = Pacer(2, sleep=sleep, clock=lambda: now[0])
    pacer.wait()
    pacer.wait()
    assert now[0] >= 60


def test_the_pace_can_be_slowed_and_never_quickened() -> None:
    waits: list[float] = []
    pacer = Pacer(1, sleep=waits.append, clock=lambda: 0.0, jitter=0)
    pacer.slow_to(10)
    pacer.slow_to(0.1)
    pacer.wait()
    pacer.wait()
    assert waits == [10.0, 20.0]


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf, -math.inf, 5e-324])
def test_a_rate_that_cannot_be_kept_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        Pacer(rate)


def test_a_stop_wakes_a_sleeper_at_once() -> None:
    halt = Halt()
    pacer = Pacer(0.01, sleep=halt.wait)
    pacer.wait()
    sleeper = threading.Thread(target=pacer.wait)
    sleeper.start()
    halt.stop("enough")
    sleeper.join(2)
    assert not sleeper.is_alive()
    halt.stop("a later reason")
    with pytest.raises(FetchFailed, match=r"^enough$"):
        halt.check()


def test_a_deadline_wakes_a_sleeper_too() -> None:
    halt = Halt(0.05 / 60)
    started = time.monotonic()
    halt.wait(30)
    assert 0.04 <= time.monotonic() - started < 2
    assert halt.reason is not None


def test_an_endless_wait_is_no_overflow() -> None:
    halt = Halt()
    halt.stop("enough")
    halt.wait(math.inf)
    threading.Timer(0.05, halt.stop, ("later",)).start()
    Halt(0.05 / 60).wait(1e300)
