"""The polite client from the command line: bad numbers, dead sources, deadlines, credentials, robots.txt."""

from __future__ import annotations

import json
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extract.cli.app import main
from extract.errors import UsageError
from extract.fetch.credentials import credentials_for
from extract.source.sample import Fault, SampleServer, World
from tests.unit.fetch.support import RawServer

AS_OF = datetime(2025, 11, 18, 6, tzinfo=UTC)
QUICK = ("--rate", "1000", "--backoff", "0", "--timeout", "5")
WEEK = ("--from", "2025-11-08", "--to", "2025-11-14")
LIVE = "https://live.example"


@pytest.fixture
def extract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(tmp_path)
    for name in ("EXTRACT_COOKIE", "EXTRACT_TOKEN", "EXTRACT_CREDENTIALS_FOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*args: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["extract", *args])
        with pytest.raises(SystemExit) as stopped:
            main()
        captured = capsys.readouterr()
        return int(stopped.value.code or 0), captured.out or captured.err

    return call


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1", "0", "x", ""])
@pytest.mark.parametrize("option", ["--rate", "--timeout", "--deadline"])
def test_numbers_that_are_none_are_wrong_usage(option: str, value: str, extract: Any) -> None:
    code, said = extract(f"{option}={value}", "--source", "sample", "--days", "1")
    assert code == 2, said
    assert option in said
    assert not Path("staging").exists()


def test_bad_numbers_are_found_in_the_environment_and_the_project_too(
    extract: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("pyproject.toml").write_text("[tool.extract]\nrate = nan\n")
    assert extract("--source", "sample", "--days", "1")[0] == 2
    Path("pyproject.toml").unlink()
    monkeypatch.setenv("EXTRACT_BACKOFF", "nan")
    assert extract("--source", "sample", "--days", "1")[0] == 2


@pytest.mark.parametrize(
    "source",
    [
        "http://",
        "http://[",
        "http://a:b/",
        "http://user:word@a/",
        "https://a/?x=1",
        "http://a/#b",
        "http://a b/",
        "http://é/",
    ],
)
def test_a_source_that_is_no_address_is_wrong_usage_and_leaves_no_run(source: str, extract: Any) -> None:
    code, said = extract("--source", source, "--days", "1")
    assert (code, said.count("\n")) == (2, 1), said
    assert not list(Path().rglob("*.json"))


@pytest.mark.parametrize(
    ("variable", "value"),
    [("EXTRACT_COOKIE", "a=b\nX: y"), ("EXTRACT_TOKEN", "h\xfcsh"), ("EXTRACT_USER_AGENT", "me\r\nX: y"), ("EXTRACT_CREDENTIALS_FOR", "nowhere")],
)  # fmt: skip
def test_what_cannot_be_sent_is_wrong_usage_and_never_shown(
    variable: str, value: str, extract: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    code, said = extract("--days", "1")
    assert code == 2, said
    assert variable in said or "--user-agent" in said
    assert value not in said
    assert not list(Path().rglob("*.json"))


def test_a_dead_source_ends_the_run_soon_with_what_it_has(extract: Any, world: World) -> None:
    with SampleServer(world, as_of=AS_OF) as server:
        server.faults.add(Fault("status", r"/2025-1", status=503, retry_after="0"))
        days = ("--from", "2025-09-30", "--to", "2025-10-20")  # the first is good
        code, said = extract("--source", server.base_url, *QUICK, *days, "--countries", "gb", "--output", "json")
        asked = len(server.paths)
        told = json.loads(said)
        assert code == told["exit_code"] == 3
        assert told["next"].startswith("The source is down, or cannot be reached: 20 requests in a row")
        assert "Try later: extract retry" in told["next"]
        assert told["requests"] == asked
        assert [item["status"] for item in told["slices"]] == ["complete"] + ["partial"] * 20
        assert "source is down" in told["slices"][-1]["reason"]
        assert sum("time-order" in path for path in server.paths) == 21


def test_after_the_deadline_the_rest_fails_and_nothing_is_lost(extract: Any, world: World) -> None:
    with SampleServer(world, as_of=AS_OF) as server:
        server.faults.add(Fault("latency", r"/results/", seconds=0.1))
        started = time.monotonic()
        command = ("--source", server.base_url, *QUICK, *WEEK, "--deadline", "0.05", "--output", "json")
        code, said = extract(*command)
        assert time.monotonic() - started < 15
        told = json.loads(said)
        assert code == told["exit_code"] == 3
        assert told["next"].startswith("The deadline of 0.05 minutes has passed. Go on with: extract retry")
        assert "deadline of 0.05 minutes" in told["slices"][-1]["reason"]
        assert told["slices"][0]["races_listed"] > 0
        server.faults.clear()
        assert extract("retry", "--source", server.base_url, *QUICK)[0] == 0


def test_a_long_wait_that_is_asked_for_is_cut_short_by_the_deadline(extract: Any, world: World) -> None:
    with SampleServer(world, as_of=AS_OF) as server:
        server.faults.add(Fault("status", r"/time-order", status=503, retry_after="100"))
        started = time.monotonic()
        code, _ = extract("--source", server.base_url, *QUICK, *WEEK, "--deadline", "0.01")
        assert (code, time.monotonic() - started < 30) == (3, True)


def test_an_index_that_robots_txt_forbids_is_not_fetched(
    extract: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SampleServer(world, as_of=AS_OF) as server:
        monkeypatch.setattr(server, "page", lambda _: (200, b"User-agent: *\nDisallow: /results/*/time-order\n"))
        code, said = extract("--source", server.base_url, *QUICK, *WEEK)
        assert code == 4
        assert "robots.txt of" in said
        assert server.paths == ["/robots.txt"]


def test_a_crawl_delay_is_the_quickest_pace_and_is_told_in_one_line(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("staging").mkdir()
    with SampleServer(world, as_of=AS_OF) as server:
        page = server.page
        rules = (200, b"User-agent: *\nCrawl-delay: 0.5\nDisallow: /account/\n")
        monkeypatch.setattr(server, "page", lambda path: rules if path == "/robots.txt" else page(path))
        server.faults.add(Fault("status", r"/time-order", status=404))  # so that little is asked for
        command = ("--source", server.base_url, *QUICK, "--days", "1", "--until", "2025-11-14", "--countries", "jer")
        monkeypatch.setattr(sys, "argv", ["extract", *command])
        started = time.monotonic()
        with pytest.raises(SystemExit):
            main()
        assert time.monotonic() - started >= 0.5 * (len(server.paths) - 1) >= 0.5
    assert [line for line in capsys.readouterr().err.splitlines() if not line.startswith("ERROR: index")] == [
        "NOTE: robots.txt asks for 0.5 seconds between two requests; this run keeps to that pace, slower than --rate."
    ]


def test_credentials_reach_only_the_source_they_are_meant_for(extract: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def reply(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    monkeypatch.setenv("EXTRACT_COOKIE", "a=hush")
    monkeypatch.setenv("EXTRACT_TOKEN", "hush")
    with RawServer(reply) as server:
        extract("--source", server.base_url, *QUICK, "--days", "1")
        assert len(server.heads) == 2
        assert not any(b"hush" in head for head in server.heads)
        monkeypatch.setenv("EXTRACT_CREDENTIALS_FOR", server.base_url)
        extract("--source", server.base_url, *QUICK, "--days", "1")
        assert all(b"Cookie: a=hush\r\n" in head and b"Bearer hush\r\n" in head for head in server.heads[2:])


@pytest.mark.parametrize(
    ("base_url", "meant_for", "given"),
    [
        (LIVE, None, True),
        ("https://live.example:443", None, True),
        ("http://live.example", None, False),
        ("https://live.example:444", None, False),
        ("https://live.example.evil", None, False),
        ("https://mirror.example", "https://mirror.example/", True),
        ("http://mirror.example", "https://mirror.example", False),
        (LIVE, "https://mirror.example", False),
    ],
)
def test_scheme_host_and_port_all_decide(base_url: str, meant_for: str | None, given: bool) -> None:
    environment = {"EXTRACT_COOKIE": "hush"} | ({"EXTRACT_CREDENTIALS_FOR": meant_for} if meant_for else {})
    assert credentials_for(base_url, LIVE, environment) == ({"Cookie": "hush"} if given else {})


def test_a_bad_purpose_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="EXTRACT_CREDENTIALS_FOR"):
        credentials_for(LIVE, LIVE, {"EXTRACT_COOKIE": "hush", "EXTRACT_CREDENTIALS_FOR": "file:///x"})
