"""`extract status` tells of codes the project does not know, in text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from extract.cli.app import extract
from extract.stage.storage import open_storage
from extract.stage.unknown_pages import UnknownPages
from extract.stage.withdrawals import withdraw
from tests.unit.parse.pages import index, listed_race, meeting
from tests.unit.run.doubles import DAY, MORNING, FakePages, Staged, listed
from tests.unit.run.test_odd_indexes import Stub, carry_out


def status(staging: Path, *options: str) -> str:
    result = CliRunner().invoke(extract, ["status", "--staging", str(staging), *options])
    assert result.exit_code == 0, result.output
    return result.output


def test_unknown_codes_are_told_by_kind(tmp_path: Path) -> None:
    day = index(meeting("GB", *(listed_race(number) for number in (1, 2, 3))))
    carry_out(tmp_path, Stub(day, unknown=(1, 2)), "gb")
    text = status(tmp_path)
    assert "Unknown outcome: 'XYZ' in 2 races\n" in text
    assert "run: extract replay" in text
    assert json.loads(status(tmp_path, "--output", "json"))["unknown_codes"] == {"outcome": {"XYZ": 2}}


def test_nothing_is_said_where_all_codes_are_known(tmp_path: Path) -> None:
    carry_out(tmp_path, Stub(index(meeting("GB", listed_race(1)))), "gb")
    assert "nknown" not in status(tmp_path)
    assert json.loads(status(tmp_path, "--output", "json"))["unknown_codes"] == {}


def test_strays_kept_pages_and_withdrawn_runs_are_told(tmp_path: Path) -> None:
    staged = Staged(tmp_path)
    staged.run(FakePages([listed(1)]))
    storage = open_storage(str(tmp_path))
    withdraw(storage, [staged.last.run_id], "a test", MORNING)
    UnknownPages(storage).keep(staged.last.run_id, f"/results/{DAY}/time-order/", b"<html>")
    (tmp_path / "results" / f"scraped_on={staged.last.scraped_on}" / "9_copy.csv").write_text("x")
    (tmp_path / ".DS_Store").write_bytes(b"\x00")
    told = CliRunner().invoke(extract, ["status", "--staging", str(tmp_path)]).output
    assert f"{staged.last.run_id}  1 of 1 slices complete, 2 rows, from live  withdrawn" in told
    assert "1 pages are not the pages we know and are kept" in told
    assert "9_copy.csv. Move it out of staging before the next build" in told
    document = json.loads(
        CliRunner().invoke(extract, ["status", "--staging", str(tmp_path), "--output", "json"]).output
    )
    assert {(stray["path"].split("/")[-1], stray["is_read"]) for stray in document["strays"]} == {
        ("9_copy.csv", True),
        (".DS_Store", False),
    }
    assert (document["unknown_pages"], document["runs"][0]["withdrawn"]) == (1, True)
