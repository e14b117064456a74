"""`lake withdraw` and `lake restore`: which staged runs count."""

from __future__ import annotations

import click

from lake.cli.chosen import Chosen


@click.command()
@click.argument("run_ids", metavar="RUN...", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why, kept with the decision.")
@click.pass_obj
def withdraw(chosen: Chosen, run_ids: tuple[str, ...], reason: str) -> None:
    """Let staged runs count for nothing: the next build takes what they brought out of the tables.

    Nothing is deleted; `lake restore` brings a run back.

    Example: lake withdraw 20251121T060000000000Z --reason "half the cards were missing"
    """
    _decide(chosen, run_ids, reason, restored=False)


@click.command()
@click.argument("run_ids", metavar="RUN...", nargs=-1, required=True)
@click.option("--reason", default="lake restore", show_default=True, help="Why, kept with the decision.")
@click.pass_obj
def restore(chosen: Chosen, run_ids: tuple[str, ...], reason: str) -> None:
    """Let withdrawn runs count again: the next build merges them.

    Example: lake restore 20251121T060000000000Z
    """
    _decide(chosen, run_ids, reason, restored=True)


def _decide(chosen: Chosen, run_ids: tuple[str, ...], reason: str, *, restored: bool) -> None:
    from datetime import UTC, datetime

    from extract.stage.lock import staging_lock
    from extract.stage.next_build import dbt_build
    from extract.stage.storage import open_storage
    from extract.stage.withdrawals import restore as restore_runs
    from extract.stage.withdrawals import withdraw as withdraw_runs

    storage = open_storage(chosen.staging)
    with staging_lock(storage):
        done = (restore_runs if restored else withdraw_runs)(storage, run_ids, reason, datetime.now(UTC))
    verb, already = ("restored", "not withdrawn") if restored else ("withdrawn", "withdrawn already")
    for run_id in sorted(set(run_ids)):
        click.echo(f"{run_id} is {verb if run_id in done else already}.")
    click.echo(
        f"Next: {dbt_build(chosen.staging, warehouse=str(chosen.warehouse))}" if done else "Nothing was changed."
    )
