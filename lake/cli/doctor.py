"""`lake doctor`: is everything in order?"""

from __future__ import annotations

from pathlib import Path

import click

from lake.cli.chosen import Chosen


@click.command()
@click.option(
    "--deep", is_flag=True, help="Read every data file whole, not only its footer, and check every staged run."
)
@click.option("--mend", is_flag=True, help="Register again what the catalog has lost, then look.")
@click.pass_context
def doctor(context: click.Context, /, deep: bool, mend: bool) -> None:
    """Look for what is out of order: catalog, metadata, data files, versions, clock, leftovers.

    Each finding ends with the command that mends it. Exit code 0: nothing found; 1: something.

    \b
    Example: lake doctor --deep
    """  # noqa: D301 - click's mark
    chosen: Chosen = context.obj
    from lake.doctor import examine
    from lake.doctor import mend as mend_catalog
    from lake.lock import holder, warehouse_lock

    folder = chosen.folder("the Athena console shows tables and queries")
    if mend:
        with warehouse_lock(folder, "lake doctor --mend"):
            for line in mend_catalog(folder):
                click.echo(line)
    at_work = holder(folder)
    if at_work is not None:
        click.echo(f"{at_work} is at work; what it is writing may look unfinished.")
    staging = None if "://" in chosen.staging else Path(chosen.staging).expanduser().absolute()
    findings = list(examine(folder, staging, deep=deep))
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(findings)} findings." if findings else f"{folder} is in order.")
    context.exit(1 if findings else 0)
