"""The two commands of a morning, each in a process of its own that ends with this one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

EXTRACT: Final = "from extract.cli import main; main()"
DBT: Final = "from dbt.cli.main import cli; cli()"
PATIENCE: Final = (60, 10)
"""Seconds that a command may take to end, once interrupted and then once terminated. Then it is killed."""
LINES_KEPT: Final = 20


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended: its exit code, what it printed, the last lines of its standard error, its seconds."""

    code: int
    output: str
    said: tuple[str, ...]
    seconds: float


class Commands:
    """`extract` and `dbt`, by the Python that runs this."""

    def extract(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Ended:
        """Run `extract`; its progress and log go to our standard error as they come.

        Raises:
            KeyboardInterrupt: we were interrupted; the command has ended, too.
        """
        shown = sys.stderr.isatty()  # then it draws a progress bar, which no pipe would show
        return _run([EXTRACT, *arguments], environment, None, subprocess.PIPE, None if shown else subprocess.PIPE)

    def dbt(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Ended:
        """Run `dbt` in the folder of its project; all that it says goes to a log.

        Raises:
            KeyboardInterrupt: we were interrupted; the command has ended, too.
        """
        with log.open("wb") as file:
            return _run([DBT, *arguments], environment, folder, file, subprocess.STDOUT)


def _run(
    command: list[str], environment: Mapping[str, str], folder: Path | None, stdout: int | IO[bytes], stderr: int | None
) -> Ended:
    began, said = time.monotonic(), deque[str](maxlen=LINES_KEPT)
    # A session of its own: an interrupt by keyboard reaches us alone, and we pass it on once. No standard input: nobody
    # is asked anything. And -P: modules that lie where the user stands are none of ours.
    process = subprocess.Popen(  # noqa: S603 - this Python, and options that the user typed
        [sys.executable, "-P", "-c", *command],
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        encoding="utf-8",
        errors="replace",
    )
    listener = threading.Thread(target=_pass_on, args=(process.stderr, said), daemon=True)
    listener.start()
    try:
        output = process.stdout.read() if process.stdout else ""
        process.wait()
    except KeyboardInterrupt:
        _end(process)
        raise
    listener.join()
    return Ended(process.returncode, output, tuple(said), time.monotonic() - began)


def _pass_on(stream: IO[str] | None, said: deque[str]) -> None:
    for line in stream or ():
        said.append(line.rstrip())
        with contextlib.suppress(OSError):
            sys.stderr.write(line)
            sys.stderr.flush()


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and what it started: as the user would, then less politely."""
    for sign, patience in zip((signal.SIGINT, signal.SIGTERM), PATIENCE, strict=True):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):  # whoever is in haste goes a step on
            process.wait(patience)
            return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
