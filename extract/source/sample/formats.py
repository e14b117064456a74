"""Amounts, times and distances as the source prints them."""

from __future__ import annotations

from extract.source.sample.margins import quarters


def money(amount: float, sign: str) -> str:
    """Return an amount as published: no pence when there are none."""
    return f"{sign}{amount:,.0f}" if round(amount, 2) == int(amount) else f"{sign}{amount:,.2f}"


def clock(seconds: float) -> str:
    """Return a winning time as published."""
    return f"{seconds:.2f}s" if seconds < 60 else f"{int(seconds // 60)}m {seconds % 60:.2f}s"


def against_standard(seconds: float) -> str:
    """Return the time against standard as published."""
    if seconds == 0:
        return "standard time"
    return f"slow by {seconds:.2f}s" if seconds > 0 else f"fast by {-seconds:.2f}s"


def to_winner(total: float | None, code: str) -> str | None:
    """Return the rounded cumulative distance the source shows; null for the first two home."""
    if total is None or code in {"1", "2"}:
        return None
    return quarters(total) or "shd"
