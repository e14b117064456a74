"""Pages that the source did not send, for they are as they are stored: what a user is told of them."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extract.cli.app import main

BASE = ("--source", "sample", "--rate", "900", "--countries", "ire", "--from", "2025-04-02", "--to", "2025-04-02")
MORNING = datetime(2025, 4, 7, 6, tzinfo=UTC)


def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *args: str, output: str = "json"
) -> tuple[int, Any]:
    monkeypatch.setattr(sys, "argv", ["extract", *args, "--output", output])
    with pytest.raises(SystemExit) as stopped:
        main()
    out = capsys.readouterr().out
    return int(str(stopped.value.code)), json.loads(out) if out.startswith("{") else out


def test_unchanged_pages_are_told_and_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, first = call(monkeypatch, capsys, *BASE, "--as-of", MORNING.isoformat())
    assert (code, first["pages_unchanged"]) == (0, 0)
    code, again = call(monkeypatch, capsys, *BASE, "--as-of", MORNING.replace(minute=7).isoformat())
    count = again["pages_unchanged"]
    assert (code, again["requests"]) == (0, first["requests"])
    assert count == first["requests"] - 2  # robots.txt, and the page by which the source shows that it compares
    assert 0 < again["bytes"] < first["bytes"] / 2
    assert again["slices"][0]["rows_staged"] == first["slices"][0]["rows_staged"]
    assert Path(again["log_file"]).read_text().count(" is unchanged") == count
    _, text = call(monkeypatch, capsys, *BASE, "--as-of", MORNING.replace(minute=8).isoformat(), output="text")
    assert f"{count} pages are unchanged, says the source, and were not sent again." in text
    code, replayed = call(monkeypatch, capsys, "replay")
    assert (code, replayed["pages_unchanged"]) == (0, 0)
    assert replayed["slices"][0]["rows_staged"] == first["slices"][0]["rows_staged"]
