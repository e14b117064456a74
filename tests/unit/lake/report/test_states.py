"""What a morning can be, as docs/report.md has it: each state with its exit code, and told once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from extract.stage.layout import Run
from extract.stage.storage import open_storage
from lake.errors import LakeError
from tests.unit.lake.report.conftest import DAY, DECISIONS, LATER, RESULTS, ROWS
from tests.unit.lake.report.pretended import ROOT, Pretended, as_json, place
from tests.unit.lake.report.test_drift import LEAST_RUNS, stage
from tests.unit.lake.report.test_notify import Listener
from tests.unit.stage.staged import commit_run

__all__ = ["place"]

DOCUMENT = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^`]+)` \| (\d+) \| (yes|no) \|", re.MULTILINE)
STATES = {name: (int(code), is_built == "yes") for name, code, is_built in ROW.findall(DOCUMENT)}
FAILED = {"unique_id": "model.racing_lakehouse.results", "status": "error", "message": "No space left"}


def stale(folder: Path) -> Pretended:
    commit_run(open_storage(str(folder / "staging")), Run(datetime.now(UTC) - timedelta(days=4)), source="live")
    return Pretended(folder)


def drifted(folder: Path) -> Pretended:
    for number in range(LEAST_RUNS):
        stage(folder / "staging", number)
    return Pretended(folder, document={"run_id": stage(folder / "staging", 10, jockey_id=None)})


def held_back(folder: Path) -> Pretended:
    held = ("r2", "gb", DAY, LATER, "held_back", 2, 2, LATER)
    return Pretended(folder, adds={"slice_decisions": (DECISIONS, [held])})


MADE: dict[str, Callable[[Path], Pretended]] = {
    "fine": Pretended,
    "partial": lambda folder: Pretended(folder, code=3),
    "refused": lambda folder: Pretended(folder, code=4),
    "page changed": lambda folder: Pretended(folder, code=5),
    "drifted": drifted,
    "stale": stale,
    "held back: gb 2025-11-17": held_back,
    "duplicates": lambda folder: Pretended(folder, adds={"results": (RESULTS, [ROWS[0]])}),
    "model results failed": lambda folder: Pretended(folder, build_code=1, results=[FAILED]),
    "not counted": Pretended,
    "scrape failed": lambda folder: Pretended(folder, code=1, document=None),
    "locked": lambda folder: Pretended(folder, code=6, document=None),
    "usage": lambda folder: Pretended(folder, code=2, document=None),
}


def unreadable(*_: object) -> NoReturn:
    raise LakeError("A file is gone.")


@pytest.fixture
def listener() -> Iterator[Listener]:
    running = Listener()
    yield running
    running.close()


def test_every_state_that_is_documented_is_made_here() -> None:
    assert {name.partition(":")[0] for name in STATES} == {name.partition(":")[0] for name in MADE}


@pytest.mark.parametrize("state", MADE)
def test_a_state_has_its_exit_code_and_is_told_once(
    place: Path, monkeypatch: pytest.MonkeyPatch, listener: Listener, state: str
) -> None:
    monkeypatch.setenv("LAKE_NOTIFY", listener.url)
    code, is_built = next(said for name, said in STATES.items() if name.partition(":")[0] == state.partition(":")[0])
    pretended = MADE[state](place)
    if state == "not counted":
        monkeypatch.setattr("lake.report.morning.changes_since", unreadable)
    said = as_json(pretended, monkeypatch)
    pretended.adds = {}
    as_json(pretended, monkeypatch)
    assert (said["state"], said["exit_code"]) == (state, code)
    assert ("dbt" in [name for name, _ in pretended.called]) is is_built
    (heard,) = listener.heard
    assert heard["title"] == f"Racing: {state}"
    reasons = [f"{problem['kind']}: {problem['why']}" for problem in said["problems"]]
    assert heard["message"].splitlines() == [said["verdict"], *reasons]
    assert len(reasons) == (state != "fine")
