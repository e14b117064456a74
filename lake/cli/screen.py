"""Ask and show: what the commands have in common on the screen."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import click


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something that other people would notice; without a terminal, refuse.

    Raises:
        UsageError: there is no terminal and `yes` was not given.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("Without a terminal, this needs --yes.")
    click.confirm(question, abort=True, err=True)


def show(names: list[str], rows: list[list[Any]]) -> None:
    """Print rows as a table, in full."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    Console(width=None if sys.stdout.isatty() else 1000).print(table)


def second(moment: datetime | None) -> str:
    """Return a moment to the second, `never` for none."""
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "never"
