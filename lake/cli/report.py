"""`lake report`: one page on how things are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from lake import EMBEDDED
from lake.cli.chosen import Chosen
from lake.errors import LakeError


@click.command()
@click.option(
    "--to", "file", type=click.Path(path_type=Path, dir_okay=False), default="report.html", show_default=True,
    help="The HTML file to write. One that is there is replaced.",
)  # fmt: skip
@click.pass_obj
def report(chosen: Chosen, /, file: Path) -> None:
    """Write one HTML page: verdict, what to do, days, corrections, ratings, drift of fields, runs and tables.

    The file needs no network. Exit code 0 says that it was written; for a code that says how things are, see lake check.

    Example: lake report --to /var/www/racing.html
    """
    if chosen.name != EMBEDDED:
        from lake.report.numbers import INSTEAD

        raise LakeError(f"This works on the embedded engine's tables only. On Athena: {INSTEAD}.")
    from lake.report.numbers import collect
    from lake.report.page import render

    page = collect(chosen.open(), chosen.staging, datetime.now(UTC))
    beside = file.with_name(f"{file.name}.part")
    try:
        beside.write_text(render(page), encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        raise LakeError(
            f"{file} cannot be written: {error.strerror or error}. Choose another place with --to."
        ) from error
    for alarm in page.alarms:
        click.echo(alarm)
    click.echo(page.verdict)
    click.echo(f"Wrote {file}.")
