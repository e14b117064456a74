"""Whatever a server sends, `Client.get` ends in time: with a page or with an error of ours.

Some seconds by default; SOAK_FUZZ=900 makes it an hour. A failure names the case; `random.Random(case)` makes it again.
"""

from __future__ import annotations

import gzip
import random
import socket
import time
import zlib

import pytest

from extract.errors import ExtractError
from extract.fetch.by_requests import RequestsTransport
from extract.fetch.client import Client
from extract.fetch.halt import Halt
from extract.fetch.pace import Pacer
from extract.fetch.patience import Patience
from extract.fetch.transport import Limits
from tests.conftest import SOAK_FUZZ
from tests.unit.fetch.support import RawServer, keep

SECONDS = 4.0 * SOAK_FUZZ
LIMITS = Limits(seconds=0.6, bytes=200_000)
LONGEST = 4 * 0.6 + 2.0  # four hops of redirects, and a busy machine
BOMB = gzip.compress(b"\0" * 5_000_000)

STATUS_LINES = [
    "HTTP/1.1 200 OK", "HTTP/1.0 200", "HTTP/1.1 200", "HTTP/2 200 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 -1 no", "200 OK",
    "HTTP/1.1 99 x", "HTTP/1.1 204 None", "HTTP/1.1 206 Part", "HTTP/1.1 304 Same", "HTTP/1.1 100 Go on", "HTTP/1.1 101 X",
    "HTTP/1.1 301 Moved", "HTTP/1.1 302 Moved", "HTTP/1.1 303 Moved", "HTTP/1.1 307 Moved", "HTTP/1.1 308 Moved",
    "HTTP/1.1 401 Who", "HTTP/1.1 403 No", "HTTP/1.1 404 Gone", "HTTP/1.1 406 No", "HTTP/1.1 407 Proxy", "HTTP/1.1 429 Slow",
    "HTTP/1.1 500 Oh", "HTTP/1.1 503 Later", "HTTP/1.1 999 ?", "HTTP/1.1 ２００ OK", "", "\0", "SSH-2.0-x", "<html>",
]  # fmt: skip
LOCATIONS = [
    "/b", "b", "?x", "#x", "", " ", "//", "///", "/%zz", "/\xe9", "http://[", "http://[::1", "http://[::1]:0/", "http://[v1.x]/",
    "file:///etc/passwd", "javascript:alert(1)", "http://127.0.0.1:99999/", "http://127.0.0.1:1/", "http://u:p@127.0.0.1/",
    "https://127.0.0.1/", "http://xn--/", "http://" + "a" * 300 + "/", "mailto:x", "http:", "://", "/" + "x" * 70_000, "\\\\x\\y",
]  # fmt: skip
WAITS = ["0", "1", "-1", "86400", "9" * 300, "1e9", "nan", "²", "\xb2", "Fri, 31 Dec 9999 23:59:59 GMT",
         "Mon, 01 Jan 0001 00:00:00 +2359", "Tue, 99 Foo 99999 99:99:99 XXX", "0 0 0 0 0", ",", "Fri,"]  # fmt: skip
LENGTHS = ["0", "1", "5", "4000", "-1", "1_0", "+5", "99999999999999999999", "x", "5, 5", "5, 6", "٣", ""]
ENCODINGS = ["gzip", "gzip", "deflate", "br", "zstd", "gzip, gzip", "identity", "x", "", "GZIP", "\xff"]
CHUNKS = ["4\r\npage\r\n0\r\n\r\n", "4\r\npage\r\n", "x\r\n", "-4\r\npage", "ffffffffffffffff\r\n", "4;x=y\r\npage\r\n0\r\nA: b\r\n\r\n",
          "0_4\r\npage\r\n0\r\n\r\n", "0\r\n" + "A: b\r\n" * 200 + "\r\n", "4" * 70_000]  # fmt: skip
