"""A gate for `requests`: every received byte of a response passes it, and it closes where the limits are.

The library bounds each wait for data, and neither all of them together nor what is received.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


@dataclass(slots=True)
class Budget:
    """What is left for the response under way. `spent` says what ran out, for the error's text."""

    until: float
    received: int
    spent: str | None = None

    def seconds(self) -> float:
        """Return the seconds left.

        Raises:
            TimeoutError: none are.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            self.spent = "took too long as a whole"
            raise TimeoutError(self.spent)
        return left

    def take(self, size: int) -> None:
        """Take received bytes off.

        Raises:
            OSError: it was too much.
        """
        self.received -= size
        if self.received < 0:
            self.spent = "is too large"
            raise OSError(self.spent)


BUDGET: ContextVar[Budget] = ContextVar("BUDGET")


class Gate(io.RawIOBase):
    """The raw stream of a response. A timeout bounds one wait for data; the gate bounds all of them together."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, budget: Budget) -> None:
        self._raw, self._sock, self._budget = raw, sock, budget
        self.ended = False  # whether the server has sent all it will ever send

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - any writable buffer
        """Receive into a buffer, within the budget."""
        left = self._budget.seconds()
        timeout = self._sock.gettimeout()
        self._sock.settimeout(left if timeout is None else min(timeout, left))
        try:
            size: int | None = self._raw.readinto(buffer)
        except TimeoutError:
            self._budget.seconds()  # says so if it was the last wait that the budget allows
            raise
        self.ended = size == 0
        self._budget.take(size or 0)
        return size

    def close(self) -> None:
        """Close the stream below too, which lets go of the socket."""
        self._raw.close()
        super().close()


class GatedResponse(http.client.HTTPResponse):
    """A response read through the gate, its status line and headers included."""

    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:  # noqa: ANN401 - passed on as they are
        super().__init__(sock, *args, **named)
        self._gate = Gate(self.fp.detach(), sock, BUDGET.get())
        self.fp = io.BufferedReader(self._gate)

    def begin(self) -> None:
        """Read status line and headers.

        Raises:
            IncompleteRead: they were cut short. The library takes those that came for all there are.
        """
        super().begin()
        if self._gate.ended:
            raise http.client.IncompleteRead(b"")


class GatedConnection(HTTPConnection):
    """An HTTP connection whose responses are gated."""

    response_class = GatedResponse


class GatedTLSConnection(HTTPSConnection):
    """An HTTPS connection whose responses are gated."""

    response_class = GatedResponse


class GatedPool(HTTPConnectionPool):
    """Connections to a host, gated."""

    ConnectionCls = GatedConnection


class GatedTLSPool(HTTPSConnectionPool):
    """Connections to a host over TLS, gated."""

    ConnectionCls = GatedTLSConnection


class GatedAdapter(HTTPAdapter):
    """Puts the gate into every connection of a session, through a proxy or not."""

    def init_poolmanager(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - passed on as they are
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": GatedPool, "https": GatedTLSPool}

    def proxy_manager_for(self, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - as the library has it
        """Make the pools of connections through a proxy."""
        manager = super().proxy_manager_for(*args, **named)
        manager.pool_classes_by_scheme = {"http": GatedPool, "https": GatedTLSPool}
        return manager
