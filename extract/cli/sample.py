"""`extract sample serve`: the invented world on its own, with fault knobs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast, get_args

import click

from extract.cli.options import Finite, Moment
from extract.errors import UsageError
from extract.source.sample.faults import Fault, Faults, Kind


@click.group()
def sample() -> None:
    """Work with the invented racing world."""


@sample.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Loopback port; default any free one.")
@click.option("--as-of", type=Moment(), help="Moment at which the world is seen; default now.")
@click.option("--seed", type=int, default=7, show_default=True, help="Which world.")
@click.option("--seconds", type=Finite(0.1, 86_400), default=3600.0, show_default=True, help="How long to serve.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND[:VALUE[:PATH]]",
    help=f"One of {', '.join(get_args(Kind))}; VALUE is a status, or seconds of latency; PATH a regular expression. Repeatable.",
)
def serve(port: int, as_of: datetime | None, seed: int, seconds: float, faults: tuple[str, ...]) -> None:
    """Serve the invented world on loopback until Ctrl-C or the time is over.

    Example: extract sample serve --port 8123 --as-of 2025-11-18T06:00 --fault status:500
    """
    from extract.source.sample.server import serve as serve_world

    knobs = Faults([_fault(text) for text in faults])
    serve_world(port, as_of or datetime.now(UTC), seed, knobs, seconds)


def _fault(text: str) -> Fault:
    kind, _, rest = text.partition(":")
    value, _, path = rest.partition(":")
    if kind not in get_args(Kind):
        raise UsageError(f"--fault {text!r}: {kind!r} is none of {', '.join(get_args(Kind))}.")
    fault = Fault(cast(Kind, kind), path or "/results/")
    try:
        if kind == "status":
            fault.status = int(value or 500)
        elif kind == "latency":
            fault.seconds = float(value or 1)
    except ValueError as error:
        raise UsageError(f"--fault {text!r}: {value!r} is not a number.") from error
    return fault
