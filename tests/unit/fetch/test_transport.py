"""The default transport against a server of raw bytes: what a response may cost, and who gets to see what."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from extract.fetch.by_requests import RequestsTransport
from extract.fetch.transport import Limits, Response, TransportError
from tests.unit.fetch.support import RawServer

OK = b"HTTP/1.1 200 OK\r\n"
Reply = Callable[[socket.socket, bytes], None]


def says(*pieces: bytes) -> Reply:
    def reply(connection: socket.socket, _: bytes) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return reply


def drips(head: bytes, piece: bytes, pause: float) -> Reply:
    def reply(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        for _ in range(int(4 / pause)):
            connection.sendall(piece)
            time.sleep(pause)

    return reply


def floods(head: bytes, piece: bytes) -> Reply:
    def reply(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        for _ in range(20_000):
            connection.sendall(piece)

    return reply


def fetch(server: RawServer, **limits: float) -> Response:
    transport = RequestsTransport(Limits(**limits))  # type: ignore[arg-type]
    return transport.get(server.base_url + "/a", headers={"User-Agent": "test"}, timeout=0.3)


def test_a_body_is_decoded_and_whole() -> None:
    packed = gzip.compress(b"page" * 1000)
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\nX-Odd: 1\r\n\r\n" % len(packed)
    with RawServer(says(head, packed)) as server:
        response = fetch(server)
    assert (response.status, response.body, response.headers["x-odd"]) == (200, b"page" * 1000, "1")


CUT_SHORT = {
    "content length": OK + b"Content-Length: 1000\r\n\r\nshort",
    "chunked": OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
    "gzip": OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(b"page" * 1000)[:-20],
    "head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "nothing": b"",
}


@pytest.mark.parametrize("sent", [pytest.param(value, id=name) for name, value in CUT_SHORT.items()])
def test_what_is_cut_short_is_no_answer(sent: bytes) -> None:
    with RawServer(says(sent)) as server, pytest.raises(TransportError):
        fetch(server)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(drips(OK + b"Content-Length: 100000\r\n\r\n", b"x", 0.1), id="body"),
        pytest.param(drips(OK, b"X-A: b\r\n", 0.1), id="head"),
        pytest.param(drips(b"HTTP/1.1 2", b"0", 0.1), id="status line"),
        pytest.param(drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1", 0.1), id="chunk size"),
        pytest.param(drips(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10], b"\0", 0.1), id="gzip"),
        pytest.param(drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.1), id="100 Continue"),
    ],
)
def test_a_server_that_drips_cannot_hold_a_worker(reply: Reply) -> None:
    started = time.monotonic()
    with (
        RawServer(reply) as server,
        pytest.raises(TransportError, match=r"too long as a whole; the limits are 0\.6 seconds"),
    ):
        fetch(server, seconds=0.6)
    assert time.monotonic() - started < 3


def test_a_silent_server_is_given_up_after_the_timeout() -> None:
    started = time.monotonic()
    with RawServer(drips(b"", b"", 3)) as server, pytest.raises(TransportError, match="ReadTimeout"):
        fetch(server)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(floods(OK + b"Connection: close\r\n\r\n", b"x" * 65536), id="body"),
        pytest.param(
            floods(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"x" * 60_000 + b"\r\n1\r\n"), id="chunk marks"
        ),
        pytest.param(floods(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Trailer: x\r\n" * 5000), id="trailer"),
        pytest.param(floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000), id="100 Continue"),
    ],
)
def test_a_flood_is_stopped(reply: Reply) -> None:
    with RawServer(reply) as server, pytest.raises(TransportError, match=r"is too large; the limits are .* 1 MiB"):
        fetch(server, bytes=2**20)


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip, identity", "\xff"])
def test_an_encoding_that_was_not_asked_for_is_no_answer(encoding: str) -> None:
    sent = OK + f"Content-Encoding: {encoding}\r\nContent-Length: 4\r\n\r\npage".encode("latin-1")
    with RawServer(says(sent)) as server, pytest.raises(TransportError, match="not asked for"):
        fetch(server)
    assert b"Accept-Encoding: gzip\r\n" in server.heads[0]


def test_a_small_body_that_decodes_to_a_huge_one_is_stopped() -> None:
    bomb = gzip.compress(b"\0" * 100_000_000)
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    tracemalloc.start()
    try:
        with RawServer(says(head, bomb)) as server, pytest.raises(TransportError, match="is too large"):
            fetch(server, bytes=2**20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_a_connection_serves_again_after_a_good_answer_and_not_after_a_bad_one() -> None:
    connections: list[socket.socket] = []

    def reply(connection: socket.socket, head: bytes) -> None:
        connections.append(connection)
        while head:
            body = b"x" * 500_000 if b"/large" in head else b"page"
            connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            head = connection.recv(65536)

    transport = RequestsTransport(Limits(bytes=1000))
    with RawServer(reply) as server:
        for path, used in (("/a", 1), ("/a", 1), ("/large", 1), ("/a", 2)):
            with suppress(TransportError):
                assert transport.get(server.base_url + path, headers={}, timeout=1).body == b"page"
            assert len(connections) == used


def test_netrc_never_replaces_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password word\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with RawServer(says(OK + b"Content-Length: 0\r\n\r\n")) as server:
        RequestsTransport().get(server.base_url, headers={"Authorization": "Bearer hush"}, timeout=1)
        RequestsTransport().get(server.base_url, headers={}, timeout=1)
    assert b"Authorization: Bearer hush\r\n" in server.heads[0]
    assert b"Authorization" not in server.heads[1]


def test_loopback_never_goes_through_a_proxy_and_others_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with (
        RawServer(says(OK + b"Content-Length: 5\r\n\r\nproxy")) as proxy,
        RawServer(says(OK + b"Content-Length: 6\r\n\r\nsource")) as source,
    ):
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.base_url)
        transport = RequestsTransport()
        assert transport.get(source.base_url, headers={}, timeout=1).body == b"source"
        assert transport.get("http://source.invalid/a", headers={}, timeout=1).body == b"proxy"
        assert proxy.heads[0].startswith(b"GET http://source.invalid/a HTTP/1.1\r\n")
        with pytest.raises(TransportError):
            transport.get("https://source.invalid/a", headers={}, timeout=1)
        assert proxy.heads[1].startswith(b"CONNECT source.invalid:443 HTTP/1.")


def test_certificates_named_in_the_environment_are_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "absent.pem"))
    with RawServer(says(OK)) as server, pytest.raises(TransportError, match="OSError"):
        RequestsTransport().get(server.base_url.replace("http:", "https:"), headers={}, timeout=1)


@pytest.mark.parametrize(
    "url", ["http://[", "http://127.0.0.1:99999/", "file:///etc/passwd", "http://\udcff/", "http://a\0b/"]
)
def test_an_address_that_is_none_is_one_kind_of_error(url: str) -> None:
    with pytest.raises(TransportError):
        RequestsTransport().get(url, headers={}, timeout=1)
