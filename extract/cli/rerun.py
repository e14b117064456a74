"""`extract retry`, `extract replay` and `extract --resume`: runs made from earlier ones.

What a run needs is imported when a command is called, so that help is quick.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NoReturn

import click

from extract.cli.options import DAY, execution_options, settings_of
from extract.errors import UsageError
from extract.run.settings import REPLAY
from extract.stage.manifest import committed_runs, run_of
from extract.stage.storage import open_storage


@click.command()
@execution_options
def retry(**options: Any) -> None:  # noqa: ANN401
    """Fetch the failed and pending races of the last run again.

    Good races are taken from the stored pages; the slices are staged whole, so that they can become complete.

    Example: extract retry
    """
    from extract.cli.execute import execute_and_exit
    from extract.run.rerun import retry_request

    storage = open_storage(options["staging"])
    request = retry_request(storage, options["source"])
    if request is None:
        click.echo("Every slice of the last run is final; there is nothing to retry. Next: dbt build")
        return
    execute_and_exit(storage, None, request, settings_of(options), options)


@click.command()
@click.option("--from", "first", type=DAY, help="First day; default all.")
@click.option("--to", "last", type=DAY, help="Last day; default all.")
@click.option("--countries", multiple=True, help="Country codes; default all that are stored.")
@execution_options
def replay(first: datetime | None, last: datetime | None, countries: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Parse the stored pages again with today's parser, into a new run. Asks nobody.

    Example: extract replay --from 2025-11-01 --to 2025-11-30
    """
    from extract.cli.execute import execute_and_exit
    from extract.run.rerun import replay_request
    from extract.run.selection import read_countries

    storage = open_storage(options["staging"])
    days: list[date | None] = [value.date() if value else None for value in (first, last)]
    request = replay_request(storage, read_countries(countries) if countries else None, days[0], days[1])
    execute_and_exit(storage, None, request, settings_of(options), options)


def resume(run_id: str, options: dict[str, Any]) -> NoReturn:
    """Go on with an interrupted run and exit."""
    from extract.cli.execute import execute_and_exit
    from extract.run.request import load_request

    storage = open_storage(options["staging"])
    request = load_request(storage, run_id)
    if run_id in committed_runs(storage):
        raise UsageError(f"Run {run_id} is committed; there is nothing to resume. For failed races: extract retry")
    if request.source in {"sample", REPLAY}:
        options["source"] = "sample"
    execute_and_exit(storage, run_of(run_id), request, settings_of(options), options)
