"""The hint beside a table's metadata names the file that the catalog has, whatever was done to the table."""

from __future__ import annotations

import os
import shutil
import time
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from lake.cli.app import lake
from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.hint import write_hint
from lake.iceberg.maintain import maintain
from lake.iceberg.snapshots import rollback
from lake.iceberg.tags import tag_build
from lake.iceberg.together import set_current
from tests.unit.lake.conftest import write_run

RUN = "20250501T060000000000Z"


def hint(folder: Path) -> Path:
    return folder / "racing" / "t" / "metadata" / "version-hint.text"


def is_true(folder: Path) -> bool:
    """Whether the hint, put where `iceberg_scan` puts it, is the catalog's file."""
    (table,) = tables(open_catalog(folder))
    named = hint(folder).with_name(f"{hint(folder).read_bytes().decode()}.metadata.json")
    return f"file://{named}" == table.metadata_location


def test_it_is_true_after_merges_tags_and_both_ways_back(filled: Path) -> None:
    assert is_true(filled)
    catalog = open_catalog(filled)
    table = catalog.load_table("racing.t")
    first = table.snapshots()[0].snapshot_id
    tag_build(table, RUN)
    assert is_true(filled)
    rollback(catalog, catalog.load_table("racing.t"), first)
    assert is_true(filled)
    table = catalog.load_table("racing.t")
    set_current(catalog, [(table, table.snapshots()[1].snapshot_id)])
    assert is_true(filled)
    write_run(filled, "d", 9)
    assert is_true(filled)


def test_upkeep_keeps_it_and_makes_it_true(filled: Path) -> None:
    old = time.time() - 99 * 86400
    os.utime(hint(filled), (old, old))
    catalog = open_catalog(filled)
    upkeep = maintain(
        catalog, catalog.load_table("racing.t"), keep_days=0, keep_last=1, minimum_age=timedelta(), dry_run=False
    )
    assert upkeep.expired
    assert is_true(filled)
    assert hint(filled) not in upkeep.orphans


def test_a_move_and_a_lost_catalog_leave_it_true(filled: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.move(filled, moved)
    run = CliRunner()
    assert run.invoke(lake, ["--warehouse", str(moved), "relocate"]).exit_code == 0
    assert is_true(moved)
    (moved / "catalog.db").unlink()
    hint(moved).unlink()
    done = run.invoke(lake, ["--warehouse", str(moved), "--staging", str(tmp_path), "doctor", "--mend"])
    assert "is registered again" in done.output
    assert is_true(moved)


def test_a_dropped_table_has_none(filled: Path) -> None:
    assert CliRunner().invoke(lake, ["--warehouse", str(filled), "drop", "t", "--yes"]).exit_code == 0
    assert not hint(filled).exists()


def test_one_that_cannot_be_written_is_gone_and_fails_nothing(
    filled: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError("No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_text", full)
        write_run(filled, "d", 9)
    assert not hint(filled).exists()
    assert "No space left" in caplog.text
    write_hint(open_catalog(filled).load_table("racing.t").metadata_location)
    assert is_true(filled)
