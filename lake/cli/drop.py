"""`lake drop`: a table is made anew by the next build."""

from __future__ import annotations

import click

from lake.cli.chosen import Chosen
from lake.cli.screen import confirm


@click.command()
@click.argument("table")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def drop(chosen: Chosen, table: str, yes: bool) -> None:
    """Drop a table with its history, so that the next build makes it anew from staging.

    Example: lake drop results --yes
    """
    from lake.iceberg.readings import committing
    from lake.query import refresh

    instead = "dbt build --full-refresh --select TABLE makes it anew; DROP TABLE in the Athena console"
    with chosen.exclusive("drop", instead) as target:
        name = target.name_of(table)
        confirm(f"Drop {'.'.join(name)} and its history?", yes=yes)
        with committing(name):
            target.catalog.drop_table(name)
        note = refresh(target)
    click.echo(f"{'.'.join(name)} is dropped. Its files stay until deleted by hand. Next: dbt build")
    if note:
        click.echo(note, err=True)
