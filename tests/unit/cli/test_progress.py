"""What is logged while a progress bar is shown stands above the bar, whole."""

from __future__ import annotations

import io
import logging
import re
import sys
from pathlib import Path

import pytest

from extract.cli.execute import _progress
from extract.cli.logs import start_logging


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def screen(written: str) -> list[str]:
    """The lines that a terminal shows, of what a bar of one line wrote to it."""
    lines = [""]
    for piece in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", written):
        if piece == "\n":
            lines.append("")
        elif piece == "\x1b[2K":
            lines[-1] = ""
        elif piece == "\x1b[1A":
            lines.pop()
        elif not piece.startswith("\x1b") and piece != "\r":
            lines[-1] += piece
    return lines


def test_an_error_does_not_overprint_the_bar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    start_logging(tmp_path / "x.log", 0, [])
    try:
        with _progress(3, quiet=False) as tell:
            assert tell
            logging.getLogger("extract.run").error("the first [of two]")
            logging.getLogger("extract.run").error("the second")
        assert screen(terminal.getvalue())[:2] == ["ERROR: the first [of two]", "ERROR: the second"]
    finally:
        for handler in list(logging.getLogger("extract").handlers):
            logging.getLogger("extract").removeHandler(handler)
            handler.close()
