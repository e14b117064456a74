"""`lake status`: every table in one line."""

from __future__ import annotations

import click

from lake import EMBEDDED
from lake.cli.chosen import Chosen
from lake.cli.screen import second
from lake.cli.text_output import show


@click.command()
@click.pass_obj
def status(chosen: Chosen) -> None:
    """Show every table: rows, files, snapshots, last commit.

    Example: lake status
    """
    from lake.iceberg import snapshots

    target = chosen.open()
    ours = target.name == EMBEDDED
    rows: list[list[object]] = []
    for table in target.tables():
        entries = snapshots.history(table)
        current = next((entry for entry in entries if entry.is_current), None)
        size = snapshots.size(table)
        counts = [size.rows, size.data_files, size.delete_files, len(entries)]
        last = second(current.committed_at if current else None)
        rows.append([".".join(table.name()), *counts, last, *([current.run_ids if current else ""] if ours else [])])
    names = ["table", "rows", "data files", "delete files", "snapshots", "last commit"]
    show([*names, "runs"] if ours else names, rows)
