"""What staging holds: committed runs, their slices and races, and runs left unfinished.

Files that are none of ours (see `extract.stage.strays`) are passed over.
"""

from __future__ import annotations

from extract.contract import RACES, SLICES, Record
from extract.errors import UsageError
from extract.stage import layout
from extract.stage.dialect import Damaged, decode
from extract.stage.layout import Run
from extract.stage.storage import Storage

IMPORT = "import"
"""Source and selection of the slices of an import, which say nothing of what they leave out."""


def committed_runs(storage: Storage) -> list[str]:
    """Return the ids of the runs that exist for readers, oldest first; withdrawn ones are among them."""
    return _runs(storage, "slices")


def unfinished_runs(storage: Storage) -> list[str]:
    """Return the ids of the runs that were started and never committed, oldest first."""
    return sorted(set(_runs(storage, "runs")) - set(committed_runs(storage)))


def unfinished_imports(storage: Storage) -> list[str]:
    """Return the run ids of the imports that were started and never committed, oldest first."""
    return sorted(set(_runs(storage, "imports")) - set(committed_runs(storage)))


def imported_runs(storage: Storage) -> list[str]:
    """Return the ids of the committed runs that are imports, oldest first; withdrawn ones are among them."""
    return sorted(set(_runs(storage, "imports")) & set(committed_runs(storage)))


def _runs(storage: Storage, kind: str) -> list[str]:
    return sorted(run.run_id for path in storage.list(kind) if (run := layout.run_at(path, kind)))


def run_of(run_id: str) -> Run:
    """Return the run of an id given by a person.

    Raises:
        UsageError: it is not a run id.
    """
    try:
        return Run.of(run_id)
    except ValueError as error:
        raise UsageError(
            f"{run_id!r} is not a run id; one looks like 20251118T060000000000Z. See `extract status`."
        ) from error


def read_slices(storage: Storage, run_id: str) -> list[Record]:
    """Return the slices of a committed run, at least one.

    Raises:
        UsageError: it is not a run id.
        StagingError: the file is missing or damaged.
    """
    path = layout.slices_path(run_of(run_id))
    rows = decode(SLICES, storage.read(path), path)
    for row in rows:
        if not row["country"] or not row["race_date"]:
            raise Damaged(path, "has a slice without country or date")
    if not rows:
        raise Damaged(path, "names no slice: it is cut")
    return rows


def read_races(storage: Storage, run_id: str) -> list[Record]:
    """Return the listed races of a committed run; raises as `read_slices` does."""
    path = layout.races_path(run_of(run_id))
    return decode(RACES, storage.read(path), path)
