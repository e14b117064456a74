"""A table's manifests do not pile up: one in which no file is alive any more is not handed on to the next snapshot."""

from __future__ import annotations

from pathlib import Path

from lake.iceberg.catalog import open_catalog
from tests.unit.lake.conftest import write_run

RUNS = 12


def test_manifests_without_a_living_file_are_left_behind(tmp_path: Path) -> None:
    for number in range(RUNS):
        write_run(tmp_path, f"run{number:02}", number)
    table = open_catalog(tmp_path).load_table("racing.t")
    snapshots = table.snapshots()
    assert len(snapshots) == RUNS
    counts = []
    for snapshot in snapshots:
        manifests = snapshot.manifests(table.io)
        counts.append(len(manifests))
        handed_on = [manifest for manifest in manifests if manifest.added_snapshot_id != snapshot.snapshot_id]
        assert all(manifest.has_added_files() or manifest.has_existing_files() for manifest in handed_on)
        assert table.scan(snapshot_id=snapshot.snapshot_id).count() == 6
    assert max(counts) <= 2, counts
