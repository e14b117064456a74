"""What each morning cost is kept beside the tables and shown on the page, whatever else is in that file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lake.report.past_mornings import FILE, keep, kept, mornings
from tests.unit.lake.report.pretended import PARTIAL, Pretended, morning, place

__all__ = ["place"]
AT = datetime(2025, 11, 18, 6, 30, tzinfo=UTC)


def test_each_morning_is_kept_and_the_page_has_them_newest_first(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    morning(Pretended(place), monkeypatch)
    done = morning(Pretended(place, code=3, document=PARTIAL), monkeypatch, "--output", "json")
    cost = json.loads(done.stdout)["cost"]
    section = mornings(kept(place / "warehouse"))
    (table,) = section.tables
    newest, oldest = (dict(zip(table.heads, row, strict=True)) for row in table.rows)
    assert (newest["State"], newest["Exit code"], oldest["State"], oldest["Exit code"]) == ("partial", 3, "fine", 0)
    assert [newest[head] for head in ("Run", "Requests", "MB fetched", "Pages unchanged")] == ["r2", 12, 3.4, 1234]
    assert (newest["Scrape, s"], newest["Build, s"]) == (cost["extract_seconds"], cost["build_seconds"]) == (1.0, 2.0)


def test_a_dry_run_is_no_morning(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    morning(Pretended(place), monkeypatch, "--dry-run")
    assert not (place / "warehouse" / FILE).exists()


def test_lines_that_cannot_be_read_are_counted_and_the_others_shown(tmp_path: Path) -> None:
    said = {"run_id": None, "state": "refused", "exit_code": 4, "cost": {}}
    assert keep(tmp_path, AT, said) == ""
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'[]\n{"ended_at": "never"}\n\xff\n\n{"ended_at": "2025-11-1')
    assert keep(tmp_path, AT, said | {"state": "fine"}) == ""
    found = kept(tmp_path)
    assert [(one["state"], one["cost"]["requests"]) for one in found.mornings] == [("fine", None), ("refused", None)]
    assert found.unread == 4
    assert mornings(found).notes[-1] == f"4 lines of {FILE} could not be read."


def test_a_folder_that_cannot_be_written_is_told_and_changes_no_exit_code(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "warehouse" / FILE).mkdir()
    done = morning(Pretended(place), monkeypatch)
    assert done.exit_code == 0
    assert "What this morning cost could not be kept" in done.stderr
