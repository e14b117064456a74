"""The staged files as DuckDB's views: whatever the folder is called, and whatever else lies in it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from extract.stage import layout
from extract.stage.storage import open_storage
from extract.stage.withdrawals import withdraw
from lake.duck.staging_views import create_staging_views
from lake.errors import LakeError
from tests.unit.stage.staged import DAY, RUN, commit_run

RUNNERS = 9


def rows(folder: Path, table: str = "results") -> int:
    connection = duckdb.connect()
    create_staging_views(connection, str(folder))
    found = connection.execute(f"select count(*) from staging.{table} where run_id = ?", [RUN.run_id]).fetchone()
    assert found is not None
    return int(found[0])


@pytest.mark.parametrize(
    "name", ["with space", "100%", "#1", "what?", "a[x]b", "[", "]", "*", "{a,b}", "Büro", "it's", 'say "x"', "x=1"]
)
def test_any_folder_name_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "ax").mkdir()  # what a[x]b would match
    commit_run(open_storage(str(tmp_path / name)))
    assert rows(tmp_path / name) == RUNNERS
    assert rows(tmp_path / name, "slices") == 3


@pytest.mark.parametrize("name", ["a\\b", "country=gb", "Race_ID=1"])
def test_a_folder_whose_name_duckdb_takes_for_something_else_is_refused(tmp_path: Path, name: str) -> None:
    commit_run(open_storage(str(tmp_path / name)))
    with pytest.raises(LakeError, match="Rename it"):
        rows(tmp_path / name)


@pytest.mark.parametrize("name", ["s3:/x", "s3://bucket/x", "", " "])
def test_what_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(LakeError, match="The embedded engine cannot read"):
        create_staging_views(duckdb.connect(), name)


def test_a_link_to_the_folder_and_to_a_part_of_it_is_followed(tmp_path: Path) -> None:
    commit_run(open_storage(str(tmp_path / "real")))
    (tmp_path / "link").symlink_to(tmp_path / "real")
    part = tmp_path / "real" / "results"
    part.rename(tmp_path / "other disk")
    part.symlink_to(tmp_path / "other disk")
    assert rows(tmp_path / "link") == RUNNERS
    assert layout.results_path(RUN, "gb", DAY) in open_storage(str(tmp_path / "link")).list("results")


def test_a_file_saved_with_crlf_is_read_whole_or_refused_and_never_taken_for_empty(tmp_path: Path) -> None:
    commit_run(open_storage(str(tmp_path)))
    file = tmp_path / layout.results_path(RUN, "gb", DAY)
    data = file.read_bytes()
    file.write_bytes(data.replace(b"\n", b"\r\n"))
    assert rows(tmp_path) == RUNNERS
    file.write_bytes(data[:-1] + b"\r\n")
    with pytest.raises(duckdb.Error, match=file.name):
        rows(tmp_path)


def test_what_a_desktop_leaves_beside_the_files_is_not_read(tmp_path: Path) -> None:
    commit_run(open_storage(str(tmp_path)))
    file = tmp_path / layout.results_path(RUN, "gb", DAY)
    for name in (f"._{file.name}", ".DS_Store", f"Copy of {file.name}", f"{file.name}~", f"{file.name}.bak", ".tmp-x"):
        (file.parent / name).write_bytes(file.read_bytes())
    assert rows(tmp_path) == RUNNERS


def test_the_ledger_of_withdrawn_runs_is_a_view_with_and_without_files(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    commit_run(storage)
    assert rows(tmp_path, "withdrawals") == 0
    withdraw(storage, [RUN.run_id], "why", RUN.scraped_at)
    assert rows(tmp_path, "withdrawals") == 1
