"""The local Athena, one for all processes of the session and stopped with the last; an account of one's own for each test."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.athena.account import Account
from tests.athena.local_athena.running import ROOT, LocalAthena, join
from tests.athena.local_athena.trino_files import TrinoUnavailable, java, trino_files
from tests.athena.parity import Week, recent_week


@pytest.fixture(scope="session")
def athena(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[LocalAthena]:
    """The running service. Without Maven or a JDK the whole session ends, with one sentence that says so.

    At its end every action of Athena and Glue that the programs called has to be in the documented policy.
    """
    try:
        java()
        trino_files()
        base = tmp_path_factory.getbasetemp()
        folder = (base if worker_id == "master" else base.parent) / "athena"
        folder.mkdir(exist_ok=True)
        running = join(folder)
    except TrinoUnavailable as reason:
        pytest.exit(str(reason), returncode=1)
    yield running
    called = running.actions()
    running.stop()
    policy = set(re.findall(r'"((?:athena|glue):\w+)"', (ROOT / "docs" / "athena.md").read_text(encoding="utf-8")))
    assert called <= policy, f"docs/athena.md does not list {called - policy}"


@pytest.fixture(scope="session")
def week() -> Week:
    return recent_week()


@pytest.fixture(scope="session")
def new_account(
    athena: LocalAthena, week: Week, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[], Account]:
    """Make accounts: a bucket, schemas and local folders that no other test uses."""
    numbers = itertools.count(1)

    def make() -> Account:
        number = next(numbers)
        folder: Path = tmp_path_factory.mktemp(f"account{number}")
        return Account(athena, f"racing{number}{worker_id}", folder, week.seed)

    return make


@pytest.fixture
def account(new_account: Callable[[], Account]) -> Account:
    """An account for one test."""
    return new_account()
