"""A build reads no staged file that is not what was written, and changes nothing before it has looked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extract.stage import layout
from extract.stage.layout import Run
from extract.stage.storage import open_storage
from extract.stage.withdrawals import withdraw
from lake.errors import LakeError
from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.snapshots import rollback
from lake.iceberg.tags import tag_build
from lake.plugin.staged import check_new_runs
from tests.unit.lake.conftest import write_run
from tests.unit.lake.plugin.conftest import Tiny
from tests.unit.stage.staged import RUN, commit_run

LATER = Run(datetime(2025, 11, 19, 6, tzinfo=UTC))


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    for run in (RUN, LATER):
        commit_run(open_storage(str(tmp_path / "staging")), run)
    return tmp_path / "staging"


def results(staging: Path, run: Run) -> Path:
    return next(staging.glob(f"results/*/{run.run_id}_gb_*.csv"))


SPOILED: dict[str, Callable[[Path], object]] = {
    "a weight was changed by hand": lambda path: path.write_text(path.read_text().replace('"126"', '"127"', 1)),
    "the last line is cut": lambda path: path.write_text(path.read_text().rstrip("\n").rpartition("\n")[0] + "\n"),
    "it is missing": Path.unlink,
    "two columns changed places": lambda path: path.write_text(
        path.read_text().replace('"race_id","course_id"', '"course_id","race_id"')
    ),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_file_of_a_new_run_is_named(how: str, staging: Path) -> None:
    path = results(staging, LATER)
    SPOILED[how](path)
    with pytest.raises(LakeError) as refused:
        check_new_runs(str(staging), [])
    assert path.relative_to(staging).as_posix() in str(refused.value)
    assert f"withdraw run {LATER.run_id}" in str(refused.value)
    assert str(refused.value).endswith("No table was changed.")


def test_runs_that_a_table_knows_and_withdrawn_ones_are_not_read_again(staging: Path, filled: Path) -> None:
    assert check_new_runs(str(staging), []) == [RUN.run_id, LATER.run_id]
    write_run(filled, RUN.run_id, 5)
    catalog = open_catalog(filled)
    assert check_new_runs(str(staging), tables(catalog)) == [RUN.run_id, LATER.run_id], "no build has ended well yet"
    tag_build(catalog.load_table("racing.t"), RUN.run_id)
    write_run(filled, LATER.run_id, 6)
    known = list(tables(catalog))
    assert check_new_runs(str(staging), known) == [LATER.run_id]
    rollback(catalog, catalog.load_table("racing.t"), known[0].snapshots()[0].snapshot_id)
    assert check_new_runs(str(staging), tables(catalog)) == [RUN.run_id, LATER.run_id], "it will be read again"
    results(staging, LATER).unlink()
    withdraw(open_storage(str(staging)), [LATER.run_id], "a file is lost", datetime.now(UTC))
    assert check_new_runs(str(staging), known) == []


def test_without_staging_there_is_nothing_to_check(tmp_path: Path) -> None:
    assert check_new_runs(str(tmp_path / "none"), []) == []


def test_a_build_stops_before_any_table_changes(tiny: Tiny, staging: Path) -> None:
    assert tiny.folder == staging.parent
    assert tiny.dbt("build").success
    snapshots = len(tiny.table.snapshots())
    results(staging, LATER).write_text("cut")
    done = tiny.dbt("build", "--vars", "n: 1")
    assert results(staging, LATER).name in tiny.error(done)
    assert "No table was changed." in tiny.error(done)
    assert len(tiny.table.snapshots()) == snapshots
    assert tiny.dbt("test").success


def test_a_run_is_checked_though_a_file_of_its_name_lies_in_the_folder_of_another_day(staging: Path) -> None:
    there = layout.slices_path(LATER)
    stray = there.replace(LATER.scraped_on, "2025-11-20")
    (staging / stray).parent.mkdir()
    (staging / stray).write_bytes((staging / there).read_bytes())
    for paths in ([there, stray], [stray, there], []):
        assert LATER.run_id in check_new_runs(str(staging), [], paths)
    assert check_new_runs(str(staging), [], [stray]) == [], "it is none of ours; `lake doctor` says so"
