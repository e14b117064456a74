"""Both kinds of storage keep the same promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.errors import StagingError, StagingLocked, UsageError
from extract.stage.lock import staging_lock
from extract.stage.storage import Storage, open_storage


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return open_storage(str(tmp_path / "staging"))
    return open_storage(f"s3://{request.getfixturevalue('bucket')}/some/prefix")


def test_what_is_written_can_be_read_and_listed(storage: Storage) -> None:
    storage.write_new("a/x=1/one.csv", b"1")
    storage.write_new("a/x=2/two.csv", b"2")
    storage.write_new("ab/three.csv", b"3")
    assert storage.read("a/x=2/two.csv") == b"2"
    assert storage.list("a") == ["a/x=1/one.csv", "a/x=2/two.csv"]
    assert storage.list("nowhere") == []
    assert storage.exists("a/x=1/one.csv")
    assert not storage.exists("a/x=1/one")


def test_nothing_is_ever_overwritten(storage: Storage) -> None:
    storage.write_new("one.csv", b"first")
    with pytest.raises(StagingError, match="never overwritten"):
        storage.write_new("one.csv", b"second")
    assert storage.read("one.csv") == b"first"


def test_only_a_replacement_that_is_asked_for_replaces(storage: Storage) -> None:
    storage.write_new("one.csv", b"first")
    with staging_lock(storage):
        storage.replace("one.csv", b"second")
    assert storage.read("one.csv") == b"second"
    assert [path for path in storage.list("") if not path.startswith("_lock")] == ["one.csv"]


def test_a_missing_file_is_a_clear_error(storage: Storage) -> None:
    with pytest.raises(StagingError):
        storage.read("none.csv")


def test_the_lock_is_held_once_and_let_go(storage: Storage) -> None:
    with staging_lock(storage):
        with pytest.raises(StagingLocked, match="Another run"), staging_lock(open_storage(storage.url)):
            pass
        with pytest.raises(StagingLocked), staging_lock(open_storage(storage.url)):
            pass
    with staging_lock(storage):
        pass


def test_a_folder_shows_no_half_written_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = open_storage(str(tmp_path))

    def broken_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", broken_disk)
    with pytest.raises(StagingError, match="No space left"):
        storage.write_new("a/one.csv", b"data")
    assert list(tmp_path.rglob("*")) == [tmp_path / "a"]


def test_other_addresses_are_refused() -> None:
    with pytest.raises(UsageError, match="neither"):
        open_storage("gs://bucket")
    with pytest.raises(UsageError, match="bucket"):
        open_storage("s3://")
