"""No exception ends a run: one page fails with its reason, the others are staged."""

from __future__ import annotations

import json
import logging
import sys
import zlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from extract.errors import (
    ContractBroken,
    ExitCode,
    FetchFailed,
    PageNotLoaded,
    SourceRefused,
    StagingError,
    StagingLocked,
)
from extract.parse import RaceResult
from tests.unit.run.doubles import MORNING, FakePages, Staged, listed, result

ANY = [
    ValueError("no"), KeyError("horse"), IndexError(), TypeError(), AttributeError(), RecursionError("deep"),
    OverflowError(), ZeroDivisionError(), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), AssertionError(),
    json.JSONDecodeError("bad", "", 0), zlib.error("cut"), EOFError(), OSError(5, "I/O error"), RuntimeError("\n\x00odd"),
    StopIteration(), NotImplementedError(), Exception("bare"), FetchFailed("late"), ContractBroken("odd"), PageNotLoaded("no"),
]  # fmt: skip


def raising(error: BaseException) -> RaceResult:
    raise error


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    return Staged(tmp_path)


@pytest.mark.parametrize("error", ANY, ids=lambda error: type(error).__name__)
def test_whatever_one_race_raises_the_others_are_staged(error: Exception, staged: Staged) -> None:
    report = staged.run(FakePages([listed(1), listed(2), listed(3)], results={2: lambda: raising(error)}))
    assert report.exit_code == ExitCode.PARTIAL
    races = staged.races()
    assert {key: row["status"] for key, row in races.items()} == {1: "result", 2: "failed", 3: "result"}
    assert str(races[2]["reason"])
    assert staged.slices()["gb"]["rows_staged"] == 4


@pytest.mark.parametrize("error", ANY, ids=lambda error: type(error).__name__)
def test_whatever_an_index_raises_the_run_is_committed_as_partial(error: Exception, staged: Staged) -> None:
    report = staged.run(FakePages([], index_error=error))
    assert report.exit_code in {ExitCode.PARTIAL, ExitCode.CONTRACT_BROKEN, ExitCode.UNEXPECTED}
    row = staged.slices()["gb"]
    assert (row["status"], row["races_listed"]) == ("partial", None)
    assert str(row["reason"]).startswith("index: ")


def test_an_unexpected_error_is_logged_with_its_traceback(staged: Staged, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("extract").propagate = True
    with caplog.at_level(logging.INFO, logger="extract"):
        staged.run(FakePages([listed(1), listed(2)], results={2: lambda: raising(KeyError("horse"))}))
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == ["race 2: unexpected KeyError: 'horse'"]
    assert "Traceback" in caplog.text
    assert "unexpected KeyError: 'horse'" in str(staged.races()[2]["reason"])


def test_a_page_that_recurses_without_end_fails_alone(staged: Staged) -> None:
    def deep(number: int = 0) -> RaceResult:
        return deep(number + 1)

    staged.run(FakePages([listed(1), listed(2)], results={2: deep}))
    assert "RecursionError" in str(staged.races()[2]["reason"])
    assert sys.getrecursionlimit() > 0


def test_a_value_that_no_file_can_carry_fails_its_race_only(staged: Staged) -> None:
    odd = {2: lambda: result(2, comment="held up\x01 on the rails")}
    report = staged.run(FakePages([listed(1), listed(2)], results=odd))
    assert report.exit_code == ExitCode.PARTIAL
    assert "comment" in str(staged.races()[2]["reason"])
    assert staged.slices()["gb"]["rows_staged"] == 2


def test_a_refusal_stops_the_run_and_keeps_what_was_had(staged: Staged) -> None:
    pages = FakePages([listed(1), listed(2)], results={2: lambda: raising(SourceRefused("Wait."))})
    assert staged.run(pages).exit_code == ExitCode.REFUSED
    assert staged.races()[1]["status"] in {"result", "failed"}


@pytest.mark.parametrize(
    "error", [StagingError("full"), StagingLocked("lost"), KeyboardInterrupt(), SystemExit(1), MemoryError()]
)
def test_what_concerns_the_whole_run_passes(error: BaseException, staged: Staged) -> None:
    with pytest.raises(type(error)):
        staged.run(FakePages([listed(1)], results={1: lambda: raising(error)}))
    assert not list(staged.folder.glob("slices/**/*.csv"))


def test_when_every_page_fails_of_our_own_fault_the_exit_code_says_so(staged: Staged) -> None:
    assert staged.run(FakePages([], index_error=KeyError("x"))).exit_code == ExitCode.UNEXPECTED


@pytest.mark.parametrize(("shown", "doubtful"), [(9, True), (12, False), (13, False)])
def test_a_page_that_shows_less_than_the_index_is_staged_and_marked(shown: int, doubtful: bool, staged: Staged) -> None:
    report = staged.run(FakePages([listed(1, runners=12)], results={1: lambda: result(1, shown)}))
    race = staged.races()[1]
    assert report.exit_code == (ExitCode.PARTIAL if doubtful else ExitCode.OK)
    assert staged.slices()["gb"]["status"] == ("partial" if doubtful else "complete")
    assert (race["status"], race["rows_staged"], race["is_doubtful"]) == ("result", shown, doubtful)
    assert race["reason"] == ("the index lists 12 runners, the page 9" if doubtful else None)


def test_a_short_page_is_believed_once_it_is_seen_again_minutes_later(staged: Staged) -> None:
    def short(at: datetime) -> FakePages:
        return FakePages([listed(1, runners=12)], at, results={1: lambda: result(1, 9)})

    assert staged.run(short(MORNING)).exit_code == ExitCode.PARTIAL
    assert (
        staged.run(short(MORNING), at=MORNING + timedelta(hours=1)).exit_code == ExitCode.PARTIAL
    )  # the same page again
    assert (
        staged.run(short(MORNING + timedelta(minutes=4)), at=MORNING + timedelta(minutes=4)).exit_code
        == ExitCode.PARTIAL
    )
    assert staged.run(short(MORNING + timedelta(hours=2))).exit_code == ExitCode.OK
    assert staged.races()[1]["is_doubtful"] is False
    other = FakePages([listed(1, runners=12)], MORNING + timedelta(hours=3), results={1: lambda: result(1, 8)})
    assert staged.run(other).exit_code == ExitCode.PARTIAL
