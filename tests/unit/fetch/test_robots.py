"""robots.txt: asked for once, understood as its writers mean it, obeyed."""

from __future__ import annotations

import time

import pytest

from extract.errors import FetchFailed, SourceRefused, UnexpectedPage
from extract.fetch.robots import read_rules
from extract.fetch.transport import TransportError
from tests.unit.fetch.support import Answer, Script, answer, client, keep

AGENT = "racing-lakehouse/1.0 (personal research)"
INDEX = "http://source/results/2025-11-18/time-order/"
RACE = "http://source/results/7/a-course/2025-11-18/123"


def allows(text: str, url: str) -> bool:
    return read_rules(200, text.encode(), AGENT).allows(url)


@pytest.mark.parametrize(
    ("text", "url", "expected"),
    [
        ("User-agent: *\nDisallow: /results/*/time-order", INDEX, False),
        ("User-agent: *\nDisallow: /results/*/time-order", RACE, True),
        ("User-agent: *\nDisallow: /results/*/time-order$", INDEX, True),
        ("User-agent: *\nDisallow: /*/time-order/$", INDEX, False),
        ("User-agent: *\nDisallow: /\nAllow: /results/", INDEX, True),
        ("User-agent: *\nAllow: /\nDisallow: /results/", INDEX, False),
        ("User-agent: racing-lakehouse\nDisallow: /\n\nUser-agent: *\nDisallow:", INDEX, False),
        ("User-agent: other\nDisallow: /\n", INDEX, True),
        ("\ufeffUser-agent: *\nDisallow: /", INDEX, False),
        ("user-AGENT:*\r\ndisallow:/results # no", INDEX, False),
        ("", INDEX, True),
    ],
)
def test_wildcards_ends_and_the_longest_match_decide(text: str, url: str, expected: bool) -> None:
    assert allows(text, url) is expected


def test_it_is_asked_for_once_and_obeyed() -> None:
    script = Script(answer(200, b"User-agent: *\nDisallow: /private/\n"), answer(200))
    made, _ = client(script, agent=AGENT)
    made.get("/open", keep)
    with pytest.raises(SourceRefused, match=r"robots.txt of http://source forbids /private/x to us"):
        made.get("/private/x", keep)
    assert script.urls == ["http://source/robots.txt", "http://source/open"]


def test_a_redirect_is_no_way_round_it() -> None:
    script = Script(answer(200, b"User-agent: *\nDisallow: /private/\n"), answer(302, location="/private/x"))
    made, _ = client(script, agent=AGENT)
    with pytest.raises(FetchFailed, match=r"robots\.txt forbids us to go"):
        made.get("/open", keep)
    assert "http://source/private/x" not in script.urls


@pytest.mark.parametrize("status", [404, 410])
def test_no_file_means_no_rules(status: int) -> None:
    made, _ = client(Script(answer(status), answer(200)), agent=AGENT)
    assert made.get("/a", keep)[1] == b"page"


@pytest.mark.parametrize("status", [401, 403, 406, 429])
def test_a_closed_door_forbids_everything(status: int) -> None:
    script = Script(answer(status))
    made, _ = client(script, agent=AGENT)
    with pytest.raises(SourceRefused):
        made.get("/a", keep)
    assert set(script.urls) == {"http://source/robots.txt"}


@pytest.mark.parametrize(
    "unknown",
    [
        answer(500),
        answer(503, retry_after="86400"),
        answer(418),
        answer(302, location="http://evil/robots.txt"),
        TransportError("timeout"),
        answer(200, b"<!DOCTYPE html><html></html>"),
        answer(200, b"\x00\x01\x02"),
        answer(200, b"Disallow: /a\n" * 50_000),
    ],
)
def test_without_it_nothing_is_fetched_and_the_run_asks_no_more(unknown: Answer) -> None:
    script = Script(unknown)
    made, _ = client(script, agent=AGENT)
    with pytest.raises(FetchFailed, match=r"Nothing is fetched while robots.txt cannot be read .*Run again later"):
        made.get("/a", keep)
    asked = len(script.urls)
    assert set(script.urls) == {"http://source/robots.txt"}
    with pytest.raises(FetchFailed, match=r"Nothing is fetched while robots\.txt cannot be read"):
        made.get("/b", keep)
    assert len(script.urls) == asked <= 4


def test_a_passing_trouble_with_it_is_sat_out() -> None:
    made, _ = client(Script(answer(503), answer(200, b""), answer(200)), agent=AGENT)
    assert made.get("/a", keep)[1] == b"page"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nRequest-rate: 1/5s", 5),
        ("User-agent: *\nRequest-rate: 2/1m\nCrawl-delay: 3", 30),
        ("User-agent: *\nCrawl-delay: nan", 0),
        ("User-agent: *\nCrawl-delay: -3", 0),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: other\nCrawl-delay: 10", 0),
    ],
)
def test_the_interval_it_asks_for_is_understood(text: str, seconds: float) -> None:
    assert read_rules(200, text.encode(), AGENT).interval == seconds


def test_its_interval_is_the_quickest_pace_from_the_next_request_on() -> None:
    made, _ = client(Script(answer(200, b"User-agent: *\nCrawl-delay: 10"), answer(200)), agent=AGENT)
    waits: list[float] = []
    made.pacer._sleep = waits.append
    made.get("/a", keep)
    made.get("/b", keep)
    assert waits[0] >= 10
    assert waits[1] >= 20


def test_an_interval_beyond_reason_is_a_refusal() -> None:
    script = Script(answer(200, b"User-agent: *\nCrawl-delay: 3600"), answer(200))
    made, _ = client(script, agent=AGENT)
    with pytest.raises(SourceRefused, match=r"asks for 60 minutes between two requests; .*Nothing was fetched"):
        made.get("/a", keep)
    with pytest.raises(FetchFailed, match="60 minutes"):
        made.get("/b", keep)
    assert script.urls == ["http://source/robots.txt"]


def test_rules_that_would_take_for_ever_to_read_are_refused() -> None:
    agents = "".join(f"User-agent: a{number}\n" for number in range(10_000))
    started = time.monotonic()
    with pytest.raises(UnexpectedPage, match="too many rules"):
        read_rules(200, (agents + "Disallow: /x\n" * 10_000).encode(), AGENT)
    read_rules(200, ("User-agent: *\n" + "Disallow: /*a*a*a*a*a*b$\n" * 10_000).encode(), AGENT).allows(
        INDEX + "a" * 999
    )
    assert time.monotonic() - started < 5


def test_it_stands_at_the_root_of_the_host() -> None:
    script = Script(answer(404), answer(200))
    made, _ = client(script, agent=AGENT)
    made.base_url = "http://source/mirror"
    made.get("/a", keep)
    assert script.urls == ["http://source/robots.txt", "http://source/mirror/a"]
