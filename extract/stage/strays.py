"""Files in a staging area that are none of ours: readers pass them over, and a person is told of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from extract.contract import CONTRACT
from extract.stage import layout
from extract.stage.folder import TEMPORARY
from extract.stage.layout import Run
from extract.stage.lease import PATH
from extract.stage.lock import HOLDER, LOCK
from extract.stage.pages import place_of
from extract.stage.storage import Storage
from extract.stage.unknown_pages import unknown_at

OURS = {LOCK, HOLDER, PATH}
RESULTS = re.compile(
    r"results/scraped_on=[^/]+/(?P<run>[0-9]{8}T[0-9]{12}Z)_(?P<country>[a-z]+)_(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\.csv"
)


@dataclass(frozen=True, slots=True)
class Stray:
    """A file that `extract` did not write there."""

    path: str
    """Relative to the staging area; bytes that are no text are escaped."""
    is_read: bool
    """Whether an engine that reads the folder as a table takes it for staged rows: it must go before the next build."""
    remedy: str


def strays(storage: Storage) -> list[Stray]:
    """Return every file that is none of ours, sorted; files of runs not yet committed are ours.

    Raises:
        StagingError: the staging area cannot be listed.
    """
    return [_stray(path) for path in storage.list("", hidden=True) if not is_ours(path)]


def is_ours(path: str) -> bool:
    """Say whether a path is one that `extract` writes."""
    kind = path.partition("/")[0]
    if kind in ("slices", "races", "runs", "imports", "withdrawals"):
        return layout.run_at(path, kind) is not None
    if kind == "results":
        return _is_results(path)
    if kind == "set_aside":
        return _is_set_aside(path)
    if kind == "pages":
        return place_of(path) is not None or unknown_at(path) is not None
    return path in OURS


def _is_results(path: str) -> bool:
    found = RESULTS.fullmatch(path)
    if not found:
        return False
    try:
        return path == layout.results_path(Run.of(found["run"]), found["country"], found["day"])
    except ValueError:
        return False


def _is_set_aside(path: str) -> bool:
    run_id, _, part = PurePosixPath(path).stem.partition("_")
    try:
        return path == layout.set_aside_path(Run.of(run_id).run_id, int(part))
    except ValueError:
        return False


def _stray(path: str) -> Stray:
    place = PurePosixPath(path)
    shown = path.encode(errors="surrogateescape").decode(errors="backslashreplace")
    if place.name.startswith(TEMPORARY):
        return Stray(shown, False, "A write that was cut short left it: delete it while no run is at work.")
    # Athena reads every file of a partition but those that begin with a dot or an underscore.
    in_table = place.parts[0] in CONTRACT and not any(part.startswith((".", "_")) for part in place.parts)
    if in_table and len(place.parts) > 2:
        return Stray(shown, True, "Move it out of staging before the next build: it lies where tables are read from.")
    return Stray(shown, False, "Not of `extract`, and read by nobody: move it out of staging if it is not needed.")
