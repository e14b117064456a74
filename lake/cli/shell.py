"""`lake shell`: ask one question after the other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lake.cli.chosen import Chosen
from lake.cli.query import AS_OF, print_answers
from lake.errors import LakeError

if TYPE_CHECKING:
    from lake.query import Asked

PROMPT, MORE = "lake> ", "   .> "
LEAVE = {"exit", "quit", ".exit", ".quit", r"\q"}
HELP = "End a statement with ; and press Enter. `show tables;` says what there is, Ctrl-C gives a statement up, Ctrl-D leaves."
KEPT = 2_000
"""Lines of history that are kept."""


@click.command()
@AS_OF
@click.option("--plain", is_flag=True, help="Our own loop, where DuckDB's own shell is installed too.")
@click.pass_obj
def shell(chosen: Chosen, as_of: str | None, plain: bool) -> None:
    """Ask the tables and marts interactively. Nothing that is said here changes them, and no build waits for it.

    Where `duckdb` is installed, it is that, on racing.duckdb, read only: the state of the last good build. Else, and with
    --as-of or --plain, a loop of our own over the tables as they are now: statements end with a ;, Ctrl-C gives one up,
    Ctrl-D leaves.

    Example: lake shell
    """
    target = chosen.open()
    people = _published(target.warehouse(instead="ask in the Athena console"))
    command = shutil.which("duckdb")
    if command and people and not plain and as_of is None and at_terminal():
        sys.exit(subprocess.run([command, "-readonly", str(people)], check=False).returncode)  # noqa: S603
    from lake.query import Asked

    asked = Asked(target, as_of)
    if not at_terminal():
        print_answers(asked.answer(sys.stdin.read()))
        return
    click.echo(f"{len(asked.relations())} tables and marts. {HELP}")
    if asked.missing:
        click.echo(asked.missing)
    with _history():
        for text in _statements():
            _answer(asked, text)


def _answer(asked: Asked, text: str) -> None:
    """Print what a text gives; an error is printed too, and Ctrl-C ends the statement only."""
    try:
        print_answers(asked.answer(text))
    except LakeError as error:
        click.echo(str(error), err=True)
    except (KeyboardInterrupt, RuntimeError) as error:  # DuckDB raises the second where it is interrupted
        if isinstance(error, RuntimeError) and "interrupt" not in str(error).lower():
            raise
        asked.connection.interrupt()
        click.echo("Given up.", err=True)


def _statements() -> Iterator[str]:
    """Yield what is typed, whole statements at a time, until the end."""
    typed: list[str] = []
    while True:
        try:
            line = input(MORE if typed else PROMPT)
        except KeyboardInterrupt:
            typed = []
            click.echo()
            continue
        except EOFError:
            click.echo()
            return
        if not typed and line.strip().rstrip(";").lower() in LEAVE:
            return
        if not typed and line.strip() in (".help", "help", "help;", "?"):
            click.echo(HELP)
            continue
        typed = [*typed, line] if typed or line.strip() else []
        if typed and is_whole("\n".join(typed)):
            yield "\n".join(typed)
            typed = []


def at_terminal() -> bool:
    """Say whether a person types."""
    return sys.stdin.isatty()


def is_whole(text: str) -> bool:
    """Say whether SQL ends with a semicolon that is none of a text, a name or a comment."""
    import duckdb

    try:
        tokens = duckdb.tokenize(text)
    except duckdb.Error:
        return False
    return bool(tokens) and text[tokens[-1][0]] == ";"  # a comment is no token


def _published(folder: Path) -> Path | None:
    from lake.duck.published import NAME

    return folder / NAME if (folder / NAME).is_file() else None


@contextmanager
def _history() -> Iterator[None]:
    """Let the arrow keys bring back what was typed, in earlier sessions too, where the system can."""
    try:
        import readline
    except ImportError:
        yield
        return
    file = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "racing-lakehouse" / "history"
    try:
        readline.read_history_file(file)
    except OSError:
        readline.clear_history()
    try:
        yield
    finally:
        readline.set_history_length(KEPT)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(file)
            file.chmod(0o600)
        except OSError as error:
            click.echo(f"What was typed is not kept: {error}", err=True)
