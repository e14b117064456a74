"""What an import stages, beside what is staged already; what it sets aside; and that it can be cut off anywhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extract.errors import ExitCode, StagingError, StagingLocked
from extract.importing.importer import RowsDiffer
from extract.stage.layout import Run
from extract.stage.lock import staging_lock
from extract.stage.manifest import committed_runs, read_slices, unfinished_imports
from extract.stage.run_writer import RunWriter
from extract.stage.storage import open_storage
from extract.stage.strays import strays
from extract.stage.verify import verify_runs
from extract.stage.withdrawals import withdraw
from tests.unit.importing.support import FILE_TIME, NOW, ROW, SECOND, aside, import_, races, staged, text, write

LATER = NOW + timedelta(days=1)


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    return tmp_path / "staging"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_an_import_is_one_sealed_run_of_partial_slices(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW, SECOND, ROW | {"date": "2025-11-12", "race_id": "4002", "ran": "1"}))
    outcome = import_(staging, data)
    storage = open_storage(str(staging))
    assert committed_runs(storage) == [outcome.run_id] == [Run(NOW).run_id]
    (check,) = verify_runs(storage, committed_runs(storage))
    assert (check.findings, check.unchecked) == ([], [])
    for row in read_slices(storage, str(outcome.run_id)):
        assert (row["status"], row["selection"], row["source"]) == ("partial", "import", "import")
        assert row["races_listed"] is None
        assert row["scraped_at"] == "2025-11-20 06:00:00.000000"
    assert [race["declared_runners"] for race in races(staging)] == [2, 1]
    assert strays(storage) == []
    assert outcome.exit_code == ExitCode.OK


def test_what_the_whole_race_says_is_filled_in(staging: Path, data: Path) -> None:
    dead_heat = SECOND | {"pos": "1", "ovr_btn": "0", "btn": "0", "secs": "102.5"}
    write(data / "a.csv", text(ROW, dead_heat))
    import_(staging, data)
    for row in staged(staging):
        assert (row["is_dead_heat"], row["winning_time_secs"], row["ran"]) == (True, "102.5", 2)


def test_a_short_race_keeps_its_claim_where_the_index_would_have_it(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW | {"ran": "9"}, SECOND | {"ran": "9"}))
    outcome = import_(staging, data)
    assert [row["ran"] for row in staged(staging)] == [None, None]
    (race,) = races(staging)
    assert (race["index_runners"], race["declared_runners"]) == (9, 2)
    assert outcome.tally.short_races == 1


def test_importing_again_stages_nothing(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW | {"ran": "9"}, SECOND | {"ran": "9", "or": "–"}))
    import_(staging, data)
    before = sorted(path for path in staging.rglob("*") if path.is_file())
    outcome = import_(staging, data, now=LATER)
    assert outcome.run_id is None
    assert outcome.exit_code == ExitCode.OK
    assert outcome.tally.total("imported already") == 2
    assert sorted(path for path in staging.rglob("*") if path.is_file()) == before


def test_a_later_import_wins_and_never_takes_a_known_value_away(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW | {"going": "Good"}, SECOND))
    import_(staging, data)
    write(data / "a.csv", text(ROW | {"going": "Soft", "rpr": "–", "prize": "", "sire": "", "jockey": "Another"}))
    outcome = import_(staging, data, now=LATER)
    first, second = staged(staging)[2:]
    assert (first["going"], first["rpr"], first["prize"], first["sire"]) == ("Soft", 85, "5446.5", "Quarry")
    assert (first["prize_currency"], first["sire_country"], first["jockey"]) == ("GBP", "GB", "Another")
    assert (second["horse_id"], second["going"]) == (70002, "Soft")  # carried over, so that its race stays whole
    assert outcome.tally.carried_over == 1
    assert outcome.tally.total("staged") == 1


def test_a_later_import_comes_after_an_earlier_one_whatever_the_times_of_files(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW, SECOND))
    import_(staging, data)
    write(data / "a.csv", text(ROW | {"going": "Soft"}, SECOND), FILE_TIME - timedelta(days=5))
    import_(staging, data, now=LATER)
    assert sorted({str(row["scraped_at"]) for row in staged(staging)}) == [
        "2025-11-20 06:00:00.000000",
        "2025-11-20 06:00:00.000001",
    ]
    assert {row["fetched_at"] for row in staged(staging)[2:]} == {"2025-11-15 06:00:00.000000"}


def test_a_withdrawn_import_is_not_known(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW, SECOND))
    first = import_(staging, data)
    withdraw(open_storage(str(staging)), [str(first.run_id)], "a test", LATER)
    outcome = import_(staging, data, now=LATER)
    assert outcome.tally.total("staged") == 2


def test_rows_that_contradict_one_another_are_told_and_the_last_is_staged(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW | {"date": "2025-11-10"}, ROW, SECOND), FILE_TIME - timedelta(days=1))
    write(data / "b.csv", text(SECOND | {"horse_id": "70009"}, SECOND, ROW | {"horse": "Nobody (GB)"}, ROW))
    outcome = import_(staging, data)
    assert [row["horse_id"] for row in staged(staging)] == [70001, 70002]
    counted = {"race on two dates": 1, "two ids for one runner": 1, "one id for two runners": 2}
    assert outcome.tally.set_aside == counted
    assert outcome.tally.total("duplicate") == 1
    assert outcome.exit_code == ExitCode.PARTIAL
    assert any(
        "gb 2025-11-10 before, gb 2025-11-11 in" in what for what in outcome.tally.contradictions["race on two dates"]
    )
    assert len(aside(staging)) == sum(outcome.tally.set_aside.values())


def test_rows_set_aside_lie_beside_the_run_with_file_line_and_reason(staging: Path, data: Path) -> None:
    path = write(data / "a.csv", text(ROW, SECOND | {"age": "99"}))
    outcome = import_(staging, data)
    (line,) = aside(staging)
    assert line.startswith(f'"{path}","3","out of range","age is 99, not within 1 to 40","2025-11-11,GB,')
    assert outcome.set_aside == f"set_aside/{outcome.run_id}_1.csv"
    assert outcome.exit_code == ExitCode.PARTIAL


def test_void_races_and_horses_that_did_not_run_are_left_out_and_no_dirt(staging: Path, data: Path) -> None:
    void = ROW | {"race_id": "5", "pos": "VOI"}
    write(data / "a.csv", text(ROW, SECOND, SECOND | {"horse_id": "7", "pos": "NR"}, void))
    outcome = import_(staging, data)
    assert outcome.tally.set_aside == {"did not run": 1, "void race": 1}
    assert outcome.exit_code == ExitCode.OK
    assert {race["race_id"] for race in races(staging)} == {4001}


def test_nothing_is_lost_where_no_row_can_be_staged(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW | {"race_id": ""}))
    outcome = import_(staging, data)
    assert outcome.run_id is None
    assert outcome.exit_code == ExitCode.PARTIAL
    assert '"no race_id"' in aside(staging)[0]
    assert committed_runs(open_storage(str(staging))) == []


def test_other_rows_than_expected_stage_nothing(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW, SECOND, SECOND | {"age": "99"}))
    with pytest.raises(RowsDiffer, match="Expected 3 rows, and staging would hold 2 of the 3") as told:
        import_(staging, data, expect_rows=3)
    assert told.value.exit_code == ExitCode.UNEXPECTED
    assert told.value.tally.set_aside == {"out of range": 1}
    assert not [path for path in staging.rglob("*") if path.is_file() and path.name != ".lock"]
    assert import_(staging, data, expect_rows=2).run_id
    assert import_(staging, data, expect_rows=2, now=LATER).run_id is None


def test_a_dry_run_counts_the_same_and_touches_nothing(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW, SECOND, SECOND | {"age": "99"}))
    dry = import_(staging, data, dry_run=True)
    assert not staging.exists()
    assert dry.run_id is None
    assert dry.tally.fates == import_(staging, data).tally.fates


def test_another_run_that_writes_there_is_waited_for_by_nobody(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW))
    with staging_lock(open_storage(str(staging))), pytest.raises(StagingLocked):
        import_(staging, data)


class Killed(BaseException):
    """The process ends here."""


def import_until_killed(
    staging: Path, data: Path, patch: pytest.MonkeyPatch, of: type, name: str, instead: Any
) -> None:
    with patch.context() as context:
        context.setattr(of, name, instead)
        with pytest.raises(Killed):
            import_(staging, data)


@pytest.mark.parametrize("at", range(6))
def test_an_import_that_was_cut_off_is_told_of_and_goes_on_as_one_run(
    staging: Path, data: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before its n-th write: the request, three results files, the rows set aside, the races, the slices."""
    days = [ROW | {"date": f"2025-11-1{n}", "race_id": f"400{n}", "ran": "1"} for n in range(3)]
    write(data / "a.csv", text(*days, SECOND | {"age": "99"}))
    whole = staging.parent / "whole"
    import_(whole, data)
    storage = open_storage(str(staging))
    writes = iter(range(100))
    original = type(storage).write_new

    def write_new(self: object, path: str, content: bytes) -> None:
        if next(writes) >= at:
            raise Killed
        original(self, path, content)  # type: ignore[arg-type]

    import_until_killed(staging, data, monkeypatch, type(storage), "write_new", write_new)
    assert committed_runs(storage) == []
    assert unfinished_imports(storage) == ([Run(NOW).run_id] if at else [])

    import_(staging, data, now=LATER)

    assert unfinished_imports(storage) == []
    assert strays(storage) == []
    assert committed_runs(storage) == [Run(NOW if at else LATER).run_id]
    assert verify_runs(storage, committed_runs(storage))[0].findings == []
    plain = [{k: v for k, v in row.items() if k != "run_id"} for row in staged(whole)]
    assert [{k: v for k, v in row.items() if k != "run_id"} for row in staged(staging)] == plain
    assert aside(staging) == aside(whole)


def test_other_files_are_another_import_and_the_one_cut_off_stays_told_of(
    staging: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(data / "a.csv", text(ROW, SECOND))

    def commit(*_: object) -> None:
        raise Killed

    import_until_killed(staging, data, monkeypatch, RunWriter, "commit", commit)
    write(data / "a.csv", text(ROW | {"going": "Soft"}, SECOND))
    outcome = import_(staging, data, now=LATER)
    assert outcome.run_id == Run(LATER).run_id
    assert unfinished_imports(open_storage(str(staging))) == [Run(NOW).run_id]


def test_a_request_that_cannot_be_read_is_told_by_name(staging: Path, data: Path) -> None:
    write(data / "a.csv", text(ROW))
    broken = staging / "imports" / f"{Run(datetime(2025, 1, 1, tzinfo=UTC)).run_id}.json"
    broken.parent.mkdir(parents=True)
    broken.write_text(json.dumps(["no", "request"]))
    with pytest.raises(StagingError, match=broken.name):
        import_(staging, data)
