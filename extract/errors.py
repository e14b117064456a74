"""Everything that can go wrong, by what the user should do about it.

Each error knows the exit code of the `extract` command and ends with the next step to take.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

NOTICE: Final = 35
"""Level of a log record that is no trouble, and that whoever looks on should hear of: why a run takes so long."""


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


class UnknownCode(ContractBroken):
    """A page uses a code that is not in the project's tables; its race is not staged, and `extract status` counts it.

    `kind` names the table ("race type", "outcome", "currency" and so on), `code` is what the page says.
    """

    _SAID = re.compile(r"Unknown ([a-z ]+) '([^']*)' at ")

    def __init__(self, kind: str, code: str, path: str) -> None:
        self.kind = kind
        self.code = "".join(letter if letter.isprintable() and letter != "'" else "?" for letter in code)[:30]
        super().__init__(
            f"Unknown {kind} '{self.code}' at {path}. Nothing of this race was staged; update the project, "
            "then run `extract replay`; if it stays so, report it."
        )

    @classmethod
    def said_in(cls, reason: str) -> tuple[str, str] | None:
        """Return the kind and the code that a recorded reason tells of; None when it tells of something else."""
        found = cls._SAID.search(reason)
        return (found[1], found[2]) if found else None


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
