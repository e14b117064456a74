"""The `lake` command itself: whose tables, its verbs, and how errors leave it."""

from __future__ import annotations

import io
import sys
from importlib.metadata import version
from pathlib import Path

import click
from click.core import ParameterSource

from extract.errors import ExitCode, ExtractError
from extract.project.option import in_project, project_option
from lake import ATHENA, EMBEDDED
from lake.cli.check import check
from lake.cli.chosen import Chosen
from lake.cli.diff import diff
from lake.cli.doctor import doctor
from lake.cli.drop import drop
from lake.cli.export import export
from lake.cli.history import history
from lake.cli.maintain import maintain
from lake.cli.morning import morning
from lake.cli.push import push
from lake.cli.query import query
from lake.cli.relocate import relocate
from lake.cli.report import report
from lake.cli.rollback import rollback
from lake.cli.shell import shell
from lake.cli.status import status
from lake.cli.where import where
from lake.cli.withdraw import restore, withdraw
from lake.errors import LakeError

EXAMPLES = """
\b
Exit codes: 0 done, 1 unexpected or refused, 2 usage, 6 warehouse in use.
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.version_option(version("racing-lakehouse"), message="%(version)s")
@project_option(lambda project: {**project.file.shared, "push": project.file.shared})
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
    callback=in_project,
    help="Of the embedded target: folder of the catalog and the tables.",
)
@click.option(
    "--staging",
    envvar="EXTRACT_STAGING",
    default="staging",
    show_default=True,
    callback=in_project,
    help="The staging area that `extract` writes and the tables are built from.",
)
@click.pass_context
def lake(context: click.Context, /, target: str, warehouse: Path, staging: str) -> None:
    """Look at the Iceberg tables, ask them, go back, tidy up."""
    by_hand = {name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if "warehouse" in by_hand and "target" not in by_hand:  # whatever LAKE_TARGET says
        target = EMBEDDED
    context.obj = Chosen(target, warehouse, staging)


for command in (
    morning, check, report, status, history, query, shell, export, diff, rollback, withdraw, restore, maintain, doctor, relocate,
    push, where, drop,
):  # fmt: skip
    lake.add_command(command)


def main() -> None:
    """Run the command; our own errors become one line and their exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a letter that the terminal lacks is shown as its code
            stream.reconfigure(errors="backslashreplace")
    try:
        lake()
    except (LakeError, ExtractError) as error:
        click.echo(f"lake: {error}", err=True)
        sys.exit(int(error.exit_code))
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "botocore":  # an extra, perhaps not installed
            raise
        click.echo(f"lake: AWS refuses: {error}. docs/athena.md lists the permissions.", err=True)
        sys.exit(int(ExitCode.UNEXPECTED))
