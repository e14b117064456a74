"""The drift alarm: fields that a run fills far less often than the runs before it. Pure.

A run is compared kind by kind of row (`gb flat`, `fr jumps`), because stalls are drawn on the flat only and other
countries publish other things. RPR, Topspeed and the official rating are left out: how full they are goes by the age of
the races, and their own curves show it. Rows of old races and of stored pages are left out where rows are counted
(`lake.report.fill`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

RUNS = 30
"""Runs before, at most, that a run is compared with."""
LEAST_RUNS = 5
"""With fewer before it, nothing is said."""
LEAST_ROWS = 100
"""Rows of a kind that a run must have to be judged, or to be judged by."""
FELL_POINTS = 20.0
"""Percentage points below the usual rate that are far; a field that is gone may have been rarer."""
SPREADS = 6.0
"""So many times the usual distance from the usual rate is far, too; both must be."""
SURE_ROWS = 50.0
"""A field that no run before lacked is gone when so many rows should have it and none has."""


@dataclass(frozen=True, slots=True)
class Fill:
    """The rows of one kind that a run staged, and how many of them have each field."""

    run_id: str
    kind: str
    rows: int
    filled: dict[str, int] = field(default_factory=dict)

    def rate(self, name: str) -> float:
        """Return the percentage of rows that have a field."""
        return 100 * self.filled.get(name, 0) / self.rows


@dataclass(frozen=True, slots=True)
class Rate:
    """How full a field of a kind of row is in a run, and was in the runs before it.

    `before` is their median and `spread` the median distance from it, `now` the run's own rate, all in percent of rows;
    `expected` is how many of the run's rows should have the field.
    """

    field: str
    kind: str
    before: float
    now: float
    spread: float
    runs: int
    expected: float
    was_ever_lacking: bool

    @property
    def change(self) -> float:
        """Percentage points up or down."""
        return self.now - self.before

    @property
    def is_drift(self) -> bool:
        """Whether the rate is so far below the usual one that the source must have changed."""
        is_gone = self.now == 0 and not self.was_ever_lacking and self.expected >= SURE_ROWS
        return (self.change < -FELL_POINTS or is_gone) and -self.change > SPREADS * self.spread

    def __str__(self) -> str:
        return f"{self.field} {self.before:.0f} % -> {self.now:.0f} % ({self.kind})"


def rates(fills: Iterable[Fill], run_id: str) -> list[Rate]:
    """Return how full each field of a run is, by kind of row, the greatest falls first.

    Args:
        fills: Those of the run and of others; of these, the newest before it count.
        run_id: The run; ids sort by time.
    """
    enough = [fill for fill in fills if fill.rows >= LEAST_ROWS]
    found = []
    for now in (fill for fill in enough if fill.run_id == run_id):
        earlier = [fill for fill in enough if fill.kind == now.kind and fill.run_id < run_id]
        earlier = sorted(earlier, key=lambda fill: fill.run_id)[-RUNS:]
        if len(earlier) >= LEAST_RUNS:
            found += [_rate(name, now, earlier) for name in now.filled]
    return sorted(found, key=lambda rate: (not rate.is_drift, rate.change, rate.field, rate.kind))


def drifts(fills: Iterable[Fill], run_id: str) -> list[Rate]:
    """Return the fields whose rate has drifted, the greatest falls first."""
    return [rate for rate in rates(fills, run_id) if rate.is_drift]


def told(found: Iterable[Rate]) -> str:
    """Return drifted fields in one line, each once, with the kind of row that shows it most; empty for none."""
    worst: dict[str, Rate] = {}
    for rate in found:
        worst.setdefault(rate.field, rate)
    return ", ".join(map(str, worst.values()))


def _rate(name: str, now: Fill, earlier: list[Fill]) -> Rate:
    before = [fill.rate(name) for fill in earlier]
    usual = median(before)
    spread = median(abs(rate - usual) for rate in before)
    return Rate(name, now.kind, usual, now.rate(name), spread, len(before), usual * now.rows / 100, min(before) == 0)
