"""Start the service as a process of its own, and stop it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from tests.athena.local_athena.trino_config import REGION
from tests.athena.local_athena.trino_files import TrinoUnavailable

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class LocalAthena:
    """A running service: its endpoint for every AWS client, Trino's own address, the log of queries.

    It runs as long as anybody holds `pipe` open, the writing end of its standard input.
    """

    endpoint: str
    trino: str
    log: Path
    pipe: int

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to take this service for AWS."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def queries(self) -> list[str]:
        """One line for each query so far: Athena's id, how it ended, the ids of its Trino queries, the schema."""
        return [line for line in self.log.read_text(encoding="utf-8").splitlines() if " athena " in line]

    def actions(self) -> set[str]:
        """The actions of Athena and Glue that users' programs called so far, as IAM names them."""
        return {line.split()[-1] for line in self.log.read_text(encoding="utf-8").splitlines() if " action " in line}

    def stop(self) -> None:
        """Leave the service; with the last who leaves it stops, and Trino with it."""
        os.close(self.pipe)


def join(folder: Path) -> LocalAthena:
    """Join the service that another process of the tests has running in `folder`; where there is none, start it.

    Raises:
        TrinoUnavailable: it did not start; the message says why.
    """
    pipe, announced = folder / "users", folder / "announced.json"
    with FileLock(folder / "starting"):
        try:
            held = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads from it, or it was never made: none is running
            held = _start(folder, pipe, announced)
    said = json.loads(announced.read_text(encoding="utf-8"))
    return LocalAthena(said["endpoint"], said["trino"], Path(said["log"]), held)


def _start(folder: Path, pipe: Path, announced: Path) -> int:
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    held = os.open(pipe, os.O_WRONLY)
    os.set_blocking(reading, True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.athena.local_athena", str(folder)],
        cwd=ROOT,
        stdin=reading,
        stdout=subprocess.PIPE,
        text=True,
    )
    os.close(reading)
    line = process.stdout.readline() if process.stdout else ""
    said = json.loads(line or '{"unavailable": "The local Athena ended before it was up; see its output."}')
    if "unavailable" in said:
        os.close(held)
        process.wait(timeout=60)
        raise TrinoUnavailable(said["unavailable"])
    announced.write_text(line, encoding="utf-8")
    return held
