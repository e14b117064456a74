"""The `extract` command."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from extract.cli import config as config_command
from extract.cli import execute as running
from extract.cli import sample as sample_command
from extract.cli import status as status_command
from extract.cli.options import OUTPUT, STAGING, STAGING_SCHEMA, project_settings, running_options, settings_of
from extract.errors import ExtractError, UsageError
from extract.run import rerun as again
from extract.run.plan import make_plan, requests_expected
from extract.run.request import Request, load_request
from extract.run.runner import VERSION
from extract.run.selection import Selection, choose_dates, read_countries
from extract.run.setup import REPLAY
from extract.stage import glue
from extract.stage.manifest import committed_runs, run_of
from extract.stage.storage import open_storage

LARGE_JOB_DAYS = 31
DAY = click.DateTime(["%Y-%m-%d"])
EXAMPLES = """
\b
Examples:
  extract --days 7                                  the seven days ending yesterday, gb ire fr
  extract --from 2025-03-01 --to 2025-03-31 --yes   a range
  extract --days 7 --dry-run                        the plan, without touching anything
  extract --source sample --days 7                  an invented world, no network needed
  extract retry                                     the failed and pending races of the last run

\b
Exit codes: 0 complete, 1 unexpected, 2 usage, 3 partial, 4 refused by the source, 5 page changed,
6 staging in use, 130 interrupted.
"""


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.version_option(VERSION, message="%(version)s")
@click.option(
    "--days", envvar="EXTRACT_DAYS", type=click.IntRange(1, 10_000), help="The N days ending yesterday (UK dates)."
)
@click.option("--until", type=DAY, help="With --days: the last day instead of yesterday.")
@click.option("--from", "first", type=DAY, help="First day of a range.")
@click.option("--to", "last", type=DAY, help="Last day of a range.")
@click.option("--date-file", type=click.Path(path_type=Path), help="File with one date a line.")
@click.option(
    "--countries",
    envvar="EXTRACT_COUNTRIES",
    multiple=True,
    default=("gb,ire,fr",),
    show_default=True,
    help="Country codes of the source; commas or repeated.",
)
@click.option("--course", type=click.IntRange(1), help="Only this course id. Slices stay partial.")
@click.option(
    "--type",
    "race_type",
    type=click.Choice(["flat", "jumps"]),
    help="Only such races, told by title and distance. Slices stay partial.",
)
@click.option("--resume", metavar="RUN_ID", help="Go on with an interrupted run: only what it lacks is fetched.")
@click.option("--dry-run", is_flag=True, help="Print the plan and touch nothing.")
@click.option("--yes", is_flag=True, envvar="EXTRACT_YES", help="Do not ask before a large job.")
@running_options
@click.pass_context
def extract(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401
    """Scrape race results politely into append-only CSV files, for dbt to merge.

    Without a subcommand, scrapes the dates asked for.
    """
    if context.invoked_subcommand is not None:
        return
    dates = [options[name] for name in ("first", "last", "until")]
    first, last, until = (value.date() if value else None for value in dates)
    settings = settings_of(options)
    storage = open_storage(options["staging"])
    if options["resume"]:
        if options["days"] or first or last or options["date_file"]:
            raise UsageError("--resume goes on with the dates of its run. Leave the dates out.")
        resume(storage_url=options["staging"], run_id=options["resume"], options=options)
    chosen = choose_dates(
        settings.now(), days=options["days"], first=first, last=last, until=until, date_file=options["date_file"]
    )
    selection = Selection(chosen, read_countries(options["countries"]), options["course"], options["race_type"])
    if options["dry_run"]:
        print_plan(selection, options["staging"], settings.rate)
        return
    if len(chosen) > LARGE_JOB_DAYS and not options["yes"]:
        confirm(len(chosen))
    running.run_and_exit(storage, None, Request(selection, options["source"]), settings, options)


def resume(storage_url: str, run_id: str, options: dict[str, Any]) -> None:
    """Go on with an interrupted run and exit."""
    storage = open_storage(storage_url)
    request = load_request(storage, run_id)
    if run_id in committed_runs(storage):
        raise UsageError(f"Run {run_id} is committed; there is nothing to resume. For failed races: extract retry")
    if request.source in {"sample", REPLAY}:
        options["source"] = "sample"
    running.run_and_exit(storage, run_of(run_id), request, settings_of(options), options)


def print_plan(selection: Selection, staging: str, rate: float) -> None:
    """Print what a run would do."""
    plan = make_plan(open_storage(staging), selection)
    for item in plan:
        click.echo(f"{item.country} {item.race_date}  about {item.races} races  staged: {item.staged}")
    expected = requests_expected(plan)
    click.echo(
        f"{len(plan)} slices, about {expected} requests, about {expected / rate / 60:.0f} minutes at {rate:g}/s."
    )
    click.echo("Nothing was touched. Leave --dry-run out to run it.")


def confirm(days: int) -> None:
    """Ask before a large job; without a terminal, refuse."""
    if not sys.stdin.isatty():
        raise UsageError(f"{days} days is a large job. Add --yes to run it without a terminal.")
    click.confirm(f"{days} days is a large job. Go on?", abort=True, err=True)


@extract.command()
@running_options
def retry(**options: Any) -> None:  # noqa: ANN401
    """Fetch the failed and pending races of the last run again.

    Good races are taken from the stored pages; the slices are staged whole, so that they can become complete.

    Example: extract retry
    """
    storage = open_storage(options["staging"])
    request = again.retry_request(storage, options["source"])
    if request is None:
        click.echo("Every slice of the last run is final; there is nothing to retry. Next: dbt build")
        return
    running.run_and_exit(storage, None, request, settings_of(options), options)


@extract.command()
@click.option("--from", "first", type=DAY, help="First day; default all.")
@click.option("--to", "last", type=DAY, help="Last day; default all.")
@click.option("--countries", multiple=True, help="Country codes; default all that are stored.")
@running_options
def replay(first: datetime | None, last: datetime | None, countries: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Parse the stored pages again with today's parser, into a new run. Asks nobody.

    Example: extract replay --from 2025-11-01 --to 2025-11-30
    """
    storage = open_storage(options["staging"])
    days: list[date | None] = [value.date() if value else None for value in (first, last)]
    request = again.replay_request(storage, read_countries(countries) if countries else None, days[0], days[1])
    running.run_and_exit(storage, None, request, settings_of(options), options)


