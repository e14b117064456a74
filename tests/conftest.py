"""Shared fixtures: the sample world, and the recorded payloads where they are at hand."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from extract.parse import ListedRace
from extract.source.sample import World

os.environ.pop("RACING_HOME", None)  # a tester's own project is nobody's here
RECORDED = Path(__file__).resolve().parents[2] / "shared" / "recorded"

SOAK_FUZZ = int(os.environ.get("SOAK_FUZZ", "1"))
"""How many times as many inputs as usual the fuzz tests try; `make soak` sets it."""


SLOW_FIRST = (
    "test_insights.py", "test_form.py", "test_past_mornings.py", "test_trouble.py", "test_order.py", "test_one_writer.py",
    "test_log_against_oracle.py", "test_import.py", "test_kills.py",
    "test_scope.py", "test_walk.py", "test_imports_against_oracle.py", "test_daily_run.py", "test_fault_matrix.py",
    "test_tests_can_fail.py", "test_invocation.py",
)  # fmt: skip
"""Files of tests that take longest: where two processes share the work, neither is left with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow files first; the order within a file stays."""
    order = {name: number for number, name in enumerate(SLOW_FIRST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


def examples(usual: int) -> int:
    """Return how many inputs a fuzz test tries, of which a usual number is given."""
    return usual * SOAK_FUZZ


@pytest.fixture(autouse=True)
def quiet_log() -> Iterator[None]:
    """What a command does to the program's logger ends with its test."""
    yield
    logger = logging.getLogger("extract")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(logging.NOTSET)
    logger.propagate = True


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders for staging and warehouse that one test after the other has.

    Where the path of the warehouse is another, dbt parses the whole project anew, which costs more than most builds.
    """
    return tmp_path_factory.mktemp("homes")


@pytest.fixture
def home(homes: Path) -> Path:
    """A folder for a test's staging and warehouse."""
    return emptied(homes / "test")


def emptied(folder: Path) -> Path:
    """Return a folder with nothing in it but what dbt has parsed."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.is_dir() and not path.name.startswith("target"):
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    return folder


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The folder of recorded payloads; tests that judge by them are skipped where it is absent."""
    if not RECORDED.is_dir():
        pytest.skip("the recorded payloads are not beside this checkout (../shared/recorded)")
    return RECORDED


def listing_of(data: dict[str, Any], **changes: Any) -> ListedRace:
    """The listing under which the index would show a result payload."""
    off = datetime.fromisoformat(data["raceDatetime"])
    values: dict[str, Any] = {
        "race_id": data["raceId"],
        "country": data["countryCode"].lower(),
        "race_date": date(off.year, off.month, off.day),
        "course_id": data["courseUid"],
        "course": data["courseName"],
        "course_key": data["courseKey"],
        "off_time": off.strftime("%H:%M"),
        "off_at": "",
        "race_name": data["header"]["raceTitle"],
        "index_runners": len(data["runners"]),
        "status": "result",
        "is_jumps": False,
        "path": f"/results/{data['courseUid']}/{data['courseKey']}/{off.date()}/{data['raceId']}",
    }
    return ListedRace(**values | changes)


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
