"""Ask and show: what the commands have in common on the screen."""

from __future__ import annotations

import sys
from datetime import datetime

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


def second(moment: datetime | None) -> str:
    """Return a moment to the second, `never` for none."""
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "never"
