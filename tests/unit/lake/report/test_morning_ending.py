"""How `lake morning` ends: interrupted, by the worst code, on a narrow terminal; and how it only says what it would do."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from extract.errors import ExitCode
from extract.stage.manifest import committed_runs
from extract.stage.storage import open_storage
from lake.report import commands as real
from lake.report.build import target_folder
from lake.report.commands import Commands, Ended
from lake.report.verdict import Problem, worst
from tests.unit.lake.report.conftest import LOG, NEXT, RESULTS, write
from tests.unit.lake.report.pretended import VERSIONS, Pretended, morning, place

__all__ = ["place"]


def test_an_interrupt_ends_with_its_own_code(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(Pretended):
        def dbt(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Ended:
            os.kill(os.getpid(), signal.SIGTERM)
            return super().dbt(arguments, environment, folder, log)

    done = morning(Interrupted(place), monkeypatch)
    assert done.exit_code == ExitCode.INTERRUPTED
    assert "Interrupted" in done.stderr


def test_an_interrupt_ends_what_was_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs this in the background ignores it
    mark = tmp_path / "pid"
    sleeper = f"import os, time, pathlib; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(60)"
    monkeypatch.setattr(real, "EXTRACT", sleeper)

    def interrupt() -> None:
        while not (mark.exists() and mark.read_text()):
            pass
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            Commands().extract([], os.environ)
    finally:
        signal.signal(signal.SIGINT, ours)
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_what_a_command_says_is_passed_on_and_kept(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(real, "EXTRACT", "import sys; print('out'); print('one\\ntwo', file=sys.stderr); sys.exit(3)")
    ended = Commands().extract([], os.environ)
    assert (ended.code, ended.output, ended.said) == (3, "out\n", ("one", "two"))
    assert capfd.readouterr().err.splitlines() == ["one", "two"]


def test_the_worst_code_is_the_one_that_matters_most() -> None:
    codes = (0, 3, 4, 5, 1, 6, 2, 130)
    for number, code in enumerate(codes):
        assert worst(ExitCode(better) for better in codes[: number + 1]) == code
    assert worst([]) == 0
    assert Problem("x", "y", ExitCode.PARTIAL).code == 3


def test_no_two_mornings_and_no_build_by_hand_compile_into_one_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_TARGET_PATH", "")  # counts as not set
    folders = [target_folder(Path("/project"), tables) for tables in ("/one", "/two")]
    assert folders[0] != folders[1]
    assert all(folder.is_relative_to("/project/target/morning") for folder in folders)
    assert target_folder(Path("/project"), "/one") == folders[0]


def test_a_dry_run_touches_nothing_and_says_what_waits(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Planning(Pretended):
        def extract(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Ended:
            super().extract(arguments, environment)
            return Ended(0, "21 slices, about 441 requests.\n", (), 1.0)

    pretended = Planning(place)
    (run_id,) = committed_runs(open_storage(str(place / "staging")))
    lines = morning(pretended, monkeypatch, "--dry-run").stdout.splitlines()
    assert lines[0] == "21 slices, about 441 requests."
    assert lines[1].endswith(f"into {place / 'warehouse'}, with 1 staged runs that wait for it ({run_id}).")
    assert pretended.called == [("extract", ["--dry-run"])]
    assert as_json_of(morning(pretended, monkeypatch, "--dry-run", "--output", "json"))["runs_waiting"] == [run_id]


def as_json_of(done: Result) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize("width", ["80", "120"])
def test_its_tables_fit_a_terminal(place: Path, monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    monkeypatch.setattr("lake.cli.text_output.on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", width)
    write(place / "warehouse", "result_versions", LOG, [])
    new = [(3, 30, "gb", NEXT, 1, 2, 3)]
    pretended = Pretended(place, adds={"result_versions": (LOG, VERSIONS), "results": (RESULTS, new)})
    lines = morning(pretended, monkeypatch).stdout.splitlines()
    assert [line.split() for line in lines if line.startswith("2025-11-18")] == [
        ["2025-11-18", "gb", "1", "->", "2", "1", "->", "2", "1", "1", "?"]
    ]
    assert ["rows", "3", "4", "+1"] in [line.split() for line in lines]
    assert max(len(line) for line in lines if not line.startswith(("Cost", "The marts", "+"))) <= 80
    assert "".join(lines).isascii()
