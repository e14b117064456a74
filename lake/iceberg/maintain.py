"""Keep a table small: expire old snapshots, then delete the files that nothing refers to any more."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from lake.iceberg.files import local_path
from lake.iceberg.hint import NAME as HINT
from lake.iceberg.readings import committing
from lake.iceberg.tags import drop_tags, old_tags

KEEP_DAYS = 35
"""Days of time travel."""

KEEP_LAST = 10
"""Snapshots that stay, however old."""

MINIMUM_AGE = timedelta(hours=24)
"""Younger files may belong to a commit in the making."""

NEVER_SWEPT = timedelta(hours=1)
"""Files younger than this are left alone whatever is asked for: a writer that knows no lock of ours may need them."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What there is to do for one table."""

    expired: list[int]
    orphans: list[Path]

    @property
    def orphan_bytes(self) -> int:
        """Size of the orphan files."""
        return sum(path.stat().st_size for path in self.orphans)


def expirable(table: Table, keep_days: int, keep_last: int, now: datetime | None = None) -> list[int]:
    """Return the snapshots that are neither among the last few, nor young, nor current, nor named.

    A build's tag names its snapshot for as many days as snapshots are kept.
    """
    stale = old_tags(table, timedelta(days=keep_days))
    limit = ((now or datetime.now(UTC)) - timedelta(days=keep_days)).timestamp() * 1000
    ordered = sorted(table.snapshots(), key=lambda item: -item.timestamp_ms)
    named = {ref.snapshot_id for name, ref in table.metadata.refs.items() if name not in stale}
    return [
        item.snapshot_id for item in ordered[keep_last:] if item.timestamp_ms < limit and item.snapshot_id not in named
    ]


def orphans(table: Table, minimum_age: timedelta = MINIMUM_AGE) -> list[Path]:
    """Return the files below the table's folder that no kept snapshot or metadata refers to."""
    referenced = {local_path(table.metadata_location), str(Path(local_path(table.metadata_location)).with_name(HINT))}
    referenced |= {local_path(entry.metadata_file) for entry in table.metadata.metadata_log}
    for snapshot in table.snapshots():
        referenced.add(local_path(snapshot.manifest_list))
        for manifest in snapshot.manifests(table.io):
            referenced.add(local_path(manifest.manifest_path))
            entries = manifest.fetch_manifest_entry(table.io, discard_deleted=True)
            referenced |= {local_path(entry.data_file.file_path) for entry in entries}
    oldest_kept = time.time() - max(minimum_age, NEVER_SWEPT).total_seconds()
    found = (Path(base) / name for base, _, names in os.walk(local_path(table.location())) for name in names)
    return sorted(path for path in found if str(path) not in referenced and path.stat().st_mtime < oldest_kept)


def maintain(
    catalog: Catalog,
    table: Table,
    *,
    keep_days: int,
    keep_last: int,
    minimum_age: timedelta = MINIMUM_AGE,
    dry_run: bool,
) -> Upkeep:
    """Expire and sweep one table; with `dry_run` only say what would be done.

    Files of snapshots that expire now are swept by the next call, once they are orphans.
    """
    expired = expirable(table, keep_days, keep_last)
    stale = old_tags(table, timedelta(days=keep_days))
    if stale and not dry_run:
        drop_tags(table, stale)
    if expired and not dry_run:
        with committing(table.name()):
            table.maintenance.expire_snapshots().by_ids(expired).commit()
        table = catalog.load_table(table.name())
    swept = orphans(table, minimum_age)
    upkeep = Upkeep(expired, swept)
    if not dry_run:
        for path in swept:
            path.unlink()
    return upkeep
