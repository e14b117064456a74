"""`lake history`: a table's snapshots."""

from __future__ import annotations

import click

from lake import EMBEDDED
from lake.cli.chosen import Chosen
from lake.cli.screen import second
from lake.cli.text_output import show


@click.command()
@click.argument("table")
@click.pass_obj
def history(chosen: Chosen, table: str) -> None:
    """Show a table's snapshots: when, what changed, from which runs. On Athena, the tags of good builds name the runs.

    Example: lake history results
    """
    from pyiceberg.table.refs import SnapshotRefType

    from lake.iceberg import snapshots

    target = chosen.open()
    ours = target.name == EMBEDDED
    found = target.find(table)
    counts = (
        ["inserted", "updated", "deleted", "runs"] if ours else ["operation", "rows written", "rows removed", "tags"]
    )
    tags: dict[int, list[str]] = {}
    for name, ref in sorted(found.metadata.refs.items()):
        if ref.snapshot_ref_type is SnapshotRefType.TAG:
            tags.setdefault(ref.snapshot_id, []).append(name)
    rows: list[list[object]] = [
        [
            entry.snapshot_id,
            second(entry.committed_at),
            *(
                [entry.inserted, entry.updated, entry.deleted, entry.run_ids]
                if ours
                else [
                    entry.operation,
                    entry.rows_written,
                    entry.rows_removed,
                    ", ".join(tags.get(entry.snapshot_id, [])),
                ]
            ),
            "current" if entry.is_current else "",
        ]
        for entry in snapshots.history(found)
    ]
    show(["snapshot", "committed (UTC)", *counts, "state"], rows)
