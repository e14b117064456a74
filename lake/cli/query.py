"""`lake query`: answer SQL over the tables."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from lake.cli.chosen import Chosen
from lake.cli.csv_output import AS_IS, write_csv
from lake.cli.screen import show


@click.command()
@click.argument("sql")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="The tables as they were at this UTC time.",
)
@click.option(
    "--output",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
    help="How to print the rows.",
)
@AS_IS
@click.pass_obj
def query(chosen: Chosen, sql: str, as_of: datetime | None, output: str, as_is: bool) -> None:
    """Answer a SQL query over the tables as the catalog has them now, whatever else is running.

    \b
    Example: lake query "select course, count(*) from racing.results group by course"
    """  # noqa: D301 - click's mark
    from lake.query import Asked

    when = as_of.replace(tzinfo=UTC) if as_of else None
    names, rows = Asked(chosen.open(), when).answer(sql)
    if output == "json":
        click.echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str, indent=1))
    elif output == "csv":
        write_csv(names, rows, as_is=as_is)
    else:
        show(names, rows)
