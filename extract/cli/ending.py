"""How `extract` ends: whatever happens, one line that says what to do next, and an exit code that is documented."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

import click
from click.utils import PacifyFlushWrapper

from extract.errors import ExitCode, ExtractError

LONGEST = 500


def end_of(command: Callable[[], Any], tell: Callable[[ExtractError], None]) -> int:
    """Run a command and return its exit code; `tell` prints an error of ours. No exception gets out."""
    speak_any_language()
    code = _result(command, tell)
    return code or printed(lambda: sys.stdout.flush())


def printed(write: Callable[[], object]) -> int:
    """Write to stdout and return 0, or 1 when that fails. A reader that has left (`| head`) is no failure."""
    try:
        write()
        sys.stdout.flush()
    except OSError as error:
        return _output_failed(error)
    except SystemExit:  # rich's way of saying that the reader has left
        _silence(sys.stdout)
    return int(ExitCode.OK)


def _result(command: Callable[[], Any], tell: Callable[[ExtractError], None]) -> int:
    try:
        made = command()
    except SystemExit as stopped:
        if isinstance(sys.stdout, PacifyFlushWrapper):  # click's way of saying that the reader has left
            _silence(sys.stdout)
            return int(ExitCode.OK)
        return stopped.code if isinstance(stopped.code, int) else int(ExitCode.OK)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("Interrupted. Nothing is left half done; call again when you like.")
        return int(ExitCode.INTERRUPTED)
    except ExtractError as error:
        tell(error)
        return int(error.exit_code)
    except OSError as error:
        if error.filename is None:
            return _output_failed(error)
        _say(f"{error.filename}: {error.strerror or error}. Free it, or choose another --staging or --log-file.")
    except Exception as error:  # the last line of defence: one line, never a traceback
        if {"-v", "-vv", "--verbose"} & set(sys.argv):
            traceback.print_exc()
        said = " ".join(str(error).split())[:LONGEST]
        _say(f"unexpected {type(error).__name__}: {said}. Report it with what -v shows.")
    else:
        return made if isinstance(made, int) else int(ExitCode.OK)
    return int(ExitCode.UNEXPECTED)


def speak_any_language() -> None:
    """Let a terminal that cannot show a letter show its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _output_failed(error: OSError) -> int:
    """Stop writing to stdout, tell why unless the reader has left, and return the exit code."""
    _silence(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return int(ExitCode.OK)
    _say(f"cannot write the output: {error.strerror or error}. What was staged is staged: see extract status.")
    return int(ExitCode.UNEXPECTED)


def _silence(stream: Any) -> None:  # noqa: ANN401 - click wraps it at times
    """Send what is still buffered nowhere, so that Python does not fail of it again when it exits."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _say(text: str) -> None:
    try:
        click.echo(f"extract: {text}", err=True)
    except OSError:  # there is nowhere left to say it
        _silence(sys.stderr)
