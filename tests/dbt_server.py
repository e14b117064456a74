"""Forks a dbt process for every command it is told: a line of JSON in, a line with the exit code and its CPU seconds out.

To import dbt costs two seconds of CPU, and the tests call dbt hundreds of times. Here it is imported once. A forked process
is dbt as its own script starts it: its own environment, folder, arguments and output, to the end of the interpreter.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

BIN = Path(sys.executable).parent


def main() -> NoReturn:
    """Serve until standard input ends. In a forked process: be dbt."""
    sys.path[0] = str(BIN)  # as in dbt's own script, and not the folder of the tests
    _warm()
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            _be_dbt(job)
        _, status, used = os.wait4(child, 0)
        said = {"code": os.waitstatus_to_exitcode(status), "cpu_seconds": used.ru_utime + used.ru_stime}
        print(json.dumps(said), flush=True)
    sys.exit(0)


def _warm() -> None:
    """Import what dbt needs, but for libraries that start threads: those do not survive a fork."""
    for name in ("dbt.cli.main", "agate", "boto3", "pyiceberg.catalog.sql", "sqlalchemy.orm"):
        importlib.import_module(name)
    if {"duckdb", "pyarrow", "numpy"} & set(sys.modules) or threading.active_count() > 1:
        raise RuntimeError("a library that starts threads was imported: leave it to the forked processes")
    gc.collect()
    gc.freeze()  # what is never touched again stays shared with the forked


def _be_dbt(job: dict[str, Any]) -> NoReturn:
    for number, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, job["stdout"], os.O_WRONLY),
        (2, job["stderr"], os.O_WRONLY | os.O_APPEND),
    ):
        opened = os.open(path, flags)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ |= job["environment"]
    os.chdir(job["cwd"])
    sys.argv = [str(BIN / "dbt"), *job["arguments"]]
    from dbt.cli.main import cli

    sys.exit(cli())


if __name__ == "__main__":
    main()
