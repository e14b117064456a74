"""Read a table's past and go back to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pyiceberg.catalog import Catalog
from pyiceberg.manifest import DataFileContent
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

from lake.errors import LakeError, UsageError
from lake.iceberg.readings import committing


@dataclass(frozen=True, slots=True)
class Entry:
    """One snapshot: when it was committed, what it did, from which runs.

    Our own merges say how many rows they inserted, updated and deleted. Of Athena's we know how many they wrote and
    removed, an updated row being both, and not from which runs.
    """

    snapshot_id: int
    committed_at: datetime
    operation: str
    inserted: int
    updated: int
    deleted: int
    rows_written: int
    rows_removed: int
    run_ids: str
    invocation_id: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Size:
    """What a table holds now. Delete files mark rows of data files as gone, until those are rewritten."""

    rows: int
    data_files: int
    delete_files: int


def size(table: Table) -> Size:
    """Count the rows and files of a table's current snapshot. Reads data files only where deletes apply to them."""
    snapshot = table.current_snapshot()
    manifests = snapshot.manifests(table.io) if snapshot else []
    files = [entry.data_file for manifest in manifests for entry in manifest.fetch_manifest_entry(table.io)]
    data = [file for file in files if file.content == DataFileContent.DATA]
    deletes = len(files) - len(data)
    return Size(table.scan().count() if deletes else sum(file.record_count for file in data), len(data), deletes)


def history(table: Table) -> list[Entry]:
    """Return the snapshots of a table, oldest first."""
    return [_entry(snapshot, table) for snapshot in sorted(table.snapshots(), key=lambda item: item.timestamp_ms)]


def snapshot_at(table: Table, when: datetime) -> int:
    """Return the id of the snapshot that was current at a moment.

    Raises:
        LakeError: the table did not exist yet, or that snapshot has expired.
    """
    past = [entry for entry in table.history() if entry.timestamp_ms <= when.timestamp() * 1000]
    if not past:
        raise LakeError(
            f"{table.name()[-1]} had no snapshot at {when.isoformat()}. `lake history` lists what there is."
        )
    snapshot_id = past[-1].snapshot_id
    if table.snapshot_by_id(snapshot_id) is None:
        raise LakeError(f"The snapshot of {table.name()[-1]} at {when.isoformat()} has expired. Choose a later moment.")
    return snapshot_id


def rollback_target(table: Table, snapshot_id: int) -> int:
    """Return the snapshot to go back to.

    Raises:
        UsageError: there is no such snapshot.
    """
    if table.snapshot_by_id(snapshot_id) is None:
        raise UsageError(f"{table.name()[-1]} has no snapshot {snapshot_id}. See: lake history {table.name()[-1]}")
    return snapshot_id


def rollback(catalog: Catalog, table: Table, snapshot_id: int) -> Table:
    """Make an earlier snapshot the current one. The later ones stay, so this can be undone in the same way."""
    with committing(table.name()), table.manage_snapshots() as manage:
        manage.set_current_snapshot(snapshot_id=snapshot_id)
    return catalog.load_table(table.name())


def _entry(snapshot: Snapshot, table: Table) -> Entry:
    said = dict(snapshot.summary.additional_properties) if snapshot.summary else {}
    removed = int(said.get("deleted-records", 0)) + int(said.get("added-position-deletes", 0))
    current = table.current_snapshot()
    return Entry(
        snapshot_id=snapshot.snapshot_id,
        committed_at=datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC),
        operation=snapshot.summary.operation.value if snapshot.summary else "",
        inserted=int(said.get("racing.rows-inserted", 0)),
        updated=int(said.get("racing.rows-updated", 0)),
        deleted=int(said.get("racing.rows-deleted", 0)),
        rows_written=int(said.get("added-records", 0)),
        rows_removed=removed,
        run_ids=said.get("racing.run-ids", ""),
        invocation_id=said.get("dbt.invocation-id", ""),
        is_current=current is not None and current.snapshot_id == snapshot.snapshot_id,
    )
