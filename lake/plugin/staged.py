"""Check what a build is about to read for the first time, before any table changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot, ancestors_of

from extract.contract import Record
from extract.errors import ExtractError, StagingError
from extract.stage import layout
from extract.stage.manifest import read_slices
from extract.stage.scrapes import newest_live_fetch
from extract.stage.storage import Storage, open_storage
from extract.stage.verify import require_good, verify_runs
from extract.stage.withdrawals import withdrawn_runs
from lake.errors import LakeError
from lake.iceberg.tags import named_runs, run_tags

RUNS_TABLE = "run_slices"
"""The model that lists every run a build has read."""


def check_new_runs(staging: str, tables: Iterable[Table], paths: Collection[str] = ()) -> list[str]:
    """Check the files of every committed run that the tables do not know yet and that is not withdrawn.

    With them what other runs have of the same slices: to work a race out anew, those files are read again. A full
    refresh reads every file again: it is called with no tables.

    `paths` are those of the slices files, where somebody has listed them already; else they are listed here.

    Returns:
        The runs that were checked, oldest first.

    Raises:
        LakeError: a file is missing or is not what was written; the message names it and says what to do.
    """
    try:
        storage, found = open_storage(staging), list(tables)
        listed = paths or storage.list("slices")
        counting = {PurePosixPath(path).stem for path in listed} - withdrawn_runs(storage).keys()
        unknown = counting - known_runs(found)
        # only what is unknown is looked at closely: whether its name and its folder are a run's
        new = {
            stem for path in listed if (stem := PurePosixPath(path).stem) in unknown and layout.run_at(path, "slices")
        }
        slices = {(str(row["country"]), str(row["race_date"])) for run_id in new for row in _slices(storage, run_id)}
        again = counting & _runs_with_slices(slices, found) - new
        require_good([*verify_runs(storage, sorted(new)), *verify_runs(storage, sorted(again), slices)])
    except ExtractError as error:
        raise LakeError(f"{error}\nNo table was changed.") from error
    return sorted(new | again)


def newest_fetch(staging: str, paths: Collection[str]) -> str | None:
    """Return the newest run, of some slices files, that got something of the live site; None where staging has none.

    Raises:
        LakeError: a slices file is damaged.
    """
    try:
        found = [PurePosixPath(path).stem for path in paths if layout.run_at(path, "slices")]
        return newest_live_fetch(open_storage(staging), found)
    except ExtractError as error:
        raise LakeError(f"{error}\nNo table was changed.") from error


def known_runs(tables: Iterable[Table]) -> set[str]:
    """Return the runs that the tables rest on, and rested on already when a build last went well to its end.

    What a failed build began to read is checked again, and so is a run that was taken out and brought back.
    """
    found = list(tables)
    tag = max((name for table in found for name in run_tags(table)), default=None)
    if tag is None:
        return set()
    known: set[str] = set()
    for table in found:
        then, now = table.metadata.refs.get(tag), table.current_snapshot()
        snapshot = table.snapshot_by_id(then.snapshot_id) if then is not None else None
        if snapshot is not None and now is not None:
            known |= _runs(table, snapshot) & _runs(table, now)
    return known - {""}


def _runs_with_slices(slices: set[tuple[str, str]], tables: Iterable[Table]) -> set[str]:
    """The runs that the tables know to have one of some slices."""
    listed = next((table for table in tables if table.name()[-1] == RUNS_TABLE), None)
    days = sorted(day for _, day in slices)
    if listed is None or not days:
        return set()
    scan = listed.scan(
        f"race_date >= '{days[0]}' and race_date <= '{days[-1]}'",
        selected_fields=("run_id", "country", "race_date"),
    )
    return {
        row["run_id"] for row in scan.to_arrow().to_pylist() if (row["country"], row["race_date"].isoformat()) in slices
    }


def _slices(storage: Storage, run_id: str) -> list[Record]:
    """The slices of a run; none where its file is damaged, which the check says better."""
    try:
        return read_slices(storage, run_id)
    except StagingError:
        return []


def _runs(table: Table, snapshot: Snapshot) -> set[str]:
    """The runs that a state of a table lists, or that the snapshots up to it name."""
    if table.name()[-1] == RUNS_TABLE:
        scan = table.scan(selected_fields=("run_id",), snapshot_id=snapshot.snapshot_id)
        return set(scan.to_arrow()["run_id"].unique().to_pylist())
    return {run for entry in ancestors_of(snapshot, table.metadata) for run in named_runs(entry)}
