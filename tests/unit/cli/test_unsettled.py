"""`extract --unsettled` as a user calls it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extract.cli.app import main
from extract.run.request import load_request
from extract.run.rerun import resume_request
from extract.stage.manifest import committed_runs, read_slices
from extract.stage.storage import open_storage

Extract = Callable[..., tuple[int, str, str]]
BASE = ("--source", "sample", "--rate", "900", "--countries", "ire")


def at(day: int) -> str:
    return datetime(2025, 4, day, 6, tzinfo=UTC).isoformat()


@pytest.fixture
def extract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Extract:
    monkeypatch.chdir(tmp_path)

    def call(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["extract", *args])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        return int(str(stopped.value.code)), out, err

    return call


def newest_slices() -> list[tuple[str, str]]:
    storage = open_storage("staging")
    rows = read_slices(storage, committed_runs(storage)[-1])
    return [(str(row["race_date"]), str(row["status"])) for row in rows]


def test_it_scrapes_what_is_not_sealed_and_nothing_else(extract: Extract) -> None:
    assert extract(*BASE, "--from", "2025-04-02", "--to", "2025-04-02", "--as-of", at(10))[0] == 0
    assert extract(*BASE, "--from", "2025-04-04", "--to", "2025-04-04", "--as-of", at(10))[0] == 0
    asked = (*BASE, "--unsettled", "--days", "3", "--until", "2025-04-04")
    code, plan, _ = extract(*asked, "--as-of", at(12), "--dry-run")
    assert code == 0
    assert [line.split()[1] for line in plan.splitlines() if line.startswith("ire")] == ["2025-04-03", "2025-04-04"]
    assert extract(*asked, "--as-of", at(12))[0] == 0
    assert newest_slices() == [("2025-04-03", "complete"), ("2025-04-04", "complete")]
    request = load_request(open_storage("staging"), committed_runs(open_storage("staging"))[-1])
    assert request.selection.slices == [(date(2025, 4, 3), "ire"), (date(2025, 4, 4), "ire")]
    code, said, _ = extract(*asked, "--as-of", at(13))
    assert (code, said) == (
        0, "All slices of 2025-04-02 to 2025-04-04 are sealed; nothing to scrape. Next: dbt build\n",
    )  # fmt: skip
    document = json.loads(extract(*asked, "--as-of", at(13), "--output", "json")[1])
    assert (document["run_id"], document["exit_code"], document["next"], document["slices"]) == (
        None,
        0,
        said.strip(),
        [],
    )
    assert len(committed_runs(open_storage("staging"))) == 3


def test_an_interrupted_one_is_gone_on_with_as_it_was_chosen(extract: Extract) -> None:
    assert extract(*BASE, "--from", "2025-04-02", "--to", "2025-04-02", "--as-of", at(10))[0] == 0
    assert extract(*BASE, "--unsettled", "--days", "2", "--until", "2025-04-03", "--as-of", at(11))[0] == 0
    run_id = committed_runs(open_storage("staging"))[-1]
    next(Path("staging/slices").glob(f"*/{run_id}.csv")).unlink()
    resumed = resume_request(open_storage("staging"), run_id)
    assert resumed.selection.slices == [(date(2025, 4, 3), "ire")]


def test_last_looks_ask_for_every_page_also_where_settled_ones_are_reused(extract: Extract) -> None:
    asked = (*BASE, "--unsettled", "--days", "2", "--until", "2025-04-04", "--reuse-settled")
    assert extract(*asked, "--as-of", at(9))[0] == 0
    assert extract(*asked, "--as-of", at(10))[0] == 0
    request = load_request(open_storage("staging"), committed_runs(open_storage("staging"))[-1])
    assert request.reuse_settled_after == date(2025, 4, 3)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--from", "2025-04-01", "--to", "2025-04-02"), "--from"),
        (("--to", "2025-04-02"), "--to"),
        (("--date-file", "dates.txt"), "--date-file"),
        (("--course", "7"), "--course"),
        (("--type", "flat"), "--type"),
    ],
)
def test_dates_and_filters_beside_it_are_refused_in_one_line(
    extract: Extract, options: tuple[str, ...], named: str
) -> None:
    code, out, err = extract("--unsettled", *options)
    assert (code, out) == (2, "")
    assert err == f"extract: --unsettled chooses whole slices of the last --days by itself. Leave {named} out.\n"


def test_a_resume_beside_it_is_refused(extract: Extract) -> None:
    code, _, err = extract("--unsettled", "--resume", "20250410T060000000000Z")
    assert code == 2
    assert err == "extract: --resume goes on with the dates of its run. Leave the dates out.\n"
