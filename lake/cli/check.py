"""`lake check`: how the tables are now, in one table and one line."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from lake.cli.chosen import Chosen
from lake.cli.text_output import show


@click.command()
@click.option(
    "--days", type=click.IntRange(1, 10_000), default=7, show_default=True,
    help="Show rows and races of so many last days, and how many of their runners are rated.",
)  # fmt: skip
@click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print the state."
)
@click.pass_context
def check(context: click.Context, /, days: int, output: str) -> None:
    """Count rows, races and duplicates, and say which days can be trusted. Changes nothing.

    A day is one country on one date. Exit code 0: all is well; 1: rows that are there twice, days held back, nothing new
    fetched for more than three days (freshness_days, by what is staged), or no tables.

    \b
    Example: lake check --days 14
    """  # noqa: D301 - click's mark
    chosen: Chosen = context.obj
    from lake.report.fresh import freshness
    from lake.report.look import look
    from lake.report.tables import BY_DAY, by_day, document, totals
    from lake.report.verdict import judge_state

    state = look(chosen.open())
    fresh = freshness(chosen.staging, datetime.now(UTC))
    verdict = judge_state(state, fresh)
    code = int(verdict.code)
    if output == "json":
        said = {"verdict": verdict.line, "state": verdict.state, "exit_code": code}
        found = document(None, state, None, days)
        del found["before"]
        problems = {"problems": [problem.why for problem in verdict.problems]}
        more = {"missing": state.missing, "freshness": fresh.document()}
        click.echo(json.dumps(said | problems | more | found, indent=1))
    else:
        show(["what", "now"], [[line[0], line[2]] for line in totals(None, state, days)])
        click.echo()
        show(BY_DAY, by_day(None, state, None, days))
        click.echo()
        for line in filter(None, (state.missing, fresh.missing)):
            click.echo(line)
        if state.last_build:
            click.echo(f"Newest run: {state.last_run}. Newest build with news: {state.last_build:%Y-%m-%d %H:%M} UTC.")
        for problem in verdict.problems:
            click.echo(problem.why)
        click.echo(verdict.line)
    context.exit(code)
