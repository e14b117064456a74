"""The polite client against scripted answers; no time passes."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from extract.errors import BlockPage, FetchFailed, PageNotLoaded, SourceDown, SourceRefused, UnexpectedPage
from extract.fetch.patience import Patience
from extract.fetch.transport import TransportError
from tests.unit.fetch.support import Answer, Script, answer, client, keep

LONG = "9" * 400


def test_a_good_page_comes_back_at_once() -> None:
    made, slept = client(Script(answer(200)))
    page, body = made.get("/a", keep)
    assert (page.status, body, slept, made.stats.requests, made.stats.bytes) == (200, b"page", [], 1, 4)


@pytest.mark.parametrize("trouble", [answer(500), answer(503), answer(429), answer(406), TransportError("timeout")])
def test_trouble_is_retried_with_growing_waits(trouble: Answer) -> None:
    made, slept = client(Script(trouble, trouble, answer(200)))
    made.get("/a", keep)
    assert made.stats.retries == 2
    assert 1 <= slept[0] <= 2 <= slept[1] <= 4


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(status: int) -> None:
    made, slept = client(Script(answer(status, retry_after="7"), answer(200)))
    made.get("/a", keep)
    assert slept == [7.0]


def test_the_quiet_that_one_page_is_asked_for_holds_for_all() -> None:
    made, _ = client(Script(answer(429, retry_after="60"), answer(200)))
    waits: list[float] = []
    made.pacer._sleep = waits.append
    made.get("/a", keep)
    assert waits[0] >= 60


@pytest.mark.parametrize("value", ["0", "-5", "٣", "soon", "Sat, 01 Jan 2000 00:00:00 GMT"])
def test_a_retry_after_that_asks_for_nothing_never_shortens_our_own_wait(value: str) -> None:
    made, slept = client(Script(answer(503, retry_after=value), answer(200)))
    made.get("/a", keep)
    assert 1 <= slept[0] <= 2


@pytest.mark.parametrize("value", ["121", "86400", LONG, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_beyond_patience_is_never_slept(value: str) -> None:
    made, slept = client(Script(answer(503, retry_after=value)))
    with pytest.raises(FetchFailed, match=r"answered 503 and asks us to wait .*extract retry"):
        made.get("/a", keep)
    assert (slept, made.stats.requests, made.halt.reason) == ([], 1, None)
    for status in (403, 406, 429):
        made, slept = client(Script(answer(status, retry_after=value)))
        with pytest.raises(SourceRefused, match=rf"{status}.* It asks us to wait "):
            made.get("/a", keep)
        assert (slept, made.stats.requests) == ([], 1)


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
    assert made.halt.reason is None


@pytest.mark.parametrize(
    "trouble", [answer(500), answer(503), answer(522), TransportError("timeout"), ValueError("odd")]
)
def test_a_dead_source_ends_the_run(trouble: Answer) -> None:
    made, _ = client(Script(trouble), patience=Patience(outages=6))
    with pytest.raises(FetchFailed, match="after 4 attempts"):
        made.get("/a", keep)
    with pytest.raises(SourceDown, match=r"down, or cannot be reached: 6 requests in a row .*Try later: extract retry"):
        made.get("/b", keep)
    with pytest.raises(FetchFailed, match="down, or cannot be reached"):
        made.get("/c", keep)
    assert made.stats.requests == 6


def test_a_meeting_whose_pages_are_broken_does_not_look_like_a_dead_source() -> None:
    made, slept = client(Script(*[answer(500)] * (2 * 4 + 7), answer(200), answer(500), answer(200)))
    for number in range(9):
        with pytest.raises(FetchFailed, match="after 4 attempts" if number < 2 else "after one attempt"):
            made.get(f"/{number}", keep)
    assert made.get("/next", keep)[1] == b"page"
    assert slept[6:] == [8.0] * 8  # in doubt, slowly
    assert made.get("/then", keep)[1] == b"page"
    assert made.stats.retries == 2 * 3 + 1


@pytest.mark.parametrize("sign_of_life", [answer(200), answer(404)])
def test_an_answer_of_any_use_shows_that_the_source_is_up(sign_of_life: Answer) -> None:
    trouble = [answer(500)] * 4
    made, _ = client(Script(*trouble, sign_of_life, *trouble, answer(200)), patience=Patience(outages=6))
    with pytest.raises(FetchFailed, match="500"):
        made.get("/a", keep)
    with nullcontext() if sign_of_life == answer(200) else pytest.raises(FetchFailed, match="404"):
        made.get("/b", keep)
    with pytest.raises(FetchFailed, match="500"):
        made.get("/c", keep)
    assert made.get("/d", keep)[1] == b"page"


def test_after_the_deadline_no_request_begins() -> None:
    script = Script(answer(200), answer(503, retry_after="100"), answer(200))
    made, slept = client(script, minutes=1)
    made.get("/a", keep)
    with pytest.raises(FetchFailed, match=r"deadline of 1 minutes has passed. Go on with: extract retry"):
        made.get("/b", keep)
    assert (len(script.urls), slept) == (2, [100.0])


def test_who_waits_for_a_turn_when_the_run_stops_sends_nothing() -> None:
    script = Script(answer(200))
    made, _ = client(script)
    made.pacer._sleep = lambda _: made.halt.stop("enough")
    made.get("/a", keep)
    with pytest.raises(FetchFailed, match="enough"):
        made.get("/b", keep)
    assert script.urls == ["http://source/a"]


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


def test_a_page_at_which_the_parser_breaks_is_not_the_page_we_know() -> None:
    def broken(_: bytes) -> bytes:
        raise RecursionError

    made, _ = client(Script(answer(200)))
    with pytest.raises(UnexpectedPage, match=r"cannot be read \(RecursionError\)"):
        made.get("/a", broken)


def test_every_request_counts_after_redirects_too() -> None:
    script = Script(answer(308, b"", location="/a/"), answer(200))
    made, _ = client(script)
    made.get("/a", keep)
    assert script.urls == ["http://source/a", "http://source/a/"]
    assert (made.stats.requests, made.stats.bytes, made.stats.retries) == (2, 4, 0)


def test_redirects_in_circles_end() -> None:
    made, _ = client(Script(answer(301, location="/a")), patience=Patience(attempts=1))
    with pytest.raises(FetchFailed, match="redirected more than 3 times"):
        made.get("/a", keep)
    assert made.stats.requests == 4
