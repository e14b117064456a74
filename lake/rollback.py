"""Go back to before a run: all tables together. The run is withdrawn besides, or the next build would bring it back.

Where to go back to is a moment between two builds: that before the first build whose snapshots name the run, or a later
one. So the tables agree with one another afterwards as they did then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

from lake.duck.diff import Difference, compare
from lake.errors import LakeError
from lake.iceberg.readings import committing
from lake.iceberg.tags import line, newest_runs
from lake.iceberg.together import set_current


@dataclass(frozen=True, slots=True)
class Step:
    """One table and the earlier snapshot that becomes its current one."""

    table: Table
    current: int
    goal: int

    @property
    def name(self) -> str:
        """Return the table's full name."""
        return ".".join(self.table.name())

    def change(self) -> Difference:
        """Return what going back does to the rows: those added, removed and changed by it."""
        return compare(duckdb.connect(), self.table, self.current, self.goal)


def plan(tables: Iterable[Table], run_id: str) -> list[Step]:
    """Return the steps back to before a run; none where no table rests on it or on a later one.

    Raises:
        LakeError: a table's state from before the run is no longer there.
    """
    lines, bringing = [], []
    for table in tables:
        runs, entries = newest_runs(table), list(line(table))
        if runs:  # else somebody else's
            lines.append((table, entries))
            bringing += [snapshot for snapshot in entries if runs[snapshot.snapshot_id] >= run_id]
    if not bringing:
        return []
    moment = _start_of_build(min(bringing, key=lambda item: item.timestamp_ms), (entries for _, entries in lines))
    steps = []
    for table, entries in lines:
        if not entries or entries[0].timestamp_ms < moment:
            continue
        goal = next((snapshot for snapshot in entries if snapshot.timestamp_ms < moment), None)
        if goal is None:
            raise LakeError(
                f"{'.'.join(table.name())} has no state from before run {run_id} any more. Nothing was touched. "
                f"Withdraw the run, and the next build takes its rows out: lake withdraw {run_id} --reason …"
            )
        steps.append(Step(table, entries[0].snapshot_id, goal.snapshot_id))
    return steps


def carry_out(catalog: Catalog, steps: list[Step]) -> None:
    """Make the goals current, in all tables at once; on Athena one by one, and those done are put back if one fails.

    Raises:
        CommitConflict: somebody else changed a table after the plan was made. None was changed by this.
    """
    with committing(("one of the tables",)):
        set_current(catalog, ((step.table, step.goal) for step in steps))


def _start_of_build(snapshot: Snapshot, lines: Iterable[list[Snapshot]]) -> int:
    """Return when the build that made a snapshot committed first, in milliseconds."""
    build = _build(snapshot)
    same = [entry for entries in lines for entry in entries if build and _build(entry) == build]
    return min(entry.timestamp_ms for entry in [snapshot, *same])


def _build(snapshot: Snapshot) -> str:
    return snapshot.summary.additional_properties.get("dbt.invocation-id", "") if snapshot.summary else ""
