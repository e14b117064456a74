"""Run dbt in a process of its own, forked from one that has dbt imported."""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 900
"""Seconds that a dbt command may take."""


class Done(subprocess.CompletedProcess[str]):
    """A dbt command that has ended."""

    cpu_seconds: float
    """What it took, but for importing dbt."""


def run_dbt(arguments: list[str], cwd: Path, environment: dict[str, str], *, one_stream: bool = False) -> Done:
    """Run a dbt command to its end; `one_stream` puts its standard error into its output.

    Raises:
        subprocess.TimeoutExpired: it took too long and was killed.
    """
    with tempfile.TemporaryDirectory() as folder:
        stdout, stderr = Path(folder, "stdout"), Path(folder, "stdout" if one_stream else "stderr")
        for path in (stdout, stderr):
            path.touch()
        job = {
            "arguments": arguments,
            "cwd": str(cwd),
            "environment": environment,
            "stdout": str(stdout),
            "stderr": str(stderr),
        }
        code, cpu_seconds = _ask(job)
        said = [path.read_text(encoding="utf-8", errors="replace") for path in (stdout, stderr)]
    done = Done(["dbt", *arguments], code, said[0], "" if one_stream else said[1])
    done.cpu_seconds = cpu_seconds
    return done


def _ask(job: dict[str, Any]) -> tuple[int, float]:
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(job) + "\n")
    server.stdin.flush()
    with selectors.DefaultSelector() as ready:
        ready.register(server.stdout, selectors.EVENT_READ)
        if not ready.select(PATIENCE):
            _end(server)
            raise subprocess.TimeoutExpired(["dbt", *job["arguments"]], PATIENCE)
    answer = server.stdout.readline()
    if not answer:
        raise RuntimeError("The process that forks dbt has ended; its standard error says why.")
    said = json.loads(answer)
    return int(said["code"]), float(said["cpu_seconds"])


@cache
def _server() -> subprocess.Popen[str]:
    """The forking process, one for each process of the tests."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DBT_", "EXTRACT_", "LAKE_"))}
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "dbt_server.py")],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    atexit.register(_end, server)
    return server


def _end(server: subprocess.Popen[str]) -> None:
    """Kill the forking process and what it forked."""
    _server.cache_clear()
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
