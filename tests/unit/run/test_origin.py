"""Sources do not mix in one staging area; what an area holds is told by its runs."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from extract.errors import UsageError
from extract.run.origin import refuse_another_source
from extract.run.request import Request, selection_of
from extract.stage.layout import Run
from extract.stage.storage import Storage, open_storage
from extract.stage.withdrawals import withdraw
from tests.unit.stage.staged import RUN, commit_run

SLICES = selection_of([(date(2025, 11, 11), "gb")])
LOOPBACK = "http://127.0.0.1:8765"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return open_storage(str(tmp_path))


def stage(storage: Storage, source: str, seed: int | None = None, day: int = 0) -> str:
    """Commit a run of a source; without a seed there is no request, as where a run was copied in."""
    run = Run(RUN.scraped_at + timedelta(days=day))
    if seed is not None:
        Request(SLICES, source, seed=seed).save(storage, run.run_id)
    commit_run(storage, run, source=source)
    return run.run_id


def ask(storage: Storage, source: str, seed: int = 7) -> None:
    refuse_another_source(storage, Request(SLICES, source, seed=seed))


@pytest.mark.parametrize(
    ("there", "seed", "asked", "other"),
    [
        ("live", 7, "sample", 7), ("sample", 7, "live", 7), ("sample", 7, "sample", 8), ("live", 7, LOOPBACK, 7),
        ("live", None, "https://example.org", 7), ("https://example.org", 7, "http://example.org", 7),
        (LOOPBACK, 7, "live", 7), ("sample", None, "live", 7),
    ],
)  # fmt: skip
def test_another_source_is_refused_by_name_with_the_way_out(
    storage: Storage, there: str, seed: int | None, asked: str, other: int
) -> None:
    run_id = stage(storage, there, seed)
    with pytest.raises(UsageError) as refused:
        ask(storage, asked, other)
    said = str(refused.value)
    assert f"Staging {storage.url} holds runs of the" in said or "holds runs of https://example.org" in said
    assert f"withdraw {run_id} --reason" in said
    assert "Choose another --staging" in said
    assert "\n" not in said
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("there", "seed", "asked", "other"),
    [
        ("live", 7, "live", 8), ("sample", 8, "sample", 8), ("sample", None, "sample", 8), ("sample", 8, LOOPBACK, 7),
        (LOOPBACK, 7, "http://[::1]:99", 7), ("https://example.org", 7, "https://example.org/", 7), ("live", 7, "replay", 7),
    ],
)  # fmt: skip
def test_the_same_source_goes_on(storage: Storage, there: str, seed: int | None, asked: str, other: int) -> None:
    ask(storage, asked, other)  # an empty area takes any
    stage(storage, there, seed)
    ask(storage, asked, other)


def test_imports_go_with_any_source_and_withdrawn_runs_count_for_nothing(storage: Storage) -> None:
    stage(storage, "import", day=1)
    ask(storage, "live")
    ask(storage, "sample")
    stage(storage, "live", 7)
    wrong = stage(storage, "sample", 7, day=2)
    with pytest.raises(UsageError, match=wrong):
        ask(storage, "live")
    withdraw(storage, [wrong], "another source", RUN.scraped_at + timedelta(days=3))
    ask(storage, "live")
    with pytest.raises(UsageError, match="holds runs of the live site"):
        ask(storage, "sample")


def test_a_seed_is_known_from_older_runs_where_a_server_did_not_tell_it(storage: Storage) -> None:
    stage(storage, "sample", 7)
    stage(storage, LOOPBACK, 3, day=1)
    ask(storage, "sample", 7)
    with pytest.raises(UsageError, match="the sample world of seed 7"):
        ask(storage, "sample", 8)
