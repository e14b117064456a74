"""Who holds a lock: told to whoever comes second."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from extract.errors import StagingLocked


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a lock since some moment, UTC."""

    host: str
    pid: int
    since: str

    @classmethod
    def here(cls) -> Holder:
        """Return this process, from now on."""
        return cls(socket.gethostname(), os.getpid(), clock(datetime.now(UTC)))

    @property
    def is_dead(self) -> bool:
        """Whether the process is known to be gone; on another host that cannot be known."""
        if self.host != socket.gethostname():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except (PermissionError, OverflowError):
            return False
        return False

    def record(self) -> dict[str, Any]:
        """Return it as what goes into a file."""
        return asdict(self)

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since}"


def holder_in(data: bytes) -> tuple[Holder | None, dict[str, Any]]:
    """Return the holder named by a lock's file and all that the file says; None and nothing when it is damaged."""
    try:
        said = json.loads(data)
        if not isinstance(said, dict):
            return None, {}
        host, pid, since = said.get("host"), said.get("pid"), said.get("since", "an unknown moment")
    except (ValueError, RecursionError):
        return None, {}
    if isinstance(host, str) and isinstance(pid, int) and isinstance(since, str) and pid > 0:
        return Holder(host[:100], pid, since[:40]), said
    return None, said


def clock(moment: datetime) -> str:
    """Return a moment as people read it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def who_in(data: bytes) -> str:
    """Return whoever a lock's file names, with the command it says it runs; empty when it is damaged."""
    holder, said = holder_in(data)
    command = said.get("command")
    return (f"{command[:100]}, " if isinstance(command, str) and command else "") + str(holder) if holder else ""


def locked(url: str, who: object, until: str = "", noun: str = "run", command: str = "") -> StagingLocked:
    """Return the error of whoever comes second: who holds it, as far as is known, until when, and what to do."""
    named = f" ({who})" if who else ""
    again = f"run {command} again" if command else "run again"
    return StagingLocked(f"Another {noun}{named} is writing {url}. {until}Wait for it to end, then {again}.")
