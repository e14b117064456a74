"""Copy a staging area into another: append-only, each run's commit marker after its other files."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from extract.errors import ExtractError
from extract.stage.lock import staging_lock
from extract.stage.storage import Storage
from lake.errors import LakeError

WORKERS = 8
MARKERS, PAGES = "slices", "pages"


@dataclass(slots=True)
class Copied:
    """How many files were copied, their bytes, and how many were there already."""

    files: int = 0
    size: int = 0
    already: int = 0


def copy_staging(source: Storage, target: Storage, *, with_pages: bool = False) -> Copied:
    """Copy what the source has and the target has not; both are locked meanwhile. Safe to repeat.

    Staged files never change under their name, but for a reseal: so a commit marker that differs stops the copy before
    anything is written.

    Args:
        source: the staging area to copy.
        target: where to; it may hold an earlier copy, and no runs of its own that the source lacks.
        with_pages: whether the stored pages come along, which `extract replay` reads.

    Raises:
        LakeError: the target has runs that the source lacks, or says something else of one; or a file cannot be copied.
    """
    done = Copied()
    try:
        with staging_lock(source), staging_lock(target), ThreadPoolExecutor(WORKERS) as pool:
            _refuse_others(source, target)
            there = set(target.list(""))
            ours = [path for path in source.list("") if with_pages or _kind(path) != PAGES]
            done.already = len(there.intersection(ours))
            for are_markers in (False, True):
                missing = [path for path in ours if path not in there and (_kind(path) == MARKERS) == are_markers]
                for size in pool.map(lambda path: _copy(source, target, path), missing):
                    done.files += 1
                    done.size += size
    except ExtractError as error:
        raise LakeError(f"{error} What was copied stays; lake push goes on from there.") from error
    return done


def _kind(path: str) -> str:
    return path.partition("/")[0]


def _copy(source: Storage, target: Storage, path: str) -> int:
    data = source.read(path)
    target.write_new(path, data)
    return len(data)


def _refuse_others(source: Storage, target: Storage) -> None:
    ours = set(source.list(MARKERS))
    for path in _differing(source, target, ours):
        raise LakeError(
            f"{target.url} says something else in {path} than {source.url}. Nothing was copied. Push to an empty place."
        )


def _differing(source: Storage, target: Storage, ours: set[str]) -> Iterator[str]:
    for path in target.list(MARKERS):
        if path not in ours or source.read(path) != target.read(path):
            yield path
