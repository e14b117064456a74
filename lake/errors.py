"""What can go wrong with the tables; every message ends with what to do next.

Exit codes mean what they mean for `extract`: 2 correct the command, 6 somebody else is at work, 1 all else.
"""

from __future__ import annotations

from extract.errors import ExitCode


class LakeError(RuntimeError):
    """Base of every error that `lake` raises on purpose."""

    exit_code: ExitCode = ExitCode.UNEXPECTED


class UsageError(LakeError):
    """The request itself is wrong: there is no such table, snapshot or run."""

    exit_code = ExitCode.USAGE


class WarehouseLocked(LakeError):
    """Another command is writing the warehouse, or a program holds its DuckDB file. Nothing was touched."""

    exit_code = ExitCode.LOCKED


class MergeRefused(LakeError):
    """The rows to merge, or the table, are not fit for it. Nothing was written."""


class CommitConflict(LakeError):
    """A table is no longer what the rows to write were worked out from. These rows were not written."""
