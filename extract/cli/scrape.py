"""`extract --days 7`: scrape the dates asked for, show the plan of it, or go on with an interrupted run."""

from __future__ import annotations

import sys
from typing import Any

import click

from extract.cli.execute import execute_and_exit
from extract.cli.options import build_again, settings_of
from extract.cli.precedence import nearest
from extract.cli.rerun import resume
from extract.cli.summary import as_json_without_run
from extract.errors import UsageError
from extract.run.last_looks import with_missed_last_looks
from extract.run.origin import refuse_another_source
from extract.run.plan import make_plan, requests_expected
from extract.run.request import Request
from extract.run.selection import Selection, choose_dates, read_countries
from extract.run.unsettled import unsettled
from extract.stage.storage import open_storage

LARGE_JOB_DAYS = 31
UNSETTLED_DAYS = 28
"""How far --unsettled looks back where nothing else is said."""


def scrape(context: click.Context, options: dict[str, Any]) -> None:
    """Do what the options of `extract` without a subcommand ask for."""
    options = nearest(context, options)
    first, last, until = (options[name].date() if options[name] else None for name in ("first", "last", "until"))
    if options["resume"]:
        if options["days"] or first or last or options["date_file"] or options["unsettled"]:
            raise UsageError("--resume goes on with the dates of its run. Leave the dates out.")
        resume(context, options["resume"], options)
    if options["unsettled"]:
        refuse_with_unsettled(options)
    settings = settings_of(options)
    now = settings.now()
    days = options["days"] or (UNSETTLED_DAYS if options["unsettled"] else None)
    chosen = choose_dates(now, days=days, first=first, last=last, until=until, date_file=options["date_file"])
    selection = Selection(chosen, read_countries(options["countries"]), options["course"], options["race_type"])
    after = min(chosen) if options["reuse_settled"] else None
    if options["unsettled"]:
        found = unsettled(open_storage(options["staging"]), selection, now)
        if found is None:
            build = build_again(options["staging"], options["staging_schema"])
            why = f"All slices of {chosen[0]} to {chosen[-1]} are sealed; nothing to scrape. Next: {build}"
            click.echo(as_json_without_run(why) if options["output"] == "json" else why)
            return
        selection, chosen = found.selection, found.selection.dates
        after = max(min(chosen), found.last_look) if after else None
    elif after:
        wider = with_missed_last_looks(open_storage(options["staging"]), selection)
        if wider is not selection and not options["quiet"]:
            more = ", ".join(f"{country} {day}" for day, country in wider.slices if day < after)
            click.echo(f"Also taken, for the morning of their last look was missed: {more}.", err=True)
        selection = wider
    as_of = now if settings.source == "sample" else None
    request = Request(
        selection, settings.source, seed=settings.seed, as_of=as_of, rate=settings.rate, reuse_settled_after=after
    )
    if options["dry_run"]:
        refuse_another_source(open_storage(options["staging"]), request)
        print_plan(selection, options["staging"], settings.rate, at_most=after is not None)
        return
    if len(chosen) > LARGE_JOB_DAYS and not options["yes"]:
        confirm(len(chosen))
    execute_and_exit(open_storage(options["staging"]), request, settings, options)


def refuse_with_unsettled(options: dict[str, Any]) -> None:
    """Refuse what makes no sense beside --unsettled.

    Raises:
        UsageError: dates are given otherwise than by --days, or a filter, with which no slice becomes whole.
    """
    given = {"first": "--from", "last": "--to", "date_file": "--date-file", "course": "--course", "race_type": "--type"}
    for name, option in given.items():
        if options[name]:
            raise UsageError(f"--unsettled chooses whole slices of the last --days by itself. Leave {option} out.")


def print_plan(selection: Selection, staging: str, rate: float, *, at_most: bool) -> None:
    """Print what a run would do."""
    plan = make_plan(open_storage(staging), selection)
    for item in plan:
        click.echo(f"{item.country} {item.race_date}  about {item.races} races  staged: {item.staged}")
    expected = requests_expected(plan)
    about = "at most about" if at_most else "about"
    click.echo(
        f"{len(plan)} slices, {about} {expected} requests, {about} {expected / rate / 60:.0f} minutes at {rate:g}/s."
    )
    click.echo("Nothing was touched. Leave --dry-run out to run it.")


def confirm(days: int) -> None:
    """Ask before a large job; without a terminal, refuse."""
    if not sys.stdin.isatty():
        raise UsageError(f"{days} days is a large job. Add --yes to run it without a terminal.")
    click.confirm(f"{days} days is a large job. Go on?", abort=True, err=True)
