"""How long we try, and how long we let the source make us wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Patience:
    """The bounds of trying again. Waits are seconds; every count is of requests."""

    attempts: int = 4
    """How often a page is asked for."""
    backoff: float = 2.0
    """The wait before a first repeat; doubled for each next one."""
    longest_wait: float = 120.0
    """No single wait is longer. Who asks for more gets none: the page, or for a refusal the run, ends instead."""
    refusals: int = 3
    """So many refusals in a row end the run."""
    outages: int = 20
    """So many requests in a row without an answer of use (5xx, timeouts, disconnects) end the run."""


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` header asks for; it holds a number of seconds or an HTTP date.

    The result is never negative and can be infinite. None means that the header says nothing we understand.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
        return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds())
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def in_words(seconds: float) -> str:
    """Return a length of time for people."""
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    if seconds < 7200:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.0f} hours" if seconds < 100 * 86400 else "more than 100 days"
