"""`extract status`: what staging holds."""

from __future__ import annotations

import json

import click

from extract.cli.options import OUTPUT, STAGING
from extract.stage.manifest import committed_runs, read_slices, unfinished_runs
from extract.stage.storage import Storage, open_storage

SHOWN = 10


@click.command()
@STAGING
@OUTPUT
def status(staging: str, output: str) -> None:
    """List the runs in staging, the unfinished ones too.

    Example: extract status
    """
    show(open_storage(staging), output)


def show(storage: Storage, output: str) -> None:
    """Print the last runs with their slices in short, and the unfinished runs."""
    runs = []
    for run_id in committed_runs(storage)[-SHOWN:]:
        slices = read_slices(storage, run_id)
        complete = sum(row["status"] == "complete" for row in slices)
        rows = sum(int(row["rows_staged"] or 0) for row in slices)
        runs.append(
            {"run_id": run_id, "slices": len(slices), "complete": complete, "rows": rows, "source": slices[0]["source"]}
        )
    unfinished = unfinished_runs(storage)
    if output == "json":
        click.echo(json.dumps({"staging": storage.url, "runs": runs, "unfinished": unfinished}, indent=2))
        return
    click.echo(f"Staging {storage.url}")
    for run in runs:
        click.echo("{run_id}  {complete} of {slices} slices complete, {rows} rows, from {source}".format(**run))
    if not runs:
        click.echo("No run yet. Start with: extract --days 7")
    for run_id in unfinished:
        click.echo(f"{run_id}  unfinished; go on with: extract --resume {run_id}")
