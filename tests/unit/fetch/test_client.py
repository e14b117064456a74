"""The polite client against scripted answers; no time passes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from extract.errors import BlockPage, FetchFailed, PageNotLoaded, SourceRefused, UnexpectedPage
from extract.fetch.client import Client, Patience
from extract.fetch.pace import Pacer
from extract.fetch.robots import Robots
from extract.fetch.transport import RequestsTransport, Response, TransportError, get_following

Answer = Response | Exception


class Script:
    """A transport that answers as told; the last answer repeats."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.urls: list[str] = []

    def get(self, url: str, *, headers: Mapping[str, str], timeout: float) -> Response:
        self.urls.append(url)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def answer(status: int, body: bytes = b"page", **headers: str) -> Response:
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def client(script: Script, robots: Robots | None = None) -> tuple[Client, list[float]]:
    slept: list[float] = []
    pacer = Pacer(1, sleep=lambda _: None, clock=lambda: 0.0)
    made = Client("http://source", script, pacer, {"Cookie": "hush"}, Patience(), robots=robots, sleep=slept.append)
    return made, slept


def keep(body: bytes) -> bytes:
    return body


def test_a_good_page_comes_back_at_once() -> None:
    made, slept = client(Script(answer(200)))
    page, body = made.get("/a", keep)
    assert (page.status, body, slept, made.stats.requests) == (200, b"page", [], 1)


@pytest.mark.parametrize("trouble", [answer(500), answer(503), answer(429), answer(406), TransportError("timeout")])
def test_trouble_is_retried_with_growing_waits(trouble: Answer) -> None:
    made, slept = client(Script(trouble, trouble, answer(200)))
    made.get("/a", keep)
    assert made.stats.retries == 2
    assert 1 <= slept[0] <= 2 <= slept[1] <= 4


def test_retry_after_is_honoured_and_bounds_patience() -> None:
    made, slept = client(Script(answer(429, retry_after="7"), answer(200)))
    made.get("/a", keep)
    assert slept == [7.0]
    made, _ = client(Script(answer(429, retry_after="86400")))
    with pytest.raises(SourceRefused, match="429"):
        made.get("/a", keep)


def test_refused_again_and_again_the_run_stops_and_says_what_to_do() -> None:
    made, _ = client(Script(answer(406)))
    with pytest.raises(SourceRefused, match=r"406 to clients it does not take for a browser.*--transport browser"):
        made.get("/a", keep)
    assert made.stats.requests == 3
    with pytest.raises(FetchFailed, match="stopped"):
        made.get("/b", keep)
    assert made.stats.requests == 3


def test_server_errors_fail_one_page_and_not_the_run() -> None:
    made, _ = client(Script(answer(500)))
    with pytest.raises(FetchFailed, match="answered 500 after 4 attempts"):
        made.get("/a", keep)
    assert not made.stop.is_set()


def test_not_found_is_not_retried() -> None:
    made, _ = client(Script(answer(404)))
    with pytest.raises(FetchFailed, match="404"):
        made.get("/a", keep)
    assert made.stats.requests == 1


def test_an_error_shell_is_retried_and_a_strange_page_once() -> None:
    def shell(_: bytes) -> bytes:
        raise PageNotLoaded("no data")

    def strange(_: bytes) -> bytes:
        raise UnexpectedPage("a login page")

    made, _ = client(Script(answer(200)))
    with pytest.raises(PageNotLoaded):
        made.get("/a", shell)
    assert made.stats.requests == 4
    made, _ = client(Script(answer(200)))
    with pytest.raises(UnexpectedPage):
        made.get("/a", strange)
    assert made.stats.requests == 2


def test_block_pages_with_status_200_stop_the_run_too() -> None:
    def block(_: bytes) -> bytes:
        raise BlockPage("a block page")

    made, _ = client(Script(answer(200)))
    with pytest.raises(SourceRefused, match="block page"):
        made.get("/a", block)
    assert made.stats.requests == 3


def test_redirects_stay_on_the_host() -> None:
    script = Script(answer(308, location="/a/"), answer(200))
    assert get_following(script, "http://source/a", headers={}, timeout=1).status == 200
    assert script.urls == ["http://source/a", "http://source/a/"]
    with pytest.raises(TransportError, match="another host"):
        get_following(Script(answer(301, location="http://evil/")), "http://source/a", headers={}, timeout=1)
    with pytest.raises(TransportError, match="more than"):
        get_following(Script(answer(301, location="/a")), "http://source/a", headers={}, timeout=1)


def test_robots_are_asked_once_and_obeyed() -> None:
    script = Script(answer(200, b"User-agent: *\nDisallow: /private/\n"), answer(200))
    made, _ = client(script, Robots("racing-lakehouse"))
    made.get("/open", keep)
    with pytest.raises(SourceRefused, match="robots"):
        made.get("/private/x", keep)
    assert script.urls == ["http://source/robots.txt", "http://source/open"]


@pytest.mark.parametrize(("status", "error"), [(404, None), (403, SourceRefused), (500, FetchFailed)])
def test_robots_missing_allow_and_forbidden_forbid(status: int, error: type[Exception] | None) -> None:
    made, _ = client(Script(answer(status), answer(200)), Robots("racing-lakehouse"))
    if error is None:
        made.get("/a", keep)
    else:
        with pytest.raises(error):
            made.get("/a", keep)


def test_secrets_are_not_in_the_repr() -> None:
    assert "hush" not in repr(client(Script(answer(200)))[0])


def test_the_pace_is_global_and_never_faster_than_asked() -> None:
    now, waits = [0.0], []
    pacer = Pacer(2, sleep=waits.append, clock=lambda: now[0])
    for _ in range(4):
        pacer.wait()
    assert waits[0] >= 0.5
    assert waits[1] >= 1.0
    assert waits[2] >= 1.5
    pacer.pause(60)
    pacer.wait()
    assert waits[3] >= 60


@pytest.fixture
def truncating_server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"short")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_body_cut_short_is_no_answer(truncating_server: str) -> None:
    with pytest.raises(TransportError):
        RequestsTransport().get(truncating_server, headers={}, timeout=5)
