"""The browser-like transport keeps the same limits; shown only where its extra is installed."""

from __future__ import annotations

import gzip
import socket
import time

import pytest

from extract.fetch.transport import Limits, TransportError
from tests.unit.fetch.support import RawServer

pytest.importorskip("curl_cffi", reason="racing-lakehouse[browser] is not installed")

BOMB = gzip.compress(b"\0" * 20_000_000)
OK = b"HTTP/1.1 200 OK\r\n"
SENT = {
    "too large": (OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB, "is larger than"),
    "cut short": (OK + b"Content-Length: 40\r\n\r\npage", "IncompleteRead"),
}


@pytest.mark.parametrize(("sent", "says"), SENT.values(), ids=SENT)
def test_what_is_too_large_or_cut_short_is_no_answer(sent: bytes, says: str) -> None:
    from extract.fetch.by_browser import BrowserTransport

    def reply(connection: socket.socket, _: bytes) -> None:
        connection.sendall(sent)

    with RawServer(reply) as server, pytest.raises(TransportError, match=says):
        BrowserTransport(Limits(bytes=100_000)).get(server.base_url, headers={}, timeout=1)


def test_a_server_that_drips_cannot_hold_a_worker_and_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    from extract.fetch.by_browser import BrowserTransport

    def reply(connection: socket.socket, _: bytes) -> None:
        connection.sendall(OK + b"Content-Length: 4000\r\n\r\n")
        for _ in range(30):
            connection.sendall(b"x")
            time.sleep(0.1)

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with RawServer(reply) as server, pytest.raises(TransportError, match="Timeout"):
        BrowserTransport(Limits(seconds=0.6)).get(server.base_url, headers={}, timeout=0.3)
    assert len(server.heads) == 1
