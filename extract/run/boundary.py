"""The one place where an error ends a page instead of the run.

Whatever reading, parsing or preparing one page raises, ours or a library's, becomes a failure with its kind and reason;
the run goes on with the next. Only what concerns all of it passes: staging that cannot be written, no memory, Ctrl-C.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from extract.errors import ContractBroken, ExtractError, PageNotLoaded, SourceRefused, StagingError, StagingLocked

log = logging.getLogger(__name__)
T = TypeVar("T")
Kind = Literal["refused", "broken", "failed", "unexpected"]
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a page was not to be had: refused by the source, broken (not the page we know), failed, or unexpected."""

    kind: Kind
    reason: str


def attempt(what: str, work: Callable[[], T]) -> T | Failure:
    """Return what the work on one page makes, or why it failed.

    Raises:
        StagingError: staging cannot be written; every other page would fail of it too.
        StagingLocked: the lock was lost; staging is no longer ours to write.
    """
    try:
        return work()
    except (StagingError, StagingLocked, MemoryError):
        raise
    except SourceRefused as error:
        return Failure("refused", str(error))
    except ExtractError as error:
        log.error("%s: %s", what, error)
        return Failure("broken" if is_broken(error) else "failed", str(error))
    except Exception as error:  # any: one page must never end a run
        said = " ".join(str(error).split())[:LONGEST]
        log.error("%s: unexpected %s: %s", what, type(error).__name__, said)
        log.info("%s: %s", what, traceback.format_exc())  # for the log; a screen shows it with -v
        return Failure("unexpected", f"unexpected {type(error).__name__}: {said}. Report it with the run's log.")


def is_broken(error: ExtractError) -> bool:
    """Say whether an error means that a page is not the page we know. One that came without its data may still be."""
    return isinstance(error, ContractBroken) and not isinstance(error, PageNotLoaded)
