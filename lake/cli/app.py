"""The `lake` command itself: whose tables, its verbs, and how errors leave it."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import click

from lake import ATHENA, EMBEDDED
from lake.cli.chosen import Chosen
from lake.cli.drop import drop
from lake.cli.history import history
from lake.cli.maintain import maintain
from lake.cli.query import query
from lake.cli.rollback import rollback
from lake.cli.status import status
from lake.errors import LakeError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("racing-lakehouse"), message="%(version)s")
@click.option(
    "--target",
    envvar="LAKE_TARGET",
    type=click.Choice([EMBEDDED, ATHENA]),
    default=EMBEDDED,
    show_default=True,
    help="Whose tables. Better set LAKE_TARGET, which dbt reads too.",
)
@click.option(
    "--warehouse",
    envvar="LAKE_WAREHOUSE",
    default="warehouse",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Of the embedded target: folder of the catalog and the tables.",
)
@click.pass_context
def lake(context: click.Context, /, target: str, warehouse: Path) -> None:
    """Look at the Iceberg tables, ask them, go back, tidy up."""
    context.obj = Chosen(target, warehouse)


for command in (status, history, query, rollback, maintain, drop):
    lake.add_command(command)


def main() -> None:
    """Run the command; our own errors become one line and exit code 1."""
    try:
        lake()
    except LakeError as error:
        click.echo(f"lake: {error}", err=True)
        sys.exit(1)
