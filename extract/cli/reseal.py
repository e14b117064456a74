"""`extract reseal`: a run whose staged files were mended by hand counts again."""

from __future__ import annotations

import sys

import click

from extract.cli.options import STAGING
from extract.errors import UsageError
from extract.stage.lock import staging_lock
from extract.stage.manifest import committed_runs, run_of
from extract.stage.storage import open_storage


@click.command()
@click.argument("run_id")
@STAGING
@click.option("--yes", is_flag=True, help="Do not ask.")
def reseal(run_id: str, staging: str, yes: bool) -> None:
    """Make a run whose staged files you mended by hand count again.

    A changed file stops the next build that reads it, because nobody can tell a mend from an accident. This says that
    it was a mend: columns and values are checked, hashes, counts and checksums are worked out anew from what the files
    say now, and the next dbt build works the change in. What a spreadsheet saved is written as before.

    Example: extract reseal 20251118T060000000000Z
    """
    from extract.run.reseal import read_mended
    from extract.run.reseal import reseal as put_in_place

    storage = open_storage(staging)
    if run_of(run_id).run_id not in committed_runs(storage):
        raise UsageError(f"Run {run_id} is not committed in {storage.url}. See: extract status")
    with staging_lock(storage):
        mended = read_mended(storage, run_id)
        if not mended.files:
            click.echo(f"Run {run_id} is as it was written. Nothing to do.")
            return
        for path, change in mended.changes.items():
            if path in mended.files or not yes:
                click.echo(f"{path}: {change}")
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError("Nobody is there to ask. Say --yes to reseal without being asked.")
            click.confirm(f"Let {len(mended.files)} files of run {run_id} say so?", abort=True, err=True)
        put_in_place(storage, mended)
    click.echo(f"Resealed {len(mended.files)} files of run {run_id}. The next dbt build works them in.")
