"""Names for the states of a table: the builds' tags, and how a person names a state."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pyiceberg.table import Table
from pyiceberg.table.snapshots import Operation, Snapshot, ancestors_of

from lake.errors import UsageError
from lake.iceberg.commit import KNOWN_KEYS
from lake.iceberg.readings import committing
from lake.iceberg.snapshots import snapshot_at

PREFIX = "run-"
KEPT = timedelta(days=35)
"""Tags of runs this much older than the newest are dropped: a tag keeps its snapshot from expiring."""
RUN = re.compile(r"\d{8}T\d{12}Z")
TAG = re.compile(rf"{PREFIX}({RUN.pattern})(-\d+)?")
"""A build's tag; with a snapshot's id, where the tag was before it moved on (on Athena only)."""
RUN_FORMAT = "%Y%m%dT%H%M%S%fZ"
UNKNOWN = "~"
"""A run that nothing names; it sorts after all that have a name."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?")


def tag_build(table: Table, run_id: str, kept: timedelta = KEPT) -> None:
    """Tag the current snapshot `run-<run_id>`, moving the tag where it is already, and drop the tags of old runs.

    Raises:
        CommitConflict: somebody else changed the table meanwhile.
    """
    snapshot = table.current_snapshot()
    if snapshot is None:
        return
    name = f"{PREFIX}{run_id}"
    stale = old_tags(table, kept, newest=run_id)
    there = table.metadata.refs.get(name)
    if there is not None and there.snapshot_id == snapshot.snapshot_id and not stale:
        return
    with committing(table.name()), table.manage_snapshots() as manage:
        if there is not None and there.snapshot_id != snapshot.snapshot_id and not _is_ours(snapshot):
            manage.create_tag(there.snapshot_id, f"{name}-{there.snapshot_id}")
        manage.create_tag(snapshot.snapshot_id, name)
        for old in stale:
            manage.remove_tag(old)


def old_tags(table: Table, kept: timedelta, newest: str | None = None) -> list[str]:
    """Return the builds' tags whose run is older than `kept` before the newest run. Other people's tags are theirs."""
    runs = run_tags(table)
    known = [*runs.values(), *([newest] if newest and RUN.fullmatch(newest) else [])]
    if not known:
        return []
    limit = (datetime.strptime(max(known), RUN_FORMAT) - kept).strftime(RUN_FORMAT)
    return sorted(name for name, run_id in runs.items() if run_id < limit)


def run_tags(table: Table) -> dict[str, str]:
    """Return the builds' tags of a table, each with its run."""
    found = ((name, TAG.fullmatch(name)) for name in table.metadata.refs)
    return {name: match[1] for name, match in found if match}


def drop_tags(table: Table, names: list[str]) -> None:
    """Remove tags from a table.

    Raises:
        CommitConflict: somebody else changed the table meanwhile.
    """
    with committing(table.name()), table.manage_snapshots() as manage:
        for name in names:
            manage.remove_tag(name)


def resolve(table: Table, said: str) -> int:
    """Return the snapshot that a person means by `now`, a run, a tag, a snapshot id or a UTC moment.

    By a run is meant the state after it was merged: its tag, or else the newest state that rests on no later run.

    Raises:
        UsageError: the table knows nothing of that name.
        LakeError: it had no snapshot at that moment, or it has expired.
    """
    name = table.name()[-1]
    current = table.current_snapshot()
    if current is None:
        raise UsageError(f"{name} has no snapshot yet. Run dbt build first.")
    if said == "now":
        return current.snapshot_id
    for ref in (said, f"{PREFIX}{said}"):
        if ref in table.metadata.refs:
            return table.metadata.refs[ref].snapshot_id
    run_id = said.removeprefix(PREFIX)
    if RUN.fullmatch(run_id):
        found = last_before(table, run_id, including=True)
        if found is None or all(run < run_id for run in newest_runs(table).values()):
            raise UsageError(f"No state of {name} is known to rest on run {run_id}. See: lake history {name}")
        return found.snapshot_id
    if said.isdecimal() and table.snapshot_by_id(int(said)) is not None:
        return int(said)
    if MOMENT.fullmatch(said):
        return snapshot_at(table, datetime.fromisoformat(said).replace(tzinfo=UTC))
    raise UsageError(
        f"{name} has no state called {said}. Give a run, a snapshot id, a tag, a UTC time such as 2025-11-18T09:00, or "
        f"now. See: lake history {name}"
    )


def line(table: Table) -> Iterator[Snapshot]:
    """Yield the current snapshot and those it came from, newest first; what was rolled back is not among them."""
    current = table.current_snapshot()
    if current is not None:
        yield from ancestors_of(current, table.metadata)


def last_before(table: Table, run_id: str, *, including: bool = False) -> Snapshot | None:
    """Return the newest snapshot of the line that rests on no run as late as the given one, or on none later.

    None where the first snapshot that is left does already.
    """
    best, runs = None, newest_runs(table)
    for entry in reversed(list(line(table))):
        newest = runs.get(entry.snapshot_id, "")
        if newest > run_id or (newest == run_id and not including):
            break
        best = entry
    return best


def newest_runs(table: Table) -> dict[int, str]:
    """Return, for each snapshot of the line, the newest run whose rows it brought; empty where it brought none.

    Our own merges say so in the snapshot. Athena's do not: there the builds' tags tell. What lies between two tags was
    brought by the build that set the later one, or by one that failed before it; what lies after the last tag came of a
    build that failed or is at work, and counts as newer than every run. Rewritten files bring nothing new. Of several
    tags on one snapshot, the oldest run brought it, and the others left it as it was.

    Nothing at all is returned for a table that is not ours.
    """
    entries = list(line(table))
    if any(_is_ours(entry) for entry in entries):
        return {entry.snapshot_id: max(named_runs(entry), default="") for entry in entries}
    newest_first = sorted(run_tags(table).items(), key=lambda tag: tag[1], reverse=True)
    tagged = {table.metadata.refs[name].snapshot_id: run_id for name, run_id in newest_first}
    if not tagged and table.name()[-1] not in KNOWN_KEYS:
        return {}
    found, run_id = {}, UNKNOWN
    for entry in entries:  # newest first
        run_id = tagged.get(entry.snapshot_id, run_id)
        found[entry.snapshot_id] = run_id
    for older, entry in itertools.pairwise(reversed(entries)):
        if entry.summary and entry.summary.operation is Operation.REPLACE and entry.snapshot_id not in tagged:
            found[entry.snapshot_id] = found[older.snapshot_id]
    return found


def _is_ours(snapshot: Snapshot) -> bool:
    return bool(snapshot.summary and any(name.startswith("racing.") for name in snapshot.summary.additional_properties))


def named_runs(snapshot: Snapshot) -> list[str]:
    """Return the runs that a snapshot says its rows came from: the newest, should there be many."""
    said = snapshot.summary.additional_properties.get("racing.run-ids", "") if snapshot.summary else ""
    return said.split(",") if said else []
