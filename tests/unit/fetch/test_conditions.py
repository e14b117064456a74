"""Conditional requests: what a source's validators are worth, and when its word that a page is unchanged is taken."""

from __future__ import annotations

import socket

import pytest

from extract.errors import FetchFailed
from extract.fetch.by_requests import RequestsTransport
from extract.fetch.client import Client
from extract.fetch.conditions import LONG_AGO, MADE_UP, Known, Validators, validators_of
from extract.fetch.halt import Halt
from extract.fetch.pace import Pacer
from extract.fetch.patience import Patience
from extract.fetch.transport import Response
from tests.unit.fetch.support import RawServer, Script, answer, client, keep

TAG, OTHER = '"abc"', '"xyz"'
KNOWN = Known(Validators(etag=TAG), b"as stored")
MODIFIED, SENT = "Mon, 10 Nov 2025 06:00:00 GMT", "Mon, 10 Nov 2025 06:01:00 GMT"
DATED = Known(Validators(last_modified=MODIFIED), b"as stored")


def unchanged(**headers: str) -> Response:
    return answer(304, b"", **headers)


def conditions(script: Script) -> list[dict[str, str]]:
    return [{name: value for name, value in sent.items() if name.startswith("If-")} for sent in script.headers]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"etag": ""},
        {"etag": "abc"},
        {"etag": '"abc'},
        {"etag": '"a b"'},
        {"etag": '"a"b"'},
        {"etag": '"\u00fc"'},
        {"etag": '"\x00"'},
        {"etag": '"a"\r\nX-Injected: 1'},
        {"etag": 'w/"abc"'},
        {"etag": '"abc", "xyz"'},
        {"etag": '"' + "x" * 201 + '"'},
        {"etag": TAG, "vary": "*"},
        {"last-modified": MODIFIED},
        {"last-modified": MODIFIED, "date": "Mon, 10 Nov 2025 06:00:59 GMT"},
        {"last-modified": MODIFIED, "date": "yesterday"},
        {"last-modified": "yesterday", "date": SENT},
        {"last-modified": "Mon, 10 Nov 2025 06:00:00 +0100", "date": SENT},
        {"last-modified": "Mon, 99 Nov 99999999999 06:00:00 GMT", "date": SENT},
        {"last-modified": " " * 50 + "Mon,\n10 Nov 2025 06:00:00 GMT", "date": SENT},
    ],
)
def test_what_cannot_be_relied_on_is_no_validator(headers: dict[str, str]) -> None:
    assert validators_of(headers) is None


def test_an_etag_is_preferred_and_an_old_date_will_do() -> None:
    assert validators_of({"etag": TAG, "last-modified": MODIFIED, "date": SENT}) == Validators(etag=TAG)
    assert validators_of({"etag": f"W/{TAG}", "vary": "Accept-Encoding"}) == Validators(etag=f"W/{TAG}")
    assert validators_of({"etag": "odd", "last-modified": MODIFIED, "date": SENT}) == DATED.validators


@pytest.mark.parametrize(
    ("known", "name", "catch", "real"),
    [(KNOWN, "If-None-Match", MADE_UP, TAG), (DATED, "If-Modified-Since", LONG_AGO, MODIFIED)],
)
def test_an_unchanged_page_is_a_request_and_no_bytes(known: Known[bytes], name: str, catch: str, real: str) -> None:
    script = Script(answer(200, etag=TAG), unchanged(etag=TAG), unchanged(), answer(200, b"new", etag=OTHER))
    made, slept = client(script)
    assert made.get("/1", keep, known)[1] == b"page"
    for _ in range(2):
        page, found = made.get("/2", keep, known)
        assert (page.is_unchanged, found, page.status) == (True, b"as stored", 304)
    page, found = made.get("/3", keep, known)
    assert (page.is_unchanged, found) == (False, b"new")
    assert conditions(script) == [{name: catch}, {name: real}, {name: real}, {name: real}]
    assert (made.stats.requests, made.stats.bytes, made.stats.unchanged, made.stats.retries) == (4, 7, 2, 0)
    assert slept == []


def test_a_source_that_says_unchanged_to_everything_is_believed_in_nothing() -> None:
    script = Script(unchanged(), answer(200, b"one"), answer(200, b"two"))
    made, _ = client(script)
    assert made.get("/1", keep, KNOWN)[1] == b"one"
    assert made.get("/2", keep, KNOWN)[1] == b"two"
    assert conditions(script) == [{"If-None-Match": MADE_UP}, {}, {}]
    assert made.stats.unchanged == 0


def test_a_source_that_says_unchanged_to_who_asks_no_such_thing_has_no_page() -> None:
    script = Script(unchanged())
    made, _ = client(script)
    for known in (None, KNOWN):
        with pytest.raises(FetchFailed, match="answered 304"):
            made.get("/1", keep, known)
    assert conditions(script) == [{}, {"If-None-Match": MADE_UP}, {}]
    assert made.halt.reason is None


def test_an_unchanged_page_of_another_name_is_had_whole_and_a_weak_name_is_the_same() -> None:
    script = Script(answer(200), unchanged(etag=OTHER), answer(200, b"new"), unchanged(etag=f"W/{TAG}"))
    made, _ = client(script)
    made.get("/1", keep, KNOWN)
    assert made.get("/2", keep, KNOWN)[1] == b"new"
    assert made.get("/3", keep, KNOWN)[1] == b"as stored"
    assert conditions(script)[1:] == [{"If-None-Match": TAG}, {}, {"If-None-Match": TAG}]


def test_faults_on_the_way_are_retried_with_the_same_question() -> None:
    script = Script(answer(503), answer(200), answer(500), unchanged())
    made, slept = client(script)
    made.get("/1", keep, KNOWN)
    assert made.get("/2", keep, KNOWN)[1] == b"as stored"
    assert conditions(script) == [{"If-None-Match": MADE_UP}] * 2 + [{"If-None-Match": TAG}] * 2
    assert len(slept) == 2


@pytest.mark.parametrize("more", [b"", b"Content-Encoding: gzip\r\n", b"Content-Length: 5000\r\n"])
def test_an_answer_without_a_body_is_whole_on_the_wire(more: bytes) -> None:
    def reply(connection: socket.socket, head: bytes) -> None:
        same = b'If-None-Match: "abc"' in head
        connection.sendall(
            b"HTTP/1.1 304 Not Modified\r\n" + more + b"Connection: close\r\n\r\n"
            if same
            else b'HTTP/1.1 200 OK\r\nETag: "abc"\r\nContent-Length: 4\r\nConnection: close\r\n\r\npage'
        )

    with RawServer(reply) as server:
        made = Client(server.base_url, RequestsTransport(), Pacer(1e6), {}, Patience(backoff=0.01), 2, halt=Halt())
        page, _ = made.get("/1", keep, KNOWN)
        assert page.validators == KNOWN.validators
        assert made.get("/2", keep, KNOWN)[1] == b"as stored"
        assert made.stats.unchanged == 1
