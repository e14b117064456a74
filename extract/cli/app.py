"""The `extract` command itself: its dates and filters, its subcommands, and how errors leave it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from extract.cli import config, importing, register, rerun, reseal, sample, status, verify
from extract.cli.ending import end_of
from extract.cli.logs import report_error
from extract.cli.options import DAY, FilePath, execution_options, project_settings, refuse_before
from extract.project.home import Project
from extract.project.option import in_project, project_option

EXAMPLES = """
\b
Examples:
  extract --days 7               the seven days ending yesterday, gb ire fr
  extract --from 2025-03-01 --to 2025-03-31 --yes
  extract --days 7 --dry-run     the plan, without touching anything
  extract --unsettled            of the last 28 days, what may still change
  extract --staging trial --source sample --days 7
                                 an invented world, in an area of its own
  extract import data/dates      rows that others scraped, CSV or Parquet
  extract retry                  what runs left failed, pending or in doubt

Pages that are stored are asked for only if they have changed, where the source tells that.

\b
Exit codes: 0 complete, 1 unexpected, 2 usage, 3 partial,
4 refused by the source, 5 page changed, 6 staging in use, 130 interrupted.
"""


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.version_option(version("racing-lakehouse"), message="%(version)s")
@click.option(
    "--days", envvar="EXTRACT_DAYS", type=click.IntRange(1, 10_000), help="The N days ending yesterday (UK dates)."
)
@click.option(
    "--unsettled",
    is_flag=True,
    help="Of the last --days (28 if not given), only slices that are not sealed: partial, too fresh, or never scraped.",
)
@click.option("--until", type=DAY, help="With --days: the last day instead of yesterday.")
@click.option("--from", "first", type=DAY, help="First day of a range.")
@click.option("--to", "last", type=DAY, help="Last day of a range.")
@click.option("--date-file", type=FilePath(path_type=Path), callback=in_project, help="File with one date a line.")
@click.option(
    "--countries",
    envvar="EXTRACT_COUNTRIES",
    multiple=True,
    default=("gb,ire,fr",),
    show_default=True,
    help="Country codes of the source, aro for Arabian fixtures; commas or repeated.",
)
@click.option("--course", type=click.IntRange(1), help="Only this course id. Slices stay partial.")
@click.option(
    "--type",
    "race_type",
    type=click.Choice(["flat", "jumps"]),
    help="Only such races, told by title and distance. Slices stay partial.",
)
@click.option(
    "--resume",
    metavar="RUN_ID",
    help="Go on with an interrupted run, in a new one: pages it stored are not fetched again.",
)
@click.option(
    "--reuse-settled",
    is_flag=True,
    envvar="EXTRACT_REUSE_SETTLED",
    help="Take the pages of settled races as stored: rated, and had since they were last due, a week after the race.",
)
@click.option("--dry-run", is_flag=True, help="Print the plan and touch nothing.")
@click.option("--yes", is_flag=True, envvar="EXTRACT_YES", help="Do not ask before a large job.")
@execution_options
@click.pass_context
def extract(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401
    """Scrape race results politely into append-only CSV files, for dbt to merge.

    Without a subcommand, scrapes the dates asked for.
    """
    if context.invoked_subcommand not in {None, "config"}:
        refuse_before(context, str(context.invoked_subcommand))
    if context.invoked_subcommand is None:
        from extract.cli.scrape import scrape  # imports what a run needs; help must not wait for it

        scrape(context, options)


def _defaults(project: Project) -> dict[str, Any]:
    """The defaults that a project's settings file gives to the options of `extract`, and to those of its subcommands."""
    settings = project_settings(project, {str(option.name) for option in extract.params})
    shared = {name: value for name, value in settings.items() if name != "days"}  # a retry's --days is another
    return settings | {name: shared for name in extract.commands}


PROJECT = project_option(_defaults)
for command in (
    rerun.retry,
    rerun.replay,
    status.status,
    verify.verify,
    reseal.reseal,
    register.register,
    importing.import_,
):
    extract.add_command(PROJECT(command))
for command in (config.config, sample.sample):  # the one shows what stands before it, the other has no project
    extract.add_command(command)
PROJECT(extract)


def main() -> None:
    """Run the command; turn whatever goes wrong into one line and an exit code."""
    started = datetime.now(UTC)
    run = partial(extract.main, prog_name="extract", standalone_mode=False)
    sys.exit(end_of(run, lambda error: report_error(error, started)))
