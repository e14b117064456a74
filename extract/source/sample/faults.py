"""Fault knobs: what goes wrong, on which addresses, how often."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["status", "latency", "truncate", "disconnect", "bad-json", "error-shell", "block-page", "redirect"]


@dataclass(slots=True)
class Fault:
    """One fault: its kind, the addresses it strikes (a regular expression), how many times (None: always)."""

    kind: Kind
    path: str = r"/results/"
    status: int = 500
    seconds: float = 0.0
    times: int | None = None
    retry_after: str | None = None


@dataclass
class Faults:
    """The faults in force; they may be changed while the server runs."""

    active: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        with self._lock:
            self.active.append(fault)

    def clear(self) -> None:
        """Take every fault away."""
        with self._lock:
            self.active.clear()

    def strike(self, path: str) -> Fault | None:
        """Return the fault that strikes a request, counting it."""
        with self._lock:
            for fault in self.active:
                if re.search(fault.path, path) and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None
