"""One writer per warehouse, and a clear sentence for whoever comes second."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.errors import ExitCode
from lake.cli.app import lake
from lake.errors import LakeError, WarehouseLocked
from lake.iceberg.catalog import open_catalog
from lake.lock import HOLDER, holder, warehouse_lock

KEEPER = "import sys, pathlib, lake.lock as l\nwith l.warehouse_lock(pathlib.Path(sys.argv[1]), 'dbt build'):\n print(1, flush=True)\n input()"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    open_catalog(tmp_path)
    return tmp_path


def keeper(warehouse: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until it is told to stop."""
    process = subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "1\n"
    return process


def test_the_second_is_told_who_is_at_work_and_since_when(warehouse: Path) -> None:
    process = keeper(warehouse)
    with pytest.raises(WarehouseLocked) as refused, warehouse_lock(warehouse, "lake drop"):
        pass
    said = str(refused.value)
    assert f"dbt build (process {process.pid} on " in said
    assert "since 20" in said
    assert said.endswith("Wait for it to end, then run lake drop again.")
    process.communicate("\n")
    with warehouse_lock(warehouse, "lake drop"):
        found = holder(warehouse)
        assert found is not None
        assert found.command == "lake drop"
    assert not (warehouse / HOLDER).exists()


def test_a_killed_holder_leaves_nothing_that_misleads(warehouse: Path) -> None:
    process = keeper(warehouse)
    process.kill()
    process.wait()
    assert (warehouse / HOLDER).exists()
    assert holder(warehouse) is None
    with warehouse_lock(warehouse, "lake maintain"):
        found = holder(warehouse)
        assert found is not None
        assert found.command == "lake maintain"


@pytest.mark.parametrize("said", ["", "{", "[1]", '{"command": "x"}', "null"])
def test_an_unreadable_note_changes_only_the_message(warehouse: Path, said: str) -> None:
    with warehouse_lock(warehouse, "dbt build"):
        (warehouse / HOLDER).write_text(said)
        with pytest.raises(WarehouseLocked, match=r"^Another command is at work"), warehouse_lock(warehouse, "dbt run"):
            pass


def test_the_same_process_excludes_itself_too(warehouse: Path) -> None:
    with warehouse_lock(warehouse, "a"), pytest.raises(WarehouseLocked), warehouse_lock(warehouse, "b"):
        pass


def test_the_lock_is_free_after_an_error(warehouse: Path) -> None:
    with pytest.raises(ZeroDivisionError), warehouse_lock(warehouse, "a"):
        print(1 / 0)
    with warehouse_lock(warehouse, "b"):
        pass


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LakeError, match="Cannot lock the warehouse"), warehouse_lock(tmp_path / "file" / "folder", "a"):
        pass


@pytest.mark.parametrize(
    "command",
    [
        ["maintain", "--yes"],
        ["maintain"],
        ["drop", "results", "--yes"],
        ["rollback", "results", "--to", "1", "--yes"],
    ],
)
def test_commands_that_write_end_with_6_before_they_look(warehouse: Path, command: list[str]) -> None:
    with warehouse_lock(warehouse, "dbt build"):
        done = CliRunner().invoke(lake, ["--warehouse", str(warehouse), *command])
    assert isinstance(done.exception, WarehouseLocked)
    assert done.exception.exit_code == ExitCode.LOCKED == 6
    assert "dbt build" in str(done.exception)


def test_commands_that_read_go_on(warehouse: Path) -> None:
    with warehouse_lock(warehouse, "dbt build"):
        for command in (["status"], ["query", "select 1"]):
            assert CliRunner().invoke(lake, ["--warehouse", str(warehouse), *command]).exit_code == 0


def test_no_warehouse_is_made_by_looking_for_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(lake, ["--warehouse", str(tmp_path / "none"), "maintain", "--yes"])
    assert "There is no warehouse" in str(done.exception)
    assert not (tmp_path / "none").exists()
