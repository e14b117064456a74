"""`extract reseal`: what a user mended in a staged file counts again, and what cannot be told is refused by file and row."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extract.cli.app import extract
from extract.contract import Record
from extract.errors import StagingError, UsageError
from extract.parse import RaceResult
from extract.parse.facts import facts_hash
from extract.stage.lock import staging_lock
from extract.stage.storage import open_storage
from extract.stage.verify import verify_run
from tests.unit.run.doubles import DAY, FakePages, Staged, listed, result

Rows = list[dict[str, str]]
LINEAGE: Record = {"country": "gb", "race_date": DAY.isoformat(), "sp_decimal": 12.0, "comment": "led, headed"}


def truly_hashed(race_id: int, **values: str | int | None) -> RaceResult:
    made = result(race_id)
    rows = tuple(row | LINEAGE | values for row in made.rows)
    return RaceResult(race_id, "result", 2, tuple(row | {"facts_hash": facts_hash(row)} for row in rows))


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    made = Staged(tmp_path / "staging")
    pages = FakePages([listed(1), listed(2)])
    pages.results = {1: lambda: truly_hashed(1), 2: lambda: truly_hashed(2)}
    made.run(pages)
    return made


def reseal(staged: Staged, *args: str) -> Result:
    return CliRunner().invoke(extract, ["reseal", staged.last.run_id, "--staging", str(staged.folder), *args])


def faults(staged: Staged) -> list[str]:
    storage = open_storage(str(staged.folder))
    return [str(finding) for finding in verify_run(storage, staged.last.run_id).findings]


def edit(
    staged: Staged, kind: str, change: Callable[[Rows], Rows | None], columns: Callable[[list[str]], list[str]] = list
) -> bytes:
    """Save a file as a spreadsheet would: unquoted, CRLF, with a byte order mark; return what it was."""
    (file,) = (staged.folder / kind).rglob("*.csv")
    before = file.read_bytes()
    rows = list(csv.DictReader(io.StringIO(before.decode(), newline="")))
    header = columns(list(rows[0]))
    rows = change(rows) or rows
    with file.open("w", newline="", encoding="utf-8-sig") as out:
        writer = csv.DictWriter(out, header, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return before


def put(number: int, **values: str) -> Callable[[Rows], None]:
    return lambda rows: rows[number].update(values)


def test_a_run_as_it_was_written_needs_nothing(staged: Staged) -> None:
    done = reseal(staged)
    assert (done.exit_code, done.output) == (0, f"Run {staged.last.run_id} is as it was written. Nothing to do.\n")


def test_a_mend_counts_and_is_sealed(staged: Staged) -> None:
    before = edit(staged, "results", put(1, weight_lbs="131"))
    races = staged.races()
    assert faults(staged)
    done = reseal(staged, "--yes")
    assert done.exit_code == 0
    assert "1 of 4 rows have other facts; 4 rows were staged" in done.output
    assert not faults(staged)
    (file,) = (staged.folder / "results").rglob("*.csv")
    was, now = (list(csv.DictReader(io.StringIO(data.decode(), newline=""))) for data in (before, file.read_bytes()))
    assert [[name for name in now[0] if a[name] != b[name]] for a, b in zip(was, now, strict=True)] == [
        [],
        ["facts_hash", "weight_lbs"],
        [],
        [],
    ]
    after = staged.races()
    assert [races[n]["content_hash"] == after[n]["content_hash"] for n in (1, 2)] == [False, True]


def test_a_file_that_a_spreadsheet_only_saved_is_what_it_was(staged: Staged) -> None:
    before = edit(staged, "results", lambda rows: [row | {"sp_decimal": "12"} for row in rows], sorted)
    assert reseal(staged, "--yes").exit_code == 0
    (file,) = (staged.folder / "results").rglob("*.csv")
    assert file.read_bytes() == before
    assert not faults(staged)


def test_rows_taken_out_are_counted_anew(staged: Staged) -> None:
    edit(staged, "results", lambda rows: rows[:-1])
    assert reseal(staged, "--yes").exit_code == 0
    assert not faults(staged)
    assert staged.slices()["gb"]["rows_staged"] == 3
    assert [race["rows_staged"] for race in staged.races().values()] == [2, 1]


def test_without_yes_nothing_is_written_unasked(staged: Staged) -> None:
    edit(staged, "results", put(0, weight_lbs="131"))
    before = {path: path.read_bytes() for path in staged.folder.rglob("*.csv")}
    done = reseal(staged)
    assert isinstance(done.exception, UsageError)
    assert "--yes" in str(done.exception)
    assert {path: path.read_bytes() for path in staged.folder.rglob("*.csv")} == before


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("results", put(2, weight_lbs="heavy"), "row 4: weight_lbs is 'heavy', which is no integer"),
        ("results", put(0, race_date="11/11/2025"), "row 2: race_date is '11/11/2025', which is no date"),
        ("results", put(0, country="fr"), "has country fr in row 2, where gb belongs"),
        ("results", put(1, horse_id="1"), "has horse 1 of race 1 2 times"),
        ("results", put(1, horse_id=""), "a row without race_id or horse_id"),
        ("results", put(1, race_id="9"), "does not list race 9, which has rows"),
        ("results", lambda rows: rows[:2], "says result of race 2, which has 0 rows"),
        ("races", put(0, status="void"), "says void of race 1, which has 2 rows"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_row_and_nothing_is_written(
    kind: str, change: Callable[[Rows], Rows | None], said: str, staged: Staged
) -> None:
    edit(staged, kind, change)
    before = {path: path.read_bytes() for path in staged.folder.rglob("*.csv")}
    done = reseal(staged, "--yes")
    assert isinstance(done.exception, StagingError)
    assert said in str(done.exception)
    assert "extract reseal again" in str(done.exception)
    assert {path: path.read_bytes() for path in staged.folder.rglob("*.csv")} == before


def test_a_column_taken_out_is_named(staged: Staged) -> None:
    edit(staged, "results", lambda rows: None, lambda header: [name for name in header if name != "horse"])
    assert "horse" in str(reseal(staged, "--yes").exception)


@pytest.mark.parametrize("written", [1, 2])
def test_killed_on_the_way_it_is_resealed_again(written: int, staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    from extract.stage.folder import FolderStorage

    edit(staged, "results", put(0, weight_lbs="131"))
    replace, done = FolderStorage.replace, []

    def stop(self: FolderStorage, path: str, data: bytes) -> None:
        if len(done) == written:
            raise KeyboardInterrupt
        done.append(path)
        replace(self, path, data)

    monkeypatch.setattr(FolderStorage, "replace", stop)
    reseal(staged, "--yes")
    assert len(done) == written
    assert faults(staged), "half a reseal must not pass for a whole one"
    monkeypatch.undo()
    assert reseal(staged, "--yes").exit_code == 0
    assert not faults(staged)


def test_nothing_is_resealed_beside_a_run(staged: Staged) -> None:
    edit(staged, "results", put(0, weight_lbs="131"))
    with staging_lock(open_storage(str(staged.folder))):
        assert "Another" in str(reseal(staged, "--yes").exception)
    assert faults(staged)
