"""What can go wrong with the tables; every message ends with what to do next."""

from __future__ import annotations


class LakeError(RuntimeError):
    """Base of every error that `lake` raises on purpose."""


class MergeRefused(LakeError):
    """The rows to merge, or the table, are not fit for it. Nothing was written."""


class CommitConflict(LakeError):
    """Somebody else kept committing to the table meanwhile. Nothing was written."""
