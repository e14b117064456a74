"""The DuckDB file of a warehouse: in use, broken, or fit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from lake.duck.file import make_ready
from lake.errors import LakeError, WarehouseLocked


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lake.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create view v as select 1 as one")
        connection.execute("create table t as select range as i from range(200000)")
    return path


def newer(whole: bytes) -> bytes:
    """As a DuckDB to come would write it: the version is in the first block, here without a fitting checksum."""
    return whole[:12] + (9999).to_bytes(8, "little") + whole[20:]


BROKEN = {
    "garbage": lambda whole: b"no database " * 5000,
    "nothing": lambda whole: b"",
    "truncated early": lambda whole: whole[:8192],
    "truncated late": lambda whole: whole[:-1000],
    "another version": newer,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_named_and_moved_aside(kind: str, file: Path) -> None:
    broken = BROKEN[kind](file.read_bytes())
    file.write_bytes(broken)
    said = make_ready(file)
    assert said is not None
    assert "could not be read" in said
    assert not file.exists()
    (aside,) = file.parent.glob("lake.duckdb.broken-*")
    assert aside.name in said
    assert aside.read_bytes() == broken
    assert make_ready(file) is None


def test_a_fit_file_is_left_alone(file: Path) -> None:
    before = file.read_bytes()
    assert make_ready(file) is None
    assert file.read_bytes() == before


def test_a_file_open_in_another_program_is_not_broken(file: Path) -> None:
    code = "import sys, duckdb; c = duckdb.connect(sys.argv[1], read_only=True); print(1, flush=True); input()"
    analyst = subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert analyst.stdout is not None
    analyst.stdout.readline()
    with pytest.raises(
        WarehouseLocked, match=rf"PID {analyst.pid}\) has .*lake.duckdb open.* Close it, then try again"
    ):
        make_ready(file)
    analyst.communicate("\n")
    assert make_ready(file) is None


def test_a_file_open_in_this_process_is_not_broken(file: Path) -> None:
    with (
        duckdb.connect(str(file), read_only=True),
        pytest.raises(WarehouseLocked, match=r"This process has .* Close that connection"),
    ):
        make_ready(file)


def test_a_folder_in_its_place_is_not_moved(tmp_path: Path) -> None:
    (tmp_path / "lake.duckdb").mkdir()
    with pytest.raises(LakeError, match="Check permissions"):
        make_ready(tmp_path / "lake.duckdb")
    assert (tmp_path / "lake.duckdb").is_dir()
