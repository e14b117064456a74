"""Dialect, run writer, manifests and page store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.contract import RACES, RESULTS, SLICES, Column, Record, names
from extract.errors import StagingError, UsageError
from extract.stage import layout, manifest
from extract.stage.dialect import decode, encode
from extract.stage.layout import Run
from extract.stage.pages import PageStore, StoredPage, run_id_of
from extract.stage.run_writer import RunWriter
from extract.stage.storage import open_storage

TEXT = (Column("a", "varchar", "A."), Column("b", "varchar", "B."))
RUN = Run(datetime(2025, 11, 18, 6, tzinfo=UTC))
DAY = date(2025, 11, 11)
FETCHED = datetime(2025, 11, 18, 6, 0, 7, tzinfo=UTC)
HOSTILE = ['say "hi"', "a,b", "back\\slash", "tab\there", "ünïcode – ¾", "'", '"', '""', "\\", "NULL", " spaced "]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_survive_and_duckdb_agrees(value: str, tmp_path: Path) -> None:
    data = encode(TEXT, [{"a": value, "b": None}])
    assert decode(TEXT, data) == [{"a": value, "b": None}]
    file = tmp_path / "x.csv"
    file.write_bytes(data)
    read = duckdb.execute(
        "select a, b from read_csv(?, columns={'a': 'varchar', 'b': 'varchar'}, header=true, auto_detect=false, "
        "delim=',', quote='\"', escape='\"', new_line='\\n', allow_quoted_nulls=false)",
        [str(file)],
    ).fetchall()
    assert read == [(value, "")]


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\x00\x01", exclude_categories=["Cs"])), max_size=5))
def test_any_text_stays_on_one_line(values: list[str]) -> None:
    data = encode(TEXT, [{"a": value, "b": "x"} for value in values])
    assert len(data.decode().split("\n")) == len(values) + 2
    assert len(decode(TEXT, data)) == len(values)


def test_line_breaks_become_spaces_and_the_escape_character_is_refused() -> None:
    assert decode(TEXT, encode(TEXT, [{"a": "one\r\ntwo\nthree", "b": "x"}]))[0]["a"] == "one two three"
    with pytest.raises(StagingError, match=r"U\+0001"):
        encode(TEXT, [{"a": "\x01", "b": None}])


def test_a_row_must_fit_the_contract() -> None:
    with pytest.raises(StagingError, match="b"):
        encode(TEXT, [{"a": "x"}])


def test_an_older_file_lacks_the_newer_columns() -> None:
    assert decode(TEXT, encode(TEXT[:1], [{"a": "x"}])) == [{"a": "x", "b": None}]
    with pytest.raises(StagingError, match="has the column 'a' where b belongs"):
        decode(TEXT[1:], encode(TEXT, []))


def blank(columns: tuple[Column, ...], **values: str | int) -> Record:
    return dict.fromkeys(names(columns)) | {"run_id": RUN.run_id, "scraped_at": RUN.scraped_at_text} | values


def test_a_run_exists_only_once_it_is_committed(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    storage.write_new(layout.request_path(RUN.run_id), b"{}")
    writer = RunWriter(storage, RUN)
    assert manifest.committed_runs(storage) == []
    assert manifest.unfinished_runs(storage) == [RUN.run_id]
    assert writer.results_staged("gb", DAY) is None
    staged = writer.write_results("gb", DAY, [])
    assert writer.results_staged("gb", DAY) == staged
    slices = [blank(SLICES, country="gb", race_date="2025-11-11", results_file=staged.path, rows_staged=0)]
    writer.commit([blank(RACES, race_id=5)], slices)
    assert manifest.committed_runs(storage) == [RUN.run_id]
    assert manifest.unfinished_runs(storage) == []
    (read,) = manifest.read_slices(storage, RUN.run_id)
    given = set(names(SLICES)) - {"races_sha256", "races_rows", "slices_sha256"}
    assert {name: read[name] for name in given} == {name: slices[0][name] for name in given}
    assert read["races_rows"] == 1
    assert manifest.read_races(storage, RUN.run_id)[0]["race_id"] == 5


def test_a_commit_cut_short_between_its_files_can_be_done_again(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    storage.write_new(layout.races_path(RUN), encode(RACES, []))
    RunWriter(storage, RUN).commit([], [])
    assert manifest.committed_runs(storage) == [RUN.run_id]


def test_the_page_store_finds_the_newest_page(tmp_path: Path) -> None:
    store = PageStore(open_storage(str(tmp_path)))
    older, newer = "20251118T060000000000Z", "20251119T060000000000Z"
    for run_id in (newer, older):
        store.save(layout.page_path("gb", DAY, 7, run_id), f"{run_id}".encode(), FETCHED)
    path = store.latest("gb", DAY)["7"]
    assert run_id_of(path) == newer
    assert store.read(path) == StoredPage(newer.encode(), FETCHED, path, newer)
    assert store.load("pages/country=gb/date=2025-11-11/8_x.json.gz") is None


def test_run_ids_sort_by_time_and_are_checked() -> None:
    assert Run.of(RUN.run_id) == RUN
    assert RUN.scraped_on == "2025-11-18"
    with pytest.raises(UsageError, match="not a run id"):
        manifest.run_of("yesterday")


def test_a_resumed_run_whose_pages_say_something_else_now_commits_nothing(tmp_path: Path) -> None:
    """A results file that no slice names, or with other rows, would be read with the run all the same."""
    storage = open_storage(str(tmp_path))
    staged = RunWriter(storage, RUN).write_results("gb", DAY, [blank(RESULTS)])
    row = blank(SLICES, country="gb", race_date="2025-11-11")
    other = {"results_file": staged.path, "results_sha256": staged.sha256, "rows_staged": 2}
    for said in ({}, other):
        writer = RunWriter(storage, RUN)
        assert writer.results_staged("gb", DAY) == staged
        with pytest.raises(StagingError, match=rf"{staged.path}, staged before .* Start a new run"):
            writer.commit([], [row | said])
    with pytest.raises(StagingError, match="Start a new run"):
        RunWriter(storage, RUN).commit([], [row])  # the index failed this time: the slice was never looked at
    assert manifest.committed_runs(storage) == []
    RunWriter(storage, RUN).commit([], [row | other | {"rows_staged": 1}])
    assert manifest.committed_runs(storage) == [RUN.run_id]


def test_a_races_file_left_by_an_interrupted_commit_must_say_the_same(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    storage.write_new(layout.races_path(RUN), encode(RACES, [blank(RACES, race_id=5, status="result")]))
    with pytest.raises(StagingError, match="Start a new run"):
        RunWriter(storage, RUN).commit([blank(RACES, race_id=5, status="void")], [])
    RunWriter(storage, RUN).commit([blank(RACES, race_id=5, status="result", reason="in other words")], [])
