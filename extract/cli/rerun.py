"""`extract retry`, `extract replay` and `extract --resume`: runs made from earlier ones.

What a run needs is imported when a command is called, so that help is quick.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import click

from extract.cli.options import DAY, build_again, execution_options, given, settings_of, staging_again
from extract.errors import UsageError
from extract.run.settings import REPLAY, Settings
from extract.stage.storage import Storage, open_storage

if TYPE_CHECKING:
    from extract.run.request import Request


@click.command()
@click.argument("run_id", required=False)
@click.option(
    "--days",
    type=click.IntRange(1, 10_000),
    default=28,
    show_default=True,
    help="Look at what runs of so many last days left.",
)
@execution_options
@click.pass_context
def retry(context: click.Context, /, run_id: str | None, days: int, **options: Any) -> None:  # noqa: ANN401
    """Fetch again what the last runs left failed, pending or in doubt.

    Takes every slice whose newest run is not whole, or only what RUN_ID left, from the source it came from. Good
    races are taken from the stored pages; the slices are staged whole, so that they can become complete.

    Example: extract retry
    """
    from extract.cli.execute import execute_and_exit
    from extract.run.rerun import retry_request, sample_clock

    storage = open_storage(options["staging"])
    since = ((sample_clock(storage) or datetime.now(UTC)) - timedelta(days=days)).date()
    found = retry_request(storage, since, run_id)
    if found is None:
        build = build_again(storage.url, options["staging_schema"])
        where = f"Run {run_id} left nothing" if run_id else f"What the runs of the last {days} days took is final"
        click.echo(f"{where}; there is nothing to retry. Next: {build}")
        return
    for other in found.others:
        click.echo(
            f"Run {other} left slices of another source or filter. After this: extract retry {other}{staging_again()}",
            err=True,
        )
    settings = as_begun(context, storage, found.request, options)
    request = replace(found.request, as_of=settings.as_of, rate=settings.rate)
    execute_and_exit(storage, request, settings, options)


@click.command()
@click.option("--from", "first", type=DAY, help="First day; default all.")
@click.option("--to", "last", type=DAY, help="Last day; default all.")
@click.option("--countries", multiple=True, help="Country codes; default all that are stored.")
@execution_options
@click.pass_context
def replay(
    context: click.Context,
    /,
    first: datetime | None,
    last: datetime | None,
    countries: tuple[str, ...],
    **options: Any,  # noqa: ANN401
) -> None:
    """Parse the stored pages again with today's parser, into a new run. Asks nobody.

    Example: extract replay --from 2025-11-01 --to 2025-11-30
    """
    from extract.cli.execute import execute_and_exit
    from extract.run.replay import replay_request
    from extract.run.rerun import sample_clock
    from extract.run.selection import read_countries

    storage = open_storage(options["staging"])
    days: list[date | None] = [value.date() if value else None for value in (first, last)]
    asked = read_countries(countries) if given(context, "countries") else None
    request = replay_request(storage, asked, days[0], days[1])
    as_of = options["as_of"] if given(context, "as_of") else sample_clock(storage)
    execute_and_exit(storage, request, replace(settings_of(options), source=REPLAY, as_of=as_of), options)


def resume(context: click.Context, run_id: str, options: dict[str, Any]) -> NoReturn:
    """Go on with an interrupted run and exit."""
    from extract.cli.execute import execute_and_exit
    from extract.run.rerun import resume_request
    from extract.run.selection import read_countries

    storage = open_storage(options["staging"])
    request = resume_request(storage, run_id)
    chosen = request.selection
    if given(context, "countries") and not set(chosen.countries) <= set(read_countries(options["countries"])):
        raise contradicts("--countries", ",".join(options["countries"]), ",".join(chosen.countries))
    for name, option, asked in (("course", "--course", chosen.course), ("race_type", "--type", chosen.race_type)):
        if given(context, name) and options[name] != asked:
            raise contradicts(option, options[name], asked or "none")
    if given(context, "reuse_settled") and request.reuse_settled_after is None:
        raise UsageError("--reuse-settled contradicts the run that is gone on with (every page). Leave it out.")
    execute_and_exit(storage, request, as_begun(context, storage, request, options), options)


def as_begun(context: click.Context, storage: Storage, request: Request, options: dict[str, Any]) -> Settings:
    """Return settings with the source, seed, moment and rate of an earlier request; only the rate may be given anew.

    In the sample world time passes by hand: a later --as-of is welcome, an earlier one is not.

    Raises:
        UsageError: an option that was given by hand says otherwise.
    """
    from extract.run.rerun import sample_clock

    settings = settings_of(options)
    for name in ("source", "seed"):
        if given(context, name) and options[name] != getattr(request, name):
            raise contradicts(f"--{name}", options[name], getattr(request, name))
    moments = [when for when in (request.as_of, sample_clock(storage)) if when and request.source in {"sample", REPLAY}]
    as_of = max(moments, default=None)
    if given(context, "as_of") and options["as_of"]:
        if as_of is None or options["as_of"] < as_of:
            raise contradicts("--as-of", options["as_of"].isoformat(), as_of.isoformat() if as_of else request.source)
        as_of = options["as_of"]
    own_rate = given(context, "rate", also_by_environment=True) or request.rate is None
    rate = settings.rate if own_rate else request.rate
    return replace(settings, source=request.source, seed=request.seed, as_of=as_of, rate=rate or settings.rate)


def contradicts(option: str, value: object, begun: object) -> UsageError:
    """Build the error for an option that would lead a run elsewhere than where it began."""
    return UsageError(f"{option} {value} contradicts the run that is gone on with ({begun}). Leave {option} out.")
