"""`extract --reuse-settled` as a user calls it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extract.cli.app import main
from extract.run.request import load_request
from extract.stage.storage import open_storage

OLDEST, NEXT = date(2025, 4, 2), date(2025, 4, 3)
BASE = ("--source", "sample", "--rate", "900", "--countries", "ire", "--from", str(OLDEST), "--to", str(NEXT))


def morning(number: int) -> str:
    return (datetime(2025, 4, 3, 6, tzinfo=UTC) + timedelta(days=number)).isoformat()


@pytest.fixture(autouse=True)
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *args: str, output: str = "json"
) -> tuple[int, Any, str]:
    monkeypatch.setattr(sys, "argv", ["extract", *args, "--output", output])
    with pytest.raises(SystemExit) as stopped:
        main()
    out, err = capsys.readouterr()
    return int(str(stopped.value.code)), json.loads(out) if out.startswith("{") else out, err


@pytest.fixture
def extract(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *args, **more: call(monkeypatch, capsys, *args, **more)


def test_settled_races_are_not_asked_for_again_and_the_summary_says_so(extract: Any) -> None:
    code, whole, _ = extract(*BASE, "--as-of", morning(4))
    assert code == 0
    assert [item["pages_reused"] for item in whole["slices"]] == [0, 0]
    code, report, _ = extract(*BASE, "--as-of", morning(5), "--reuse-settled")
    assert code == 0
    reused = [item["pages_reused"] for item in report["slices"]]
    assert reused[0] == 0  # the oldest date may never be asked for again
    assert reused[1] > 0
    assert report["requests"] == whole["requests"] - reused[1]
    assert [item["status"] for item in report["slices"]] == ["complete", "complete"]
    _, text, _ = extract(*BASE, "--as-of", morning(6), "--reuse-settled", output="text")
    assert "pages were taken as they are stored and not asked for again." in text


def test_it_can_be_a_standing_setting_and_every_page_is_asked_for_without_it(
    extract: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract(*BASE, "--as-of", morning(4))
    monkeypatch.setenv("EXTRACT_REUSE_SETTLED", "1")
    assert extract(*BASE, "--as-of", morning(5))[1]["slices"][1]["pages_reused"] > 0
    monkeypatch.delenv("EXTRACT_REUSE_SETTLED")
    assert [item["pages_reused"] for item in extract(*BASE, "--as-of", morning(6))[1]["slices"]] == [0, 0]


def test_the_plan_says_at_most(extract: Any) -> None:
    assert "slices, about" in extract(*BASE, "--as-of", morning(4), "--dry-run", output="text")[1]
    assert "at most about" in extract(*BASE, "--as-of", morning(4), "--dry-run", "--reuse-settled", output="text")[1]


def test_the_request_is_kept_and_a_resume_cannot_change_it(extract: Any) -> None:
    run_id = extract(*BASE, "--as-of", morning(4), "--reuse-settled")[1]["run_id"]
    storage = open_storage("staging")
    request = load_request(storage, run_id)
    assert request.reuse_settled_after == OLDEST
    whole = extract(*BASE, "--as-of", morning(5))[1]["run_id"]
    Path(f"staging/slices/scraped_on=2025-04-08/{whole}.csv").unlink()  # as if it had been interrupted
    code, _, err = extract("--resume", whole, "--reuse-settled")
    assert code == 2
    assert "--reuse-settled contradicts the run that is gone on with (every page). Leave it out." in err


def test_a_date_whose_last_look_was_missed_is_taken_once_more_and_named(extract: Any) -> None:
    days = ("--source", "sample", "--rate", "900", "--countries", "ire", "--days", "5", "--reuse-settled")
    for number in (5, 6, 7):
        assert extract(*days, "--as-of", morning(number))[0] == 0
    code, report, err = extract(*days, "--as-of", morning(10))
    assert code == 0
    taken = [item["race_date"] for item in report["slices"]]
    more = taken[:-5]
    assert set(more) <= {"2025-04-05", "2025-04-06", "2025-04-07"}  # within the earlier runs and not yet at their end
    assert len(more) > 0
    assert [item["pages_reused"] for item in report["slices"]][: len(more)] == [0] * len(more)
    assert (
        f"Also taken, for the morning of their last look was missed: {', '.join(f'ire {day}' for day in more)}." in err
    )
    code, report, err = extract(*days, "--as-of", morning(11))
    assert [item["race_date"] for item in report["slices"]] == [f"2025-04-{number:02}" for number in range(9, 14)]
    assert "Also taken" not in err
