"""`lake query`: answer SQL over the tables."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from lake.cli.chosen import Chosen
from lake.cli.file_output import AS_IS, write_csv, write_json
from lake.cli.text_output import show


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

    Text is never cut: on a terminal too narrow for the table each field has a line, and what is piped has a row a line.

    \b
    Example: lake query "select course, count(*) from racing.results group by 1"
    """  # noqa: D301 - click's mark
    from lake.query import Asked

    when = as_of.replace(tzinfo=UTC) if as_of else None
    names, rows = Asked(chosen.open(), when).answer(sql)
    if output == "json":
        write_json(names, rows)
    elif output == "csv":
        write_csv(names, rows, as_is=as_is)
    else:
        show(names, rows)
