"""What was done to the tables since they were looked at: versions that the log gained, and what was written for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import duckdb
from pyiceberg.table import Table

from lake.duck.views import scan_sql
from lake.errors import LakeError
from lake.iceberg.files import is_local, parts, read
from lake.iceberg.tags import line

LOG = "result_versions"
KEY = "race_id, horse_id, scraped_at"


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows new, corrected and gone, as the versions say that the log has gained; `slices` has the three by slice.

    `taken_back`: versions that the log no longer has, as after a withdrawal. `rows_written`, `files_written`: of all
    tables, with the rows that a merge writes again unchanged.
    """

    new: int = 0
    corrected: int = 0
    gone: int = 0
    taken_back: int = 0
    rows_written: int = 0
    files_written: int = 0
    slices: dict[tuple[date, str], tuple[int, int, int]] = field(default_factory=dict)


def changes_since(tables: Iterable[Table], snapshots: dict[str, int]) -> Changes:
    """Return what was done to the tables since each was at a snapshot; a table that is not named was not there.

    Raises:
        LakeError: the log cannot be read.
    """
    found = {table.name()[-1]: table for table in tables}
    written = [_written(table, snapshots.get(name)) for name, table in found.items()]
    rows, files = (sum(column) for column in zip(*written, strict=True)) if written else (0, 0)
    if LOG not in found:
        return Changes(rows_written=rows, files_written=files)
    slices, taken_back = _log(found[LOG], snapshots.get(LOG))
    new, corrected, gone = (sum(counts[number] for counts in slices.values()) for number in range(3))
    return Changes(new, corrected, gone, taken_back, rows, files, slices)


def _written(table: Table, since: int | None) -> tuple[int, int]:
    """Return the rows and data files that the snapshots after a given one added."""
    rows = files = 0
    for snapshot in line(table):
        if snapshot.snapshot_id == since:
            break
        said = snapshot.summary.additional_properties if snapshot.summary else {}
        rows += int(said.get("added-records", 0))
        files += int(said.get("added-data-files", 0))
    return rows, files


def _log(table: Table, since: int | None) -> tuple[dict[tuple[date, str], tuple[int, int, int]], int]:
    """Return the versions that were added, by slice and kind, and how many are gone. Reads changed files only."""
    now = table.current_snapshot()
    if now is None or now.snapshot_id == since:
        return {}, 0
    connection = duckdb.connect()
    try:
        own, other = parts(table, now.snapshot_id), parts(table, since) if since is not None else set()
        for name, kept, left_out in (("now", own, other), ("before", other, own)):
            wanted = [part for part in kept if part not in left_out]
            if is_local(table):
                source = f"({scan_sql(table.schema(), sorted(part.path for part in wanted))})"
            else:
                source = "__read"
                connection.register(source, read(table, wanted))
            connection.execute(f"create temp table {name} as select {KEY}, country, race_date, change from {source}")
        added = connection.execute(
            f"""select race_date, country, count(*) filter (change = 'insert'), count(*) filter (change = 'update'),
                count(*) filter (change = 'delete') from now anti join before using ({KEY}) group by all"""
        ).fetchall()
        ((gone,),) = connection.execute(f"select count(*) from before anti join now using ({KEY})").fetchall()
    except (duckdb.Error, OSError, ValueError) as error:
        raise LakeError(f"What changed cannot be read: {str(error).splitlines()[0]}. Try: lake check") from error
    return {(day, country): (new, corrected, gone_) for day, country, new, corrected, gone_ in added}, int(gone)
