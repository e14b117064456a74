"""Start the service as a process of its own, and stop it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.athena.local_athena.trino_config import REGION
from tests.athena.local_athena.trino_files import TrinoUnavailable

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class LocalAthena:
    """A running service: its endpoint for every AWS client, Trino's own address, the log of queries."""

    endpoint: str
    trino: str
    log: Path
    process: subprocess.Popen[str]

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
        """One line for each query so far, with Athena's id, how it ended, and the ids of its Trino queries."""
        return [line for line in self.log.read_text(encoding="utf-8").splitlines() if " athena " in line]

    def actions(self) -> set[str]:
        """The actions of Athena and Glue that users' programs called so far, as IAM names them."""
        return {line.split()[-1] for line in self.log.read_text(encoding="utf-8").splitlines() if " action " in line}

    def stop(self) -> None:
        """Stop the service, and Trino with it."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()


def start(folder: Path, *options: str) -> LocalAthena:
    """Start the service with its files in `folder` and wait for it.

    Raises:
        TrinoUnavailable: it did not start; the message says why.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.athena.local_athena", str(folder), *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline() if process.stdout else ""
    said = json.loads(line or '{"unavailable": "The local Athena ended before it was up; see its output."}')
    if "unavailable" in said:
        process.wait(timeout=60)
        raise TrinoUnavailable(said["unavailable"])
    return LocalAthena(said["endpoint"], said["trino"], Path(said["log"]), process)
