"""Logs: everything to a file, warnings to stderr, secrets to neither; and the one line of an error."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from extract.errors import NOTICE, ExtractError, UsageError

log = logging.getLogger(__name__)
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
logging.addLevelName(NOTICE, "NOTE")


class Redact(logging.Filter):
    """Replace the user's secrets in every record that passes."""

    def __init__(self, hidden: Iterable[str]) -> None:
        super().__init__()
        self._hidden = tuple(value for value in hidden if value)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message; keep the record."""
        text = record.getMessage()
        for value in self._hidden:
            text = text.replace(value, "[secret]")
        record.msg, record.args = text, None
        return True


class Screen(logging.StreamHandler[TextIO]):
    """Writes to what stderr is at the moment: while a progress bar is shown, it stands there and makes room above."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Where to write."""
        return sys.stderr


class LogFile(logging.FileHandler):
    """A log file that, when it cannot be written any more, says so once and lets the run go on."""

    told = False

    def handleError(self, record: logging.LogRecord) -> None:
        """Warn of a failed write, the first time."""
        if not self.told:
            self.told = True
            click.echo(f"extract: cannot write the log {self.baseFilename}; the run goes on without.", err=True)


def start_logging(path: Path, verbosity: int, hidden: Iterable[str]) -> None:
    """Log to a file, and to stderr what the verbosity asks for (-1 nothing, 0 errors and notices, 1 info, 2 debug).

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = LogFile(path, encoding="utf-8", errors="backslashreplace")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"Cannot write the log {path}: {reason}. Choose another --log-file.") from error
    file.setFormatter(logging.Formatter(FORMAT))
    screen = Screen()
    screen.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    screen.setLevel({-1: logging.CRITICAL, 0: NOTICE, 1: logging.INFO}.get(verbosity, logging.DEBUG))
    root = logging.getLogger("extract")
    root.setLevel(logging.DEBUG if verbosity > 1 else logging.INFO)
    root.propagate = False
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    for handler in (file, screen):
        handler.addFilter(Redact(hidden))
        root.addHandler(handler)


def report_error(error: ExtractError, started: datetime) -> None:
    """Print an error of ours in one line."""
    log.info("after %s: %s", started, error)
    click.echo(f"extract: {error}", err=True)
