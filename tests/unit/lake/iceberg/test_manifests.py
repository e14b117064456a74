"""A table's manifests do not pile up: one in which no file is alive any more is not handed on to the next snapshot."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
from pyiceberg.table.snapshots import Operation

from lake.iceberg.catalog import open_catalog
from lake.iceberg.commit import Overwrite
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


def test_threads_that_look_for_a_file_do_not_pass_over_its_manifest(tmp_path: Path) -> None:
    write_run(tmp_path, "a", 1)
    table = open_catalog(tmp_path).load_table("racing.t")
    for half in ("h0", "h1"):  # a manifest for each partition
        rows = table.scan(row_filter=f"half = '{half}'").to_arrow()
        table.append(pa.Table.from_batches(rows.to_batches(), schema=rows.schema))
    snapshot = table.current_snapshot()
    assert snapshot is not None
    manifests = snapshot.manifests(table.io)
    before = sys.getswitchinterval()
    with table.transaction() as transaction, ThreadPoolExecutor(8) as threads:
        producer = Overwrite(operation=Operation.OVERWRITE, transaction=transaction, io=table.io)
        producer.delete_data_file(next(t.file for t in table.scan(row_filter="half = 'h0'").plan_files()))
        producer._build_delete_files_partition_predicate()
        evaluate = producer._build_manifest_evaluator(table.spec().spec_id)
        one_by_one = [evaluate(manifest) for manifest in manifests]
        assert sorted(one_by_one) == [False, True, True]
        sys.setswitchinterval(1e-6)
        try:
            assert list(threads.map(evaluate, manifests * 3000)) == one_by_one * 3000
        finally:
            sys.setswitchinterval(before)
