"""What staging holds: committed runs, their slices and races, and runs left unfinished."""

from __future__ import annotations

from pathlib import PurePosixPath

from extract.contract import RACES, SLICES, Record
from extract.errors import UsageError
from extract.stage import layout
from extract.stage.dialect import decode
from extract.stage.layout import Run
from extract.stage.storage import Storage


def committed_runs(storage: Storage) -> list[str]:
    """Return the ids of the runs that exist for readers, oldest first."""
    return sorted(PurePosixPath(path).stem for path in storage.list("slices") if path.endswith(".csv"))


def unfinished_runs(storage: Storage) -> list[str]:
    """Return the ids of the runs that were started and never committed, oldest first."""
    started = {PurePosixPath(path).stem for path in storage.list("runs") if path.endswith(".json")}
    return sorted(started - set(committed_runs(storage)))


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
    """Return the slices of a committed run."""
    return decode(SLICES, storage.read(layout.slices_path(run_of(run_id))))


def read_races(storage: Storage, run_id: str) -> list[Record]:
    """Return the listed races of a committed run."""
    return decode(RACES, storage.read(layout.races_path(run_of(run_id))))
