"""The lock of a folder: the operating system holds it, a small file says who."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from extract.errors import StagingError, StagingLocked
from extract.stage.lock import HOLDER, staging_lock
from extract.stage.storage import open_storage

HOLD = (
    "import sys, time; from extract.stage.lock import staging_lock; from extract.stage.storage import open_storage\n"
    "with staging_lock(open_storage(sys.argv[1])): print('held', flush=True); time.sleep(60)"
)


def refusal(folder: Path) -> str:
    with pytest.raises(StagingLocked) as caught, staging_lock(open_storage(str(folder))):
        pass
    return str(caught.value)


def test_whoever_comes_second_is_told_who_since_when_and_what_to_do(tmp_path: Path) -> None:
    with staging_lock(open_storage(str(tmp_path))):
        said = refusal(tmp_path)
    assert said.startswith(f"Another run (process {os.getpid()} on {socket.gethostname()}, since 20")
    assert said.endswith(f"UTC) is writing {tmp_path}. Wait for it to end, then run again.")
    assert not (tmp_path / HOLDER).exists()


def test_what_a_killed_run_left_misleads_nobody(tmp_path: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert killed.stdout is not None
    assert killed.stdout.readline() == b"held\n"
    assert f"process {killed.pid} on" in refusal(tmp_path)
    killed.kill()
    killed.wait()
    killed.stdout.close()
    stale = (tmp_path / HOLDER).read_text()
    with staging_lock(open_storage(str(tmp_path))):
        assert f"process {os.getpid()} on" in refusal(tmp_path)
        (tmp_path / HOLDER).write_text(stale)  # the new holder had no time yet to write its own
        assert refusal(tmp_path).startswith("Another run is writing")


@pytest.mark.parametrize("body", [b"", b"\xff", b"{}", b"[]", b'{"host": 1}', b"[" * 9999, b'{"host": "x", "pid": -1}'])
def test_a_damaged_note_is_passed_over(tmp_path: Path, body: bytes) -> None:
    with staging_lock(open_storage(str(tmp_path))):
        (tmp_path / HOLDER).write_bytes(body)
        assert refusal(tmp_path).startswith("Another run is writing")


def test_a_note_of_another_host_is_told_as_it_is(tmp_path: Path) -> None:
    with staging_lock(open_storage(str(tmp_path))):
        (tmp_path / HOLDER).write_text(json.dumps({"host": "elsewhere", "pid": 5, "since": "2025-11-18 06:00:00 UTC"}))
        assert "(process 5 on elsewhere, since 2025-11-18 06:00:00 UTC)" in refusal(tmp_path)


def test_a_full_disk_costs_the_note_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / HOLDER).write_text("what an earlier run left")
    monkeypatch.setattr(Path, "write_text", full)
    with staging_lock(open_storage(str(tmp_path))):
        assert not (tmp_path / HOLDER).exists()
        assert refusal(tmp_path).startswith("Another run is writing")


def test_of_eight_threads_one_gets_it(tmp_path: Path) -> None:
    start, end = Barrier(8), Barrier(8)

    def take(_: int) -> bool:
        start.wait()
        try:
            with staging_lock(open_storage(str(tmp_path))):
                end.wait()
        except StagingLocked:
            end.wait()
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 1


def test_a_place_that_cannot_be_locked_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in ("file", "file/below"):
        storage = open_storage(str(tmp_path / place))
        with pytest.raises(StagingError, match=r"Cannot lock .*choose another folder"), staging_lock(storage):
            pass
