"""The state as rows of text, before and now side by side; and the same as a document for other programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from lake.report.changes import Changes
from lake.report.state import RATINGS, STATUSES, Slice, State

DAYS_SHOWN = 31
"""Days of the table by day, however many a morning takes."""
UNKNOWN = "?"
BY_DAY = ("day", "country", "rows", "races", "status")
CHANGED = ("day", "country", "rows", "races", "new", "corrected", "gone", "status")
"""Headings of the table by day, without changes and with them."""
Key = tuple[date, str]


def totals(before: State | None, now: State, days: int) -> list[list[str]]:
    """Return a line for each number of the state: its name, before, now and the difference. Nothing was before: empty.

    `days` is how many of the last days the last lines speak of.
    """
    window = now.window(days)

    def line(name: str, ask: Callable[[State], float | None]) -> list[str]:
        return _line(name, _text(ask(before)) if before else "", ask(now), ask(before) if before else None)

    lines = [
        line("rows", lambda state: state.rows),
        line("races", lambda state: state.races),
        line("duplicates", lambda state: state.duplicates),
    ]
    for status in STATUSES:
        if status != "imported" or now.days(status):
            lines.append(line(f"days {status}", partial(State.days, status=status)))
    for rating, name in RATINGS.items():
        lines.append(line(f"{name} known, %", partial(State.coverage, rating=rating)))
    last = "last day" if days == 1 else f"last {days} days"
    for rating, name in RATINGS.items():
        lines.append(line(f"{name}, {last}, %", partial(State.coverage, rating=rating, keys=window)))
    width = [max(len(line[number]) for line in lines) for number in (1, 2, 3)]
    return [[line[0], *(text.rjust(size) for text, size in zip(line[1:], width, strict=True))] for line in lines]


def by_day(before: State | None, now: State, changes: Changes | None, days: int) -> list[list[object]]:
    """Return a line for each slice of the last days, and for each older one that has changed.

    Day, country, rows and races (`341 -> 353` where they have changed), status; with changes, rows new, corrected and
    gone before it.
    """
    changed = set(changes.slices) if changes else set()
    shown = sorted(set(now.window(min(days, DAYS_SHOWN))) | (changed & now.slices.keys()), reverse=True)
    lines: list[list[object]] = []
    for key in shown:
        item, was = now.slices[key], before.slices.get(key) if before else None
        steps = [_step(was, item, name, compared=changes is not None) for name in ("rows", "races")]
        line: list[object] = [str(key[0]), key[1], *steps]
        if changes:
            line += [count or None for count in changes.slices.get(key, (0, 0, 0))]
        lines.append([*line, item.status or UNKNOWN])
    return lines


def document(before: State | None, now: State, changes: Changes | None, days: int) -> dict[str, Any]:
    """Return the state as JSON has it: totals before and now, and the slices that the table by day shows."""
    window = now.window(days)
    shown = []
    for line in by_day(before, now, changes, days):
        day, country = str(line[0]), str(line[1])
        key = (date.fromisoformat(day), country)
        item, was = now.slices[key], before.slices.get(key) if before else None
        said: dict[str, Any] = {"race_date": day, "country": country, "rows": item.rows, "races": item.races}
        if changes:
            said |= {"rows_before": was.rows if was else 0, "races_before": was.races if was else 0}
            said |= dict(zip(("new", "corrected", "gone"), changes.slices.get(key, (0, 0, 0)), strict=True))
        shown.append(said | {"status": item.status, "why": item.why})
    return {"before": _numbers(before, window), "now": _numbers(now, window), "slices": shown}


def _numbers(state: State | None, window: list[Key]) -> dict[str, Any] | None:
    if state is None:
        return None
    return {
        "rows": state.rows,
        "races": state.races,
        "duplicates": state.duplicates,
        **{f"days_{status.replace(' ', '_')}": state.days(status) for status in STATUSES},
        "held_back": [f"{country} {day}: {why}" for (day, country), why in state.held_back.items()],
        **{f"{rating}_percent": _rounded(state.coverage(rating)) for rating in RATINGS},
        **{f"{rating}_percent_last_days": _rounded(state.coverage(rating, window)) for rating in RATINGS},
        "last_run": state.last_run,
        "last_scrape": _utc(state.last_scrape),
        "last_build": _utc(state.last_build),
    }


def _line(name: str, was: str, now: float | None, before: float | None) -> list[str]:
    change = round(now - before, 1) if now is not None and before is not None else 0
    return [name, was, _text(now), _text(change, sign="+") if change else ""]


def _text(value: float | None, sign: str = "") -> str:
    if value is None:
        return UNKNOWN
    return f"{value:{sign},.1f}" if isinstance(value, float) else f"{value:{sign},}"


def _step(was: Slice | None, item: Slice, name: str, *, compared: bool) -> str:
    now, before = getattr(item, name), getattr(was, name) if was else 0
    return str(now) if not compared or now == before else f"{before} -> {now}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _utc(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z" if moment else None
