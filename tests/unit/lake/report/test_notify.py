"""Notifications: on change of state, never with a secret, and never in the way of the morning itself."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from extract.errors import ExitCode
from lake.report import notify
from lake.report.verdict import Problem, Verdict
from tests.unit.lake.report.test_morning import Pretended, morning, place

__all__ = ["place"]

SECRET = "s3cr3t-t0ken"


class Listener:
    """An HTTP server on the loopback that keeps what it is told; its answer can be chosen."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.answer = 200
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append(json.loads(said))
                self.send_response(listener.answer)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"json://somebody:{SECRET}@127.0.0.1:{self._server.server_port}/{SECRET}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    running = Listener()
    yield running
    running.close()


def titles(listener: Listener) -> list[str]:
    return [said["title"] for said in listener.heard]


def test_people_are_told_when_the_state_is_another(
    place: Path, monkeypatch: pytest.MonkeyPatch, listener: Listener
) -> None:
    monkeypatch.setenv("LAKE_NOTIFY", listener.url)
    for code, expected in ((0, 1), (0, 1), (3, 2), (3, 2), (4, 3), (0, 4)):
        morning(Pretended(place, code=code), monkeypatch)
        assert len(listener.heard) == expected, code
    assert titles(listener) == ["Racing: fine", "Racing: partial", "Racing: refused", "Racing: fine"]
    assert listener.heard[1]["message"].splitlines() == [
        "+0 new, 0 corrected, 0 gone, 0 duplicates, days open not known",
        "partial: Run r2 is complete. Next: dbt build",
    ]


def test_or_of_every_morning(place: Path, monkeypatch: pytest.MonkeyPatch, listener: Listener) -> None:
    for _ in range(2):
        morning(Pretended(place), monkeypatch, "--notify", listener.url, "--notify-always")
    assert titles(listener) == ["Racing: fine"] * 2


def test_what_could_not_be_told_is_told_the_next_time_and_fails_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch, listener: Listener
) -> None:
    listener.answer = 500
    done = morning(Pretended(place), monkeypatch, "--notify", listener.url)
    assert done.exit_code == 0
    assert "Notification 1 of 1 was not delivered. The exit code is as without it." in done.stderr
    listener.answer = 200
    done = morning(Pretended(place, code=3), monkeypatch, "--notify", listener.url)
    assert (done.exit_code, done.stderr.count("Notification")) == (3, 0)
    assert titles(listener)[-1] == "Racing: partial"


def test_no_secret_is_written_anywhere(
    place: Path, monkeypatch: pytest.MonkeyPatch, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    listener.answer = 500
    leaking = Pretended(place, code=4, document={"next": f"refused: {listener.url}"})
    for options in ((), ("--output", "json")):
        done = morning(leaking, monkeypatch, "--notify", listener.url, *options)
        assert SECRET not in done.stderr
    assert SECRET not in json.dumps(listener.heard)
    bad = morning(Pretended(place), monkeypatch, "--notify", listener.url, "--notify", f"nonsense://{SECRET}")
    assert SECRET not in bad.output + str(bad.exception) + caplog.text
    kept = [path for path in place.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert kept == []


def test_an_address_that_is_none_is_refused_before_anything_is_done(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = morning(pretended := Pretended(place), monkeypatch, "--notify", "nonsense")
    assert str(done.exception) == "Notification 1 of 1 is no URL that apprise knows. Correct --notify."
    assert getattr(done.exception, "exit_code", None) == ExitCode.USAGE
    assert pretended.called == []


def test_without_apprise_it_says_what_to_install(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    done = morning(Pretended(place), monkeypatch, "--notify", "json://localhost")
    assert str(done.exception) == "Notifications need apprise: pip install -e '.[notify]'."
    assert morning(Pretended(place), monkeypatch).exit_code == 0


def test_a_message_is_short_and_says_how_much_it_leaves_out() -> None:
    problems = tuple(Problem(f"kind {n}", "why " * 100, ExitCode.PARTIAL) for n in range(15))
    title, text = notify.message(Verdict("line", problems), ["why"])
    assert len(title) <= 200
    assert len(text) <= 2000
    assert "why" not in text
    _, text = notify.message(Verdict("line", tuple(Problem(f"k{n}", "w", ExitCode.PARTIAL) for n in range(15))), [])
    assert text.splitlines()[-1] == "and 5 more"


def test_a_state_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "could not be kept" in notify.keep_state(tmp_path / "file", "fine")
    assert notify.known_state(tmp_path) is None
    assert notify.keep_state(tmp_path, "fine") == ""
    assert notify.known_state(tmp_path) == "fine"
    (tmp_path / notify.FILE).write_text("[1]")
    assert notify.known_state(tmp_path) is None
