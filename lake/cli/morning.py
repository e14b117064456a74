"""`lake morning`: the whole daily job, and one verdict on it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from extract.errors import ExitCode
from extract.project.home import HOME, Project
from extract.project.option import project_of
from lake import EMBEDDED
from lake.cli.chosen import Chosen
from lake.cli.text_output import show
from lake.errors import UsageError

if TYPE_CHECKING:
    from lake.report.commands import Commands
    from lake.report.morning import Plan, Told

CODES = """
\b
Exit codes, the worst first:
  130  interrupted; both commands have ended
  2    usage: extract did not understand its options; nothing was done
  6    another command is at work on the staging area or the tables
  1    the build or one of its tests failed, a day is held back, rows are
       there twice, nothing new was fetched for more than three days;
       or extract failed of a fault
  5    the page is not the page we know       (what was staged is built),
       or a field has drifted                 (nothing is built)
  4    the source refused us                  (what was staged is built)
  3    partial: some races could not be had   (what was staged is built)
  0    all is well
"""
SECRET = "LAKE_NOTIFY"  # noqa: S105 - the name of a variable, which no command of ours hands on
SHOWN_DAYS = 7


@click.command(epilog=CODES, context_settings={"ignore_unknown_options": False})
@click.option(
    "--days",
    envvar="EXTRACT_DAYS",
    type=click.IntRange(1, 10_000),
    help="The N days ending yesterday (UK dates).  [default: 7]",
)
@click.option(
    "--unsettled", is_flag=True, help="Only slices that are not sealed, of the last --days (28 if not given)."
)
@click.option("--countries", multiple=True, help="Country codes, as extract has them; commas or repeated.")
@click.option(
    "--notify", "urls", metavar="URL", multiple=True, envvar=SECRET,
    help="Where to tell of it when its state is another than the last time; an address of apprise. Better set "
    "LAKE_NOTIFY, which no list of processes shows.",
)  # fmt: skip
@click.option("--notify-always", is_flag=True, help="Tell of every morning.")
@click.option(
    "--build-drifted", is_flag=True, help="Build on a run in which a field has drifted (docs/report.md), too."
)
@click.option("--dry-run", is_flag=True, help="Print what would be scraped and built, and touch nothing.")
@click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[-- OPTIONS OF EXTRACT]")
@click.pass_context
def morning(
    context: click.Context, /, days: int | None, unsettled: bool, countries: tuple[str, ...], urls: tuple[str, ...],
    notify_always: bool, build_drifted: bool, dry_run: bool, output: str, options: tuple[str, ...],
) -> None:  # fmt: skip
    """Scrape, build and test, and say what came of it: counts before and after, what it cost, one verdict.

    Does what `extract --days 7` and `dbt build` do, and builds a scrape that is only partial, too. What stands after --
    goes to extract as it is.

    \b
    Example: lake morning
             lake morning --unsettled
             lake morning --days 3 -- --rate 0.5 --reuse-settled
    """  # noqa: D301 - click's mark
    from lake.report.commands import Commands
    from lake.report.morning import run
    from lake.report.notify import require

    require(urls)
    chosen: Chosen = context.obj
    if any(option.split("=")[0] == "--staging" for option in options):
        raise UsageError("Where to stage, dbt must know too. Write: lake --staging X morning")
    if options and not options[0].startswith("-"):
        raise UsageError(f"{options[0]!r} is no option of extract. Write: lake morning -- --option value")
    by_hand = context.get_parameter_source("days") is ParameterSource.COMMANDLINE
    arguments = [*options, *(["--unsettled"] if unsettled else []), *(["--days", str(days)] if by_hand else [])]
    for country in countries:
        arguments += ["--countries", country]
    if context.parent and context.parent.get_parameter_source("staging") is ParameterSource.COMMANDLINE:
        arguments += ["--staging", chosen.staging]  # as an option, so that extract names it in what to do next
    plan = plan_of(chosen, project_of(context), arguments, None if unsettled or by_hand else days or SHOWN_DAYS)
    plan = replace(plan, builds_drifted=build_drifted)
    commands = Commands()
    try:
        with stopped_by_signals():
            if dry_run:
                context.exit(_dry_run(plan, commands, output))
            told = run(plan, commands, lambda line: click.echo(line, err=True))
    except KeyboardInterrupt:
        click.echo("Interrupted; extract and dbt have ended. What was staged and built stays: call again.", err=True)
        context.exit(int(ExitCode.INTERRUPTED))
    shown = SHOWN_DAYS if unsettled or not days else days
    if output == "json":
        click.echo(json.dumps(as_json(told, shown), indent=1))
    else:
        print_text(told, shown)
    for line in [*_keep(told, plan), *_tell(told, plan, urls, always=notify_always)]:
        click.echo(line, err=True)
    context.exit(int(told.verdict.code))


def plan_of(chosen: Chosen, home: Project, arguments: list[str], days: int | None) -> Plan:
    """Return what this morning does. `days` is for where nothing nearer says which days to take.

    Raises:
        LakeError: there is no dbt project, or the warehouse cannot lie where it shall.
    """
    from lake.iceberg.warehouse import CATALOG, has_tables, warehouse_folder
    from lake.report.build import project_folder, target_folder
    from lake.report.morning import Plan
    from lake.target import athena_schema

    embedded = chosen.name == EMBEDDED
    warehouse = warehouse_folder(chosen.warehouse) if embedded else chosen.warehouse
    staging = chosen.staging if "://" in chosen.staging else str(Path(chosen.staging).expanduser().absolute())
    project = project_folder()
    shared = {name: value for name, value in os.environ.items() if name != SECRET}
    if home.found_by == "--project":
        shared[HOME] = str(home.home)
    dbt = shared | {"EXTRACT_STAGING": staging, "LAKE_TARGET": chosen.name}
    if embedded:
        dbt["LAKE_WAREHOUSE"] = str(warehouse)
    scrape = shared | ({} if "--staging" in arguments else {"EXTRACT_STAGING": staging})
    if days:
        scrape["EXTRACT_DAYS"] = str(days)
    tables = str(warehouse) if embedded else f"{chosen.name}'s schema {athena_schema()}"
    target_path = target_folder(project, tables)
    return Plan(
        arguments,
        scrape,
        dbt,
        staging,
        project,
        tables,
        target_path,
        warehouse if embedded else target_path,
        Path(home.in_full("logs"), f"dbt_build_{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.log"),
        chosen.open,
        not embedded or ((warehouse / CATALOG).is_file() and has_tables(warehouse)),
    )


def _keep(told: Told, plan: Plan) -> list[str]:
    """Keep what the morning came to for the page; return what went wrong with that."""
    from dataclasses import asdict

    from lake.report.past_mornings import keep

    verdict = told.verdict
    said = {"run_id": told.run_id, "state": verdict.state, "exit_code": int(verdict.code), "cost": asdict(told.cost)}
    return [line for line in [keep(plan.memory, datetime.now(UTC), said)] if line]


def _tell(told: Told, plan: Plan, urls: tuple[str, ...], *, always: bool) -> list[str]:
    """Notify people where there is something to tell, and return what went wrong with that.

    A state that could not be told everywhere is not kept, so that the next morning tells it again.
    """
    from lake.report.notify import keep_state, known_state, notify

    state = told.verdict.state
    if not urls or not (always or known_state(plan.memory) != state):
        return []
    return notify(told.verdict, urls) or [line for line in [keep_state(plan.memory, state)] if line]


def _dry_run(plan: Plan, commands: Commands, output: str) -> int:
    """Say what would be scraped and built; return the exit code."""
    from lake.report.look import look
    from lake.report.morning import waiting

    planned = commands.extract([*plan.arguments, "--dry-run"], plan.extract_environment)
    state = look(plan.open_tables()) if plan.are_there_tables else None
    left = waiting(plan.staging, state)
    if output == "json":
        lines = planned.output.splitlines()
        said = {"exit_code": planned.code, "extract": lines, "runs_waiting": left, "project": str(plan.project)}
        click.echo(json.dumps(said | {"tables": plan.tables}, indent=1))
    else:
        click.echo(planned.output, nl=False)
        also = f", with {len(left)} staged runs that wait for it ({', '.join(left[-3:])})" if left else ""
        click.echo(f"Then dbt build in {plan.project}, into {plan.tables}{also}.")
    return planned.code


def print_text(told: Told, days: int) -> None:
    """Print the morning as tables, reasons, cost and verdict."""
    from lake.report.tables import CHANGED, by_day, totals

    if told.now:
        show(["what", "before", "now", "change"], totals(told.before, told.now, days))
        click.echo()
        if told.changes:
            show(CHANGED, by_day(told.before, told.now, told.changes, days))
            click.echo()
        if told.now.missing:
            click.echo(told.now.missing)
    for line in told.notes:
        click.echo(line)
    for problem in told.verdict.problems:
        click.echo(f"{problem.kind}: {problem.why}")
    click.echo(told.cost.line())
    click.echo(told.verdict.line + ("" if told.verdict.state == "fine" else f" ({told.verdict.state})"))


def as_json(told: Told, days: int) -> dict[str, Any]:
    """Return the morning as one document."""
    from dataclasses import asdict

    from lake.report.tables import document

    changes = told.changes
    said: dict[str, Any] = {
        "verdict": told.verdict.line,
        "state": told.verdict.state,
        "exit_code": int(told.verdict.code),
        "problems": [{"kind": problem.kind, "why": problem.why} for problem in told.verdict.problems],
        "notes": list(told.notes),
        "run_id": told.run_id,
        "log": str(told.log) if told.log else None,
        "freshness": told.fresh.document(),
        "cost": asdict(told.cost),
        "changes": None,
    }
    if changes:
        said["changes"] = {name: getattr(changes, name) for name in ("new", "corrected", "gone", "taken_back")}
    if told.now:
        said |= document(told.before, told.now, changes, days)
    return said


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Let a service manager stop this as a keyboard does."""

    def stop(_: int, __: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = {sign: signal.signal(sign, stop) for sign in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
