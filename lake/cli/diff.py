"""`lake diff`: what changed between two states of a table."""

from __future__ import annotations

import click

from lake.cli.chosen import Chosen
from lake.cli.file_output import AS_IS, write_csv, write_json
from lake.cli.text_output import show

SHOWN = 50
"""Lines of text to show; csv and json have all."""


@click.command()
@click.argument("before")
@click.argument("after", default="now")
@click.option("--table", default="results", show_default=True, help="The table to look at.")
@click.option("--every-field", is_flag=True, help="Compare loaded_at too, which says when a row was loaded.")
@click.option(
    "--output",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
    help="How to print the lines; text shows the first 50.",
)
@AS_IS
@click.pass_obj
def diff(chosen: Chosen, before: str, after: str, table: str, every_field: bool, output: str, as_is: bool) -> None:
    """Show the rows added, removed and changed between two states of a table, by key and field.

    A state is a run (as it was after that run was merged), a snapshot id, a tag, a UTC time, or now.

    \b
    Example: lake diff 20251118T060000000000Z 20251121T060000000000Z --output csv
    """  # noqa: D301 - click's mark
    import duckdb

    from lake.duck.diff import compare
    from lake.iceberg.tags import resolve

    found = chosen.open().find(table)
    connection = duckdb.connect()
    difference = compare(connection, found, resolve(found, before), resolve(found, after), every_field=every_field)
    names, lines = difference.lines()
    if output == "json":
        write_json(names, lines)
        return
    if output == "csv":
        write_csv(names, lines, as_is=as_is)
        return
    counts = difference.counts()
    if lines:
        show(names, lines[:SHOWN])
    if len(lines) > SHOWN:
        click.echo(f"… and {len(lines) - SHOWN} lines more; --output csv has all.")
    click.echo(", ".join(f"{count} rows {change}" for change, count in counts.items()))
