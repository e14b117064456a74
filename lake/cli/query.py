"""`lake query`: answer SQL over the tables."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from lake.cli.chosen import Chosen
from lake.cli.file_output import AS_IS, put_in_place, write_csv, write_json, write_json_lines
from lake.cli.text_output import show, table_lines

if TYPE_CHECKING:
    from lake.query import Asked, Rows

FORMS = ("text", "csv", "json", "jsonl", "parquet", "xlsx")
BINARY = ("parquet", "xlsx")
RUN = re.compile(r"(run-)?\d{8}T\d{12}Z")


def _state(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Return a UTC time or a run as `lake.iceberg.tags.resolve` takes it."""
    if value is None or RUN.fullmatch(value):
        return value
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None).isoformat(timespec="seconds")
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is neither a UTC time such as 2025-11-18T09:00 nor a run of `lake history`."
        ) from error


AS_OF = click.option(
    "--as-of",
    callback=_state,
    metavar="TIME|RUN",
    help="The tables as they were at this UTC time, or after this run was merged.",
)


@click.command()
@click.argument("sql", required=False)
@click.option(
    "--file", "file", type=click.File("r", encoding="utf-8"), help="Read the SQL from this file; - is standard input."
)
@AS_OF
@click.option(
    "--output",
    type=click.Choice(FORMS),
    help="How to give the rows.  [default: as the name in --to ends, else text]",
)
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write them to this file, whole or not at all; parquet and xlsx need one.",
)
@AS_IS
@click.pass_obj
def query(
    chosen: Chosen,
    sql: str | None,
    file: TextIO | None,
    as_of: str | None,
    output: str | None,
    to: Path | None,
    as_is: bool,
) -> None:
    """Answer SQL over the tables as the catalog has them now, whatever else is running.

    Tables and marts are found by their name alone. Several statements, each with a ; behind it, are answered one after
    the other. Text is never cut: on a terminal too narrow for the table each field has a line, and what is piped has a row
    a line. An answer longer than the screen goes through your pager.

    \b
    Example: lake query "select course, count(*) from results group by course"
             lake query --file form.sql --to form.xlsx
             echo "from day_status" | lake query - --output jsonl
    """  # noqa: D301 - click's mark
    from lake.query import Asked

    text = _text(sql, file)
    form = output or _form_of(to)
    if form in BINARY and to is None:
        raise click.UsageError(f"--output {form} is for no terminal. Add --to FILE.")
    place = _place(to) if to else None
    asked = Asked(chosen.open(), as_of)
    if not asked.statements(text):
        raise click.UsageError("There is no statement in the SQL. Give one, such as: from results limit 10")
    if place is None:
        if form == "text":
            print_answers(asked.answer(text))
        else:
            _write(asked.answer(text), form, as_is, None)
    elif form in BINARY:
        with put_in_place(place) as beside:
            _write_binary(asked, text, form, beside)
    else:
        with put_in_place(place) as beside, beside.open("x", encoding="utf-8", newline="") as out:
            _write(asked.answer(text), form, as_is, out)


def _text(sql: str | None, file: TextIO | None) -> str:
    if (sql is None) == (file is None):
        raise click.UsageError("Give the SQL, or --file FILE, or - to read it from standard input.")
    if file is not None or sql == "-":
        try:
            return (file or sys.stdin).read()
        except UnicodeDecodeError as error:
            raise click.UsageError(f"The SQL is not UTF-8: {error}. Save it so.") from error
    return sql or ""


def _place(to: Path) -> Path:
    """Return the file that a path leads to, through links; a link stays one.

    Raises:
        UsageError: it is a terminal, a pipe or the like.
    """
    if to.exists() and not to.is_file():
        raise click.UsageError(f"--to {to} is no file. Leave --to out for what is to be printed.")
    return to.resolve()


def _form_of(to: Path | None) -> str:
    ending = to.suffix.removeprefix(".").lower() if to else ""
    return {"ndjson": "jsonl"}.get(ending, ending if ending in FORMS else "text")


def print_answers(answers: Iterable[Rows]) -> None:
    """Print the rows of answers as text, an empty line between them; what a terminal cannot show at once is paged."""
    for number, rows in enumerate(answers):
        if number:
            click.echo()
        show(rows.names, list(rows), paged=True)


def _write(answers: Iterable[Rows], form: str, as_is: bool, out: TextIO | None) -> None:
    """Write the answers one after the other: an empty line between those of text and csv."""
    write: dict[str, Callable[[Rows], None]] = {
        "text": lambda rows: (out or sys.stdout).writelines(table_lines(rows.names, list(rows))),
        "csv": lambda rows: write_csv(rows.names, rows, as_is=as_is, file=out),
        "json": lambda rows: write_json(rows.names, rows, out),
        "jsonl": lambda rows: write_json_lines(rows.names, rows, out),
    }
    for number, rows in enumerate(answers):
        if number and form in ("text", "csv"):
            (out or sys.stdout).write("\n")
        write[form](rows)


def _write_binary(asked: Asked, text: str, form: str, path: Path) -> None:
    from lake.cli.binary_output import write_parquet, write_workbook

    answers = asked.answer(text)
    first = next(answers, None)
    if first is None:
        raise click.UsageError("The SQL gives no rows to write. End it with a select.")
    if form == "xlsx":
        write_workbook(itertools.chain([first], answers), path)
        return
    write_parquet(first, path)
    if next(answers, None) is not None:
        raise click.UsageError("A Parquet file holds one answer, and the SQL gives several. Ask for one at a time.")
