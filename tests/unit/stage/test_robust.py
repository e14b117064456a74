"""Stray and damaged content, unreadable places, odd names: one clear error or none, never a traceback."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from extract.contract import RACES, RESULTS, names
from extract.errors import ExtractError, StagingError, UsageError
from extract.stage import layout, manifest
from extract.stage.dialect import LONGEST, check_row, decode, encode
from extract.stage.storage import open_storage
from extract.stage.strays import strays
from extract.stage.verify import verify_run
from tests.unit.stage.readers import READERS, UNFINISHED, stage_everything
from tests.unit.stage.staged import DAY, RUN, blank, commit_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stage_everything(tmp_path / "staging")


def read_all(folder: Path) -> dict[str, object]:
    storage = open_storage(str(folder))
    return {name: reader(storage) for name, reader in READERS.items()}


STRAYS = {
    ".DS_Store": False,
    "notes.txt": False,
    "results/readme.md": False,
    "results/scraped_on=2025-11-18/.DS_Store": False,
    "results/scraped_on=2025-11-18/.tmp-abc123": False,
    f"slices/scraped_on=2025-11-18/._{RUN.run_id}.csv": False,
    f"slices/scraped_on=2025-11-19/{RUN.run_id}.csv": True,
    f"slices/scraped_on=2025-11-20/{RUN.run_id}.csv~": True,
    "slices/scraped_on=2025-11-18/notarun.csv": True,
    "slices/scraped_on=2025-11-18/20251318T060000000000Z.csv": True,
    "races/scraped_on=2025-11-19/20251119T060000000000Z.csv.bak": True,
    f"results/scraped_on=2025-11-19/{RUN.run_id}_gb_2025-11-11.csv": True,
    "results/scraped_on=2025-11-18/Copy of something.csv": True,
    "runs/20251119T06Z.json": False,
    "runs/20251119T060000000000Z.json.swp": False,
    "runs/yesterday.json": False,
    "pages/country=gb/date=2025-11-11/7.json.gz": False,
    "pages/unknown/run=x/y.gz": False,
    "withdrawals/scraped_on=2025-11-18/x.csv": True,
}


def test_strays_change_nothing_and_are_listed(folder: Path) -> None:
    before = read_all(folder)
    assert strays(open_storage(str(folder))) == []
    for path in STRAYS:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"\xff\x00")
    assert read_all(folder) == before
    assert {item.path: item.is_read for item in strays(open_storage(str(folder)))} == STRAYS


def test_a_folder_named_like_a_file_is_passed_over(folder: Path) -> None:
    before = read_all(folder)
    for path in (
        layout.slices_path(layout.Run.of(UNFINISHED)),
        f"runs/{UNFINISHED.replace('19T', '20T')}.json",
        layout.page_path("gb", DAY, 8, RUN.run_id),
    ):
        (folder / path).mkdir(parents=True)
        (folder / path / "a file").write_bytes(b"")
    assert read_all(folder) == before


def test_a_name_that_is_no_text_is_passed_over_and_can_be_printed(folder: Path) -> None:
    before = read_all(folder)
    with open(os.fsencode(folder / "slices") + b"/\xff\xfe.csv", "wb"):  # noqa: PTH123 - a path of bytes
        pass
    assert read_all(folder) == before
    assert [item.path.encode() for item in strays(open_storage(str(folder)))] == [rb"slices/\xff\xfe.csv"]


def test_a_link_to_nothing_is_a_file_that_cannot_be_read_not_a_run_that_never_was(folder: Path) -> None:
    path = folder / layout.slices_path(RUN)
    path.unlink()
    path.symlink_to(folder / "a disk that is not there")
    assert read_all_but(folder, "read_slices")["committed_runs"] == [RUN.run_id]
    with pytest.raises(StagingError, match=r"Cannot read .*the disk there\?"):
        manifest.read_slices(open_storage(str(folder)), RUN.run_id)


def read_all_but(folder: Path, left_out: str) -> dict[str, object]:
    storage = open_storage(str(folder))
    return {name: reader(storage) for name, reader in READERS.items() if name != left_out}


def test_links_that_go_round_end(folder: Path) -> None:
    before = read_all(folder)
    (folder / "slices" / "up").symlink_to(folder)
    (folder / "pages" / "self").symlink_to("self")
    assert read_all(folder) == before


def forbid(monkeypatch: pytest.MonkeyPatch, name: str, where: object, code: int = errno.EACCES) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(where, name, refuse)


@pytest.mark.parametrize("reader", [name for name in READERS if name != "verify_run"])
def test_what_cannot_be_read_is_never_taken_for_empty(
    folder: Path, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid(monkeypatch, "scandir", os)
    forbid(monkeypatch, "open", Path)
    with pytest.raises(StagingError, match=r"Cannot (list|read) .*Permission denied\. \w+"):
        READERS[reader](open_storage(str(folder)))


def test_an_unreadable_file_is_an_error_and_not_a_finding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid(monkeypatch, "open", Path, errno.EIO)
    with pytest.raises(StagingError, match=r"Cannot read .*Input/output error"):
        verify_run(open_storage(str(folder)), RUN.run_id)


@pytest.mark.parametrize(
    ("where", "name", "code", "says"),
    [
        (os, "fsync", errno.ENOSPC, "No space left on device"),
        (os, "fdopen", errno.EIO, "Input/output error"),
        (os, "link", errno.EROFS, "Read-only file system"),
        (Path, "mkdir", errno.EACCES, "Permission denied"),
        (Path, "chmod", errno.EPERM, "Operation not permitted"),
    ],
)
def test_what_cannot_be_written_is_told_and_leaves_nothing(
    tmp_path: Path, where: object, name: str, code: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = open_storage(str(tmp_path))
    with monkeypatch.context() as broken:
        forbid(broken, name, where, code)
        with pytest.raises(StagingError, match=rf"{says}\. Free space"):
            storage.write_new("a/one.csv", b"data")
    assert storage.list("", hidden=True) == []


def test_a_staging_path_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    storage = open_storage(str(tmp_path / "file"))
    for reader in ("committed_runs", "unfinished_runs", "withdrawn_runs", "stored slices"):
        with pytest.raises(StagingError, match=r"Not a directory.*Check --staging"):
            READERS[reader](storage)
    with pytest.raises(StagingError, match=r"Not a directory.*another --staging"):
        storage.write_new("a/one.csv", b"")
    (tmp_path / "a").write_text("")
    with pytest.raises(StagingError, match=r"File exists.*another --staging"):
        open_storage(str(tmp_path)).write_new("a/one.csv", b"")


@pytest.mark.parametrize(
    "name", ["with space", "100%", "#1", "what?", "a[x]b", "*", "Büro", "it's", "-", "~", "C:", "a:b"]
)
def test_any_folder_name_is_kept(tmp_path: Path, name: str) -> None:
    storage = open_storage(str(tmp_path / name))
    commit_run(storage)
    assert manifest.committed_runs(storage) == [RUN.run_id]
    assert verify_run(storage, RUN.run_id).findings == []
    assert strays(storage) == []


@pytest.mark.parametrize(
    "url",
    ["", " ", "s3:/x", "S3://bucket/x", "s3:///x", "s3://", "file:///x", "file:/x", "gs://b", "a\0b", "~nobody-here/x"],
)
def test_other_addresses_are_refused_by_name(url: str) -> None:
    with pytest.raises(UsageError, match=r"--staging .*(Choose|Write|Give)"):
        open_storage(url)


@pytest.mark.parametrize(
    "variable",
    [("AWS_PROFILE", "no-such-profile"), ("AWS_ENDPOINT_URL", "not an address"), ("AWS_REGION", "no region!")],
)
def test_a_wrong_set_up_of_aws_is_told(variable: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv(*variable)
    with pytest.raises(ExtractError, match=r"AWS is not set up|Cannot reach"):
        open_storage("s3://bucket/x").list("slices")


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("race_id", "9" * 5000),
        ("race_id", "9223372036854775808"),
        ("index_runners", "2147483648"),
        ("index_runners", "1.0"),
        ("index_runners", " 1"),
        ("index_runners", "1_0"),
        ("index_runners", "١"),
        ("race_date", "2025-02-30"),
        ("race_date", "20250228"),
        ("scraped_at", "2025-11-18 25:00:00"),
    ],
)
def test_a_value_that_is_none_of_its_type_is_told(column: str, text: str) -> None:
    data = encode(RACES, [blank(RACES, **{column: "here"})]).replace(b'"here"', f'"{text}"'.encode())
    with pytest.raises(StagingError, match=rf"races\.csv is wrong in line 2: {column} is .* which is no \w+\. Put"):
        decode(RACES, data, "races.csv")


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e999", "0x10", "1,5"])
def test_a_fraction_must_be_finite(text: str) -> None:
    data = encode(RESULTS, [blank(RESULTS, prize="here")]).replace(b'"here"', f'"{text}"'.encode())
    with pytest.raises(StagingError, match="prize is"):
        decode(RESULTS, data)


def test_a_row_that_cannot_be_staged_is_told_before_anything_is_written() -> None:
    check_row(RACES, blank(RACES, reason="good"))
    for bad, says in (("\x01", r"U\+0001"), ("\ud800", "half a character"), ("x" * (LONGEST + 1), "at most")):
        with pytest.raises(StagingError, match=says):
            check_row(RACES, blank(RACES, reason=bad))
    wide = blank(RESULTS) | dict.fromkeys(names(RESULTS)[:20], "x" * LONGEST)
    with pytest.raises(StagingError, match="A row has"):
        check_row(RESULTS, wide)
    longest = blank(RACES, reason="ü" * LONGEST)
    assert decode(RACES, encode(RACES, [longest]))[0]["reason"] == longest["reason"]
