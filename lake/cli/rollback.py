"""`lake rollback`: all tables to before a run, or one table to an earlier snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lake.cli.chosen import Chosen
from lake.cli.screen import confirm
from lake.cli.text_output import show

if TYPE_CHECKING:
    from lake.rollback import Step

DAYS_SHOWN = 31


@click.command()
@click.argument("table", required=False)
@click.option("--before", "run_id", help="All tables, to just before this run was merged; withdraws it and later ones.")
@click.option("--to", "snapshot_id", type=int, help="One table, to this snapshot; the next build may undo it.")
@click.option("--reason", help="With --before: why, kept with the decision.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def rollback(
    chosen: Chosen, table: str | None, run_id: str | None, snapshot_id: int | None, reason: str | None, yes: bool
) -> None:
    """Go back to an earlier state, after showing what that changes. Nothing is lost: it says how to undo it.

    With --before, all tables go back together, and the run and every later one are withdrawn, so that the next build does
    not bring them back; `lake restore` brings one back. With --to, one table goes back to a snapshot and the others stay.

    \b
    Example: lake rollback --before 20251121T060000000000Z
             lake history results   (the snapshots of a table, and their runs)
             lake rollback results --to SNAPSHOT_ID
    """  # noqa: D301 - click's mark
    if (snapshot_id is None) == (run_id is None):
        raise click.UsageError("Give either --before RUN or TABLE --to SNAPSHOT_ID.")
    if run_id is not None:
        if table is not None:
            raise click.UsageError("--before takes all tables together; leave out the table.")
        _before(chosen, run_id, reason or f"lake rollback --before {run_id}", yes)
    elif table is None or snapshot_id is None:
        raise click.UsageError("--to needs the table whose snapshot it is.")
    else:
        _one_table(chosen, table, snapshot_id, yes)


def _one_table(chosen: Chosen, table: str, snapshot_id: int, yes: bool) -> None:
    from lake.iceberg import snapshots
    from lake.query import refresh

    with chosen.exclusive("rollback") as target:
        found = target.find(table)
        goal = snapshots.rollback_target(found, snapshot_id)
        current = found.metadata.current_snapshot_id
        confirm(f"Make snapshot {goal} of {'.'.join(found.name())} current?", yes=yes)
        target.require_lock()
        snapshots.rollback(target.catalog, found, goal)
        note = refresh(target)
    click.echo(f"{'.'.join(found.name())} is now at snapshot {goal}. Undo with: lake rollback {table} --to {current}")
    if note:
        click.echo(note, err=True)


def _before(chosen: Chosen, run_id: str, reason: str, yes: bool) -> None:
    from datetime import UTC, datetime

    from extract.stage.lock import staging_lock
    from extract.stage.manifest import committed_runs, run_of
    from extract.stage.storage import open_storage
    from extract.stage.withdrawals import withdraw, withdrawn_runs
    from lake.errors import UsageError
    from lake.query import refresh
    from lake.rollback import carry_out, plan

    run_of(run_id)
    with chosen.exclusive("rollback") as target:
        storage = open_storage(chosen.staging)
        with staging_lock(storage):
            committed = committed_runs(storage)
            if run_id not in committed:
                raise UsageError(
                    f"Staging {storage.url} has no committed run {run_id}. `extract status` lists the runs."
                )
            runs = sorted({run for run in committed if run >= run_id} - withdrawn_runs(storage).keys())
            steps = plan(target.tables(), run_id)
            if not runs and not steps:
                raise UsageError(f"Run {run_id} and every later one are withdrawn already, and no table rests on them.")
            _show(steps, runs)
            confirm("Go back?", yes=yes)
            target.require_lock()
            # First the decision, then the tables: stopped in between, the next build takes the runs out, or this again.
            withdraw(storage, runs, reason, datetime.now(UTC))
            carry_out(target.catalog, steps)
            note = refresh(target)
    click.echo(f"{len(steps)} tables are as they were before run {run_id}; {len(runs)} runs are withdrawn.")
    if runs:
        click.echo(f"Undo with: lake restore {' '.join(runs)} && dbt build")
    if note:
        click.echo(note, err=True)


def _show(steps: list[Step], runs: list[str]) -> None:
    """Print what going back does, per table and race date, and the runs to be withdrawn."""
    rows: list[list[object]] = []
    for step in steps:
        days = step.change().days()
        rows += [[step.name, *day] for day in days[:DAYS_SHOWN]]
        if len(days) > DAYS_SHOWN:
            more = [sum(day[number] for day in days[DAYS_SHOWN:]) for number in (1, 2, 3)]  # type: ignore[misc]
            rows.append([step.name, f"{len(days) - DAYS_SHOWN} days more", *more])
    if rows:
        show(["table", "race date", "rows added", "rows removed", "rows changed"], rows)
    click.echo(f"To be withdrawn: {', '.join(runs) or 'no run, all are already'}")
