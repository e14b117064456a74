"""`lake status` and `lake history`: counts that are right, and there at any width."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from pyiceberg.io import FileIO
from pyiceberg.manifest import ManifestEntry, ManifestFile

from lake.cli.app import lake
from lake.iceberg import snapshots
from lake.iceberg.catalog import open_catalog


def said(folder: Path, *command: str) -> list[str]:
    done = CliRunner().invoke(lake, ["--warehouse", str(folder), *command], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output.splitlines()


def test_status_has_the_rows_of_every_table(filled: Path) -> None:
    names, counts = said(filled, "status")
    assert names.split("  ")[0] == "table"
    assert counts.split()[:5] == ["racing.t", "6", "2", "0", "3"]
    assert counts.endswith("c")


def test_history_has_the_counts_of_every_snapshot(filled: Path) -> None:
    names, *lines = said(filled, "history", "t")
    assert names.split()[-5:] == ["inserted", "updated", "deleted", "runs", "state"]
    assert [line.split()[3:] for line in lines] == [
        ["6", "0", "0", "a"], ["0", "6", "0", "b"], ["0", "6", "0", "c", "current"]
    ]  # fmt: skip


def test_a_narrow_terminal_gets_every_field_of_status_and_history(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lake.cli.text_output.on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    shown = dict(line.split(maxsplit=1) for line in said(filled, "status")[1:] if len(line.split()) > 1)
    assert (shown["table"], shown["rows"], shown["runs"]) == ("racing.t", "6", "c")
    lines = [line.split() for line in said(filled, "history", "t")]
    assert [line[1] for line in lines if line[0] == "inserted"] == ["6", "0", "0"]
    assert ["runs", "c"] in lines
    assert ["state", "current"] in lines


def test_size_reads_each_manifest_once(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    fetch = ManifestFile.fetch_manifest_entry

    def watched(self: ManifestFile, io: FileIO, discard_deleted: bool = True) -> list[ManifestEntry]:
        read.append(self.manifest_path)
        return fetch(self, io, discard_deleted)

    monkeypatch.setattr(ManifestFile, "fetch_manifest_entry", watched)
    table = open_catalog(filled).load_table("racing.t")
    assert snapshots.size(table) == snapshots.Size(6, 2, 0)
    assert len(read) == len(set(read)) > 0
