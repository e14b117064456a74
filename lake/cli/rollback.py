"""`lake rollback`: an earlier snapshot becomes the current one."""

from __future__ import annotations

import click

from lake.cli.chosen import Chosen
from lake.cli.screen import confirm


@click.command()
@click.argument("table")
@click.option("--to", "snapshot_id", type=int, help="Snapshot to go back to.")
@click.option("--before", "run_id", help="Go back to just before this run was merged.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def rollback(chosen: Chosen, table: str, snapshot_id: int | None, run_id: str | None, yes: bool) -> None:
    r"""Make an earlier snapshot current. Nothing is lost: roll back to the later one to undo it.

    The tables follow one another, so roll back all three, or the next dbt build brings the rows back.

    \b
    Example: lake rollback results --before 20251121T060000000000Z
    """
    if (snapshot_id is None) == (run_id is None):
        raise click.UsageError("Give either --to or --before.")
    from lake import query
    from lake.iceberg import snapshots

    target = chosen.open()
    found = target.find(table)
    goal = snapshots.rollback_target(found, snapshot_id, run_id)
    confirm(f"Make snapshot {goal} of {'.'.join(found.name())} current?", yes=yes)
    snapshots.rollback(target.catalog, found, goal)
    query.refresh(target)
    click.echo(f"{'.'.join(found.name())} is now at snapshot {goal}. Undo with: lake rollback {table} --to SNAPSHOT_ID")