@extract.command()
@STAGING
@OUTPUT
def status(staging: str, output: str) -> None:
    """List the runs in staging, the unfinished ones too.

    Example: extract status
    """
    status_command.show(open_storage(staging), output)


@extract.command()
@STAGING
@STAGING_SCHEMA
def register(staging: str, staging_schema: str) -> None:
    """Register the files staged in S3 as tables in Glue, as every run does at its end.

    Example: extract register --staging s3://my-bucket/racing
    """
    for table, change in glue.register(staging, staging_schema).items():
        click.echo(f"{staging_schema}.{table}: {change}")


@extract.command()
@click.pass_context
def config(context: click.Context) -> None:
    r"""Show every setting in force and where it comes from; secrets are masked.

    \b
    Example: extract config
    Shell completion: eval "$(_EXTRACT_COMPLETE=bash_source extract)"
    """
    config_command.show(context.parent or context)


extract.add_command(sample_command.sample)


def main() -> None:
    """Run the command; turn our own errors into one line and their exit code."""
    started = datetime.now(UTC)
    try:
        settings = project_settings()
        default_map = settings | {name: settings for name in ("retry", "replay", "status", "register")}
        extract(default_map=default_map, standalone_mode=True)
    except ExtractError as error:
        running.report_error(error, started)
        sys.exit(int(error.exit_code))
