"""`extract verify` finds what a hand or a disk has changed, names it, and ends with 1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extract.cli.app import extract
from tests.unit.run.doubles import FakePages, Staged, listed


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    made = Staged(tmp_path / "staging")
    made.run(FakePages([listed(1), listed(2)]))
    return made


def verify(staged: Staged, *args: str) -> Result:
    return CliRunner().invoke(extract, ["verify", "--staging", str(staged.folder), *args])


def test_runs_as_they_were_written_are_good(staged: Staged) -> None:
    done = verify(staged)
    assert (done.exit_code, done.output) == (0, "1 of 1 runs are as they were written.\n")
    assert verify(staged, staged.last.run_id).exit_code == 0


@pytest.mark.parametrize("kind", ["results", "races", "slices"])
def test_a_changed_file_is_named_with_its_remedy(kind: str, staged: Staged) -> None:
    (file,) = (staged.folder / kind).rglob("*.csv")
    before = file.read_bytes()
    file.write_bytes(before.replace(*((b'"x"', b'"y"') if kind == "results" else (b'"gb"', b'"fr"'))))
    assert file.read_bytes() != before
    done = verify(staged)
    assert done.exit_code == 1
    assert file.name in done.output
    assert "0 of 1 runs" in done.output
    findings = json.loads(verify(staged, "--output", "json").output)["runs"][0]["findings"]
    assert findings
    assert all(finding["remedy"] for finding in findings)


def test_a_missing_file_is_named(staged: Staged) -> None:
    (file,) = (staged.folder / "results").rglob("*.csv")
    file.unlink()
    assert "is missing" in verify(staged).output


def test_a_run_that_is_not_there_is_a_usage_error(staged: Staged) -> None:
    done = verify(staged, "20200101T000000000000Z")
    assert done.exit_code != 0
    assert "not committed" in str(done.exception)
