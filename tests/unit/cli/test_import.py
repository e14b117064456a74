"""`extract import` as a user calls it: what it prints, with which code it ends, and what `status` says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extract.cli.app import extract
from extract.errors import UsageError
from extract.importing.importer import RowsDiffer
from extract.stage.run_writer import RunWriter
from tests.unit.importing.support import ROW, SECOND, text, write


def run(staging: Path, *arguments: str) -> Result:
    return CliRunner().invoke(extract, ["import", *arguments, "--staging", str(staging)])


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    return tmp_path / "staging"


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(write(tmp_path / "gb" / "2025.csv", text(ROW, SECOND, SECOND | {"age": "99"})))


def test_the_account_is_printed_and_ends_with_what_to_do_next(staging: Path, file: str) -> None:
    done = run(staging, file)
    assert done.exit_code == 3, done.output
    lines = " ".join(done.output.split())
    assert "year country rows staged imported already duplicates set aside 2025 gb 3 2 0 0 1 all 3 2 0 0 1" in lines
    assert "set aside, out of range: 1" in done.output
    assert "1 files, 0 of them without rows; 1 races in 1 slices." in done.output
    assert done.output.rstrip().endswith(f"Next: EXTRACT_STAGING={staging} dbt build")
    assert "set_aside/" in done.output


def test_importing_again_says_that_there_is_nothing_new(staging: Path, file: str) -> None:
    write(Path(file), text(ROW, SECOND))
    assert run(staging, file).exit_code == 0
    again = run(staging, file)
    assert again.exit_code == 0
    assert "Nothing new: every row that can be staged was imported already." in again.output


def test_a_dry_run_says_so(staging: Path, file: str) -> None:
    done = run(staging, file, "--dry-run")
    assert done.exit_code == 3
    assert done.output.rstrip().endswith("Nothing was touched. Leave --dry-run out to import.")
    assert not staging.exists()


def test_json_has_the_whole_account(staging: Path, file: str) -> None:
    told = json.loads(run(staging, file, "--output", "json").stdout)
    assert told["set_aside"] == {"out of range": 1}
    assert told["by_year_and_country"] == [
        {
            "year": "2025",
            "country": "gb",
            "rows": 3,
            "staged": 2,
            "imported_already": 0,
            "duplicates": 0,
            "set_aside": 1,
        }
    ]
    assert told["exit_code"] == 3


def test_other_rows_than_expected_print_the_account_and_end_with_1(staging: Path, file: str) -> None:
    done = run(staging, file, "--expect-rows", "3")
    assert isinstance(done.exception, RowsDiffer)
    assert done.exception.exit_code == 1
    assert "set aside, out of range: 1" in done.output


def test_an_encoding_that_is_none_is_a_usage_error(staging: Path, file: str) -> None:
    done = run(staging, file, "--encoding", "klingon")
    assert isinstance(done.exception, UsageError)
    assert run(staging, str(staging.parent)).exit_code == 3
    assert run(staging).exit_code == 2


def test_the_encoding_that_a_file_is_in_is_asked_for(staging: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "gb" / "x.csv", text(ROW, SECOND | {"jockey": "Agnès"}).encode("latin-1"))
    assert "--encoding latin-1" in run(staging, str(path)).output
    assert run(staging, str(path), "--encoding", "latin-1").exit_code == 0


def test_notes_tell_what_a_person_should_know(staging: Path, tmp_path: Path) -> None:
    columns = [*ROW, "wind"]
    row = ROW | {"owner": "Owners, The", "ran": "9", "wind": "x"}
    write(tmp_path / "data" / "gb.csv", text(row, columns=columns))
    write(tmp_path / "data" / "notes.txt", "x")
    output = " ".join(run(staging, str(tmp_path / "data")).output.split())
    assert "1 races have other rows than they say ran" in output
    assert "1 rows had commas inside a text" in output
    assert "not known and were passed over: wind (1 files)" in output
    assert "1 files of another kind were passed over" in output


def test_status_names_an_import_that_was_cut_off(staging: Path, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def commit(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(RunWriter, "commit", commit)
        assert run(staging, file).exit_code != 0
    said = CliRunner().invoke(extract, ["status", "--staging", str(staging)]).output
    assert "unfinished import; call the same `extract import` again to finish it" in said
    assert run(staging, file).exit_code == 3
    said = CliRunner().invoke(extract, ["status", "--staging", str(staging)]).output
    assert "unfinished" not in said
    assert "0 of 1 slices complete, 2 rows, from import" in said
