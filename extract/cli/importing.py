"""`extract import`: rows that others scraped become a staged run."""

from __future__ import annotations

import codecs
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from extract.cli.options import OUTPUT, STAGING, STAGING_SCHEMA, Moment, begin_area, build_again
from extract.errors import ExtractError, UsageError
from extract.stage.storage import open_storage

if TYPE_CHECKING:
    from extract.importing.importer import Outcome
    from extract.importing.reading import Progress as Tell
    from extract.importing.tally import Tally

log = logging.getLogger(__name__)
SHOWN = 5


@click.command(name="import")
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--encoding", default="utf-8", show_default=True, help="Of CSV files, such as latin-1. It is never guessed."
)
@click.option("--country", help="Country of rows that neither their columns, folders nor courses tell, such as gb.")
@click.option("--scraped-at", type=Moment(), help="When the rows were scraped; default the newest file's own time.")
@click.option(
    "--ids-from",
    multiple=True,
    help="Fill missing ids by name, country, sire and dam from an export of dim_horses (or dim_courses). Repeatable.",
)
@click.option(
    "--expect-rows", type=click.IntRange(0), help="Stage nothing unless staging then holds so many of the rows."
)
@click.option("--dry-run", is_flag=True, help="Read and count everything, and touch nothing.")
@click.option(
    "-q", "--quiet", is_flag=True, help="Nothing on stderr but a failure, and that a new staging area begins."
)
@OUTPUT
@STAGING_SCHEMA
@STAGING
def import_(  # one option, one name
    paths: tuple[str, ...],
    staging: str,
    staging_schema: str,
    output: str,
    quiet: bool,
    **options: Any,  # noqa: ANN401
) -> None:
    """Import rows that others scraped: rpscrape and raceform CSV files, Parquet, or a table of Glue.

    PATHS are files, folders (with all below them), globs, s3://bucket/prefix or glue://database/table; .gz and .zip are
    unpacked. The rows become one staged run, which dbt build merges. Any scrape of a race wins over any import of it, and
    an import never deletes. Rows that cannot be staged are set aside in staging, with file, line and reason; the account
    at the end adds up.

    Ends with 0 when every row is in, 3 when something is wrong with some, 1 when --expect-rows differs.

    Example: extract import data/dates --expect-rows 2567871
    """
    from importlib.metadata import version

    from extract.importing.importer import Asked, RowsDiffer, import_files

    try:
        codecs.lookup(options["encoding"])
    except LookupError as error:
        raise UsageError(f"--encoding {options['encoding']!r} is not known. Use utf-8, latin-1 or cp1252.") from error
    asked = Asked(paths, **options)
    storage = open_storage(staging)
    tell_begun = begin_area(storage)
    with progress(quiet=quiet) as tell:
        try:
            outcome = import_files(storage, asked, datetime.now(UTC), version("racing-lakehouse"), tell)
        except RowsDiffer as error:
            if output == "text":
                show_account(error.tally)
            raise
    tell_begun()
    unregistered = register(staging, staging_schema) if outcome.run_id else None
    if output == "json":
        click.echo(json.dumps(as_json(outcome), indent=2))
    else:
        show_account(outcome.tally)
        click.echo(next_step(outcome, asked.dry_run, build_again(staging, staging_schema)))
    if unregistered:
        raise unregistered
    sys.exit(int(outcome.exit_code))


def register(staging: str, schema: str) -> ExtractError | None:
    """Make what is staged in S3 readable for Athena; return what went wrong, to be told after the account."""
    from extract.stage import glue

    if staging.startswith("s3://"):
        try:
            glue.register(staging, schema)
        except ExtractError as error:
            return error
    return None


@contextmanager
def progress(*, quiet: bool) -> Iterator[Tell]:
    """Yield what is told how far the import is; shown on stderr when it is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("reading", total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield tell


def show_account(tally: Tally) -> None:
    """Print what became of every row, in all and per year and country."""
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 140)
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("year country")
    for name in ("rows", "staged", "imported already", "duplicates", "set aside"):
        table.add_column(name, justify="right")
    for (year, country), *numbers in tally.by_year_and_country():
        table.add_row(f"{year} {country}", *map(str, numbers))
    totals = (tally.rows_in, tally.total("staged"), tally.total("imported already"), tally.total("duplicate"))
    table.add_row("all", *map(str, totals), str(sum(tally.set_aside.values())), style="bold")
    console.print(table)
    for reason, rows in tally.set_aside.items():
        click.echo(f"  set aside, {reason}: {rows}")
    for reason, examples in tally.contradictions.items():
        for example in examples[:SHOWN]:
            click.echo(f"  {reason}: {example}")
    click.echo(
        f"{tally.files} files, {tally.empty_files} of them without rows; {tally.races} races in {tally.slices} slices."
    )
    for text in notes(tally):
        click.echo(text)


def notes(tally: Tally) -> list[str]:
    """Return what else a person should know."""
    found = []
    if tally.short_races:
        found.append(f"{tally.short_races} races have other rows than they say ran, or no winner: their `ran` is NULL.")
    if tally.mended:
        found.append(f"{tally.mended} rows had commas inside a text and were put together.")
    if tally.carried_over:
        found.append(f"{tally.carried_over} rows of earlier imports were staged again beside new ones of their race.")
    if tally.unknown_columns:
        names = ", ".join(f"{name} ({files} files)" for name, files in tally.unknown_columns.most_common(SHOWN))
        found.append(f"Columns that are not known and were passed over: {names}.")
    if tally.passed_over:
        found.append(
            f"{len(tally.passed_over)} files of another kind were passed over, such as {tally.passed_over[0]}."
        )
    if tally.total("not the encoding"):
        found.append("Some lines are not in the encoding. If the files are, say so: --encoding latin-1")
    return found


def next_step(outcome: Outcome, dry_run: bool, build: str) -> str:
    """Return the one line that says what to do next; `build` is the command that builds from this staging area."""
    if dry_run:
        return "Nothing was touched. Leave --dry-run out to import."
    aside = f" What was set aside is in {outcome.set_aside}." if outcome.set_aside else ""
    if outcome.run_id is None:
        return f"Nothing new: every row that can be staged was imported already.{aside}"
    return f"Run {outcome.run_id} is staged, as scraped at {outcome.scraped_at[:19]} UTC.{aside} Next: {build}"


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return the import as a document."""
    tally = outcome.tally
    names = ("rows", "staged", "imported_already", "duplicates", "set_aside")
    return {
        "run_id": outcome.run_id,
        "scraped_at": outcome.scraped_at,
        "exit_code": int(outcome.exit_code),
        "files": tally.files,
        "rows": tally.rows_in,
        "staged": tally.total("staged"),
        "imported_already": tally.total("imported already"),
        "duplicates": tally.total("duplicate"),
        "set_aside": tally.set_aside,
        "set_aside_file": outcome.set_aside,
        "races": tally.races,
        "slices": tally.slices,
        "contradictions": tally.contradictions,
        "notes": notes(tally),
        "by_year_and_country": [
            {"year": key[0], "country": key[1], **dict(zip(names, numbers, strict=True))}
            for key, *numbers in tally.by_year_and_country()
        ],
    }