ODD_LINES = ["no colon", ": empty", "A" * 70_000 + ": b", "A: " + "b" * 70_000, " folded", "\0: \0", "Set-Cookie: \xff=\0; Expires=x",
             "Set-Cookie: a=b; Max-Age=" + "9" * 400, "Set-Cookie: a=b; Domain=.evil; Path=/", "Content-Type: text/html; charset=\xff",
             "Connection: close", "Connection: upgrade", "Upgrade: h2c", "Link: <", "\xff\xfe: x", "A:b\rC:d", "Transfer-Encoding: gzip, chunked"]  # fmt: skip


def response(dice: random.Random) -> bytes:
    """A response in which anything may be wrong."""
    lines = [dice.choice(STATUS_LINES) if dice.random() < 0.5 else "HTTP/1.1 " + str(dice.choice((200, 302, 429, 503)))]
    body = dice.choice((b"", b"page", dice.randbytes(dice.randrange(3000)), b"x" * 300_000))
    encoding = dice.choice(ENCODINGS) if dice.random() < 0.4 else None
    if encoding is not None:
        lines.append(f"Content-Encoding: {encoding}")
        packed = dice.choice((gzip.compress(body), zlib.compress(body), BOMB, gzip.compress(BOMB), body))
        body = packed[: dice.randrange(len(packed) + 1)] if dice.random() < 0.3 else packed
    for chance, name, values in ((0.5, "Location", LOCATIONS), (0.3, "Retry-After", WAITS)):
        if dice.random() < chance:
            lines.append(f"{name}: {dice.choice(values)}")
    if dice.random() < 0.6:
        lines.append(f"Content-Length: {dice.choice(LENGTHS) if dice.random() < 0.4 else len(body)}")
    if dice.random() < 0.2:
        lines.append("Transfer-Encoding: chunked")
        body = dice.choice(CHUNKS).encode("latin-1") if dice.random() < 0.8 else body
    lines += dice.choices(ODD_LINES, k=dice.choice((0, 0, 1, 3))) + ["A: b"] * dice.choice((0, 0, 0, 200))
    ends = dice.choice(("\r\n", "\r\n", "\r\n", "\n", "\r"))
    whole = bytearray((ends.join(lines) + 2 * ends).encode("latin-1", errors="replace") + body)
    for _ in range(dice.choice((0, 0, 0, 1, 5))):
        whole[dice.randrange(len(whole))] = dice.randrange(256)
    return bytes(whole[: dice.randrange(len(whole))] if dice.random() < 0.1 else whole)


@pytest.mark.filterwarnings("ignore:http.cookiejar bug!:UserWarning")
def test_nothing_but_our_own_errors_leaves_the_client_and_in_time() -> None:
    faults: list[str] = []
    dice = random.Random()

    def reply(connection: socket.socket, _: bytes) -> None:
        sent, drip = response(dice), dice.random() < 0.01
        if drip:
            for position in range(0, len(sent), max(1, len(sent) // 40)):
                connection.sendall(sent[position : position + max(1, len(sent) // 40)])
                time.sleep(0.05)
        else:
            connection.sendall(sent)

    transport, case, outcomes = RequestsTransport(LIMITS), 0, set[str]()
    patience = Patience(attempts=2, backoff=0.0, longest_wait=0.01)
    until = time.monotonic() + SECONDS
    with RawServer(reply) as server:
        while time.monotonic() < until:
            case += 1
            dice.seed(case)
            agent = "test" if case % 10 == 0 else None
            client = Client(server.base_url, transport, Pacer(1e6), {}, patience, 0.3, robots_agent=agent, halt=Halt())
            started = time.monotonic()
            try:
                client.get("/a", keep)
                outcomes.add("page")
            except ExtractError as error:
                outcomes.add(type(error).__name__)
            except BaseException as error:
                faults.append(f"case {case}: {error!r}")
            if time.monotonic() - started > LONGEST * patience.attempts:
                faults.append(f"case {case}: {time.monotonic() - started:.1f} s")
    assert not faults
    print(f"{case} cases")
    assert {"page", "FetchFailed"} <= outcomes <= {"page", "FetchFailed", "SourceRefused"}
