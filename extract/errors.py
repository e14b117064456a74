"""Everything that can go wrong, by what the user should do about it.

Each error knows the exit code of the `extract` command and ends with the next step to take.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of `extract`; documented in the README and stable."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    PARTIAL = 3
    REFUSED = 4
    CONTRACT_BROKEN = 5
    LOCKED = 6
    INTERRUPTED = 130


class ExtractError(Exception):
    """Base of every error this project raises on purpose."""

    exit_code: ExitCode = ExitCode.UNEXPECTED


class UsageError(ExtractError):
    """The request itself is wrong; correct the options and call again."""

    exit_code = ExitCode.USAGE


class FetchFailed(ExtractError):
    """One page could not be had after every retry; the race is listed as failed and `extract retry` tries it again."""

    exit_code = ExitCode.PARTIAL


class SourceDown(FetchFailed):
    """The source gives no answer of use, again and again; the run ends with what it has, and the rest is for later."""


class SourceRefused(ExtractError):
    """The source blocks or rate-limits us past patience; stop, wait, and run again more slowly."""

    exit_code = ExitCode.REFUSED


class ContractBroken(ExtractError):
    """A page is not the page we know; nothing of it is staged, the page is kept, the parser needs a look."""

    exit_code = ExitCode.CONTRACT_BROKEN


class PageNotLoaded(ContractBroken):
    """The page arrived without its data (the source's error shell); worth another try, now or tomorrow."""

    exit_code = ExitCode.PARTIAL


class UnexpectedPage(ContractBroken):
    """The page is something else: a block page, a login page or a new layout. The message says which."""


class BlockPage(UnexpectedPage):
    """The page, though sent with status 200, says that the source refuses us."""

    exit_code = ExitCode.REFUSED


class RunnerCountMismatch(ContractBroken):
    """The page declares another number of runners than it carries; a short race is never staged."""


class StagingLocked(ExtractError):
    """Another run is writing this staging area; wait for it to end."""

    exit_code = ExitCode.LOCKED


class StagingError(ExtractError):
    """The staging area cannot be read or written as needed; the message says why."""
