"""Hold the warehouse for one dbt invocation, and let go of everything at its end, however it ends.

dbt-duckdb keeps its connection open for the life of the process, and a process may call dbt many times. So at the end
of an invocation, which dbt announces in every case, the DuckDB file is closed and the lock released; the next
invocation opens both anew and sees the tables as they are then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.flags import get_flags
from dbt_common.events.event_manager_client import add_callback_to_manager
from dbt_common.invocation import get_invocation_id

from lake.lock import WarehouseLock

READERS: Final = frozenset({"compile", "debug", "list", "parse", "show"})
"""Commands that change no table. They need lake.duckdb all the same, which DuckDB opens for one process at a time."""

WRITERS: Final = frozenset({"build", "run", "retry"})
"""Commands that merge staged runs into tables."""

_guard = threading.RLock()
_held: dict[str, Callable[[], None]] = {}
_watched: list[str] = []


def hold(folder: Path) -> None:
    """Take a warehouse for the rest of this invocation; once it is taken, further calls change nothing.

    Raises:
        WarehouseLocked: another command has it.
    """

    def take(command: str) -> Callable[[], None]:
        lock = WarehouseLock(folder)
        lock.acquire(command)
        return lock.release

    hold_by(str(folder), take)


def hold_by(name: str, take: Callable[[str], Callable[[], None]]) -> None:
    """Take a lock for the rest of this invocation, unless its command only reads or it is held already.

    `take` is told the command, such as `dbt build`, and returns what gives the lock back.
    """
    command = _command()
    with _guard:
        _watch()
        if command in READERS or name in _held:
            return
        _held[name] = take(f"dbt {command}".strip())


def merges() -> bool:
    """Say whether this invocation is one that merges staged runs into tables."""
    return _command() in WRITERS


def is_full_refresh() -> bool:
    """Say whether this invocation makes tables anew."""
    return bool(getattr(get_flags(), "FULL_REFRESH", False))  # type: ignore[no-untyped-call]


def _command() -> str:
    return str(getattr(get_flags(), "WHICH", None) or "")  # type: ignore[no-untyped-call]


def _watch() -> None:
    invocation = str(get_invocation_id())
    if invocation not in _watched:
        add_callback_to_manager(_at_end)
        _watched[:] = [invocation]


def _at_end(event: Any) -> None:  # noqa: ANN401 - dbt's events are generated from protocol buffers
    if event.info.name != "CommandCompleted":
        return
    with _guard:
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
        while _held:
            _held.popitem()[1]()
