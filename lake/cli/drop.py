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
    from lake.query import refresh

    target = chosen.open()
    target.warehouse(instead="dbt build --full-refresh --select TABLE makes it anew; DROP TABLE in the Athena console")
    found = target.find(table)
    confirm(f"Drop {'.'.join(found.name())} and its history?", yes=yes)
    target.catalog.drop_table(found.name())
    refresh(target)
    click.echo(f"{'.'.join(found.name())} is dropped. Its files stay until deleted by hand. Next: dbt build")
