"""The drift alarm: silent on the noise of mornings, told when a field is gone."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extract.contract import RESULTS, Record
from extract.errors import StagingError
from extract.stage.layout import Run
from extract.stage.run_writer import RunWriter
from extract.stage.storage import open_storage
from lake.errors import LakeError
from lake.report.drift import LEAST_ROWS, LEAST_RUNS, Fill, drifts, rates, told
from lake.report.fill import FIELDS, OF_THE_KIND, count_fills, drifted
from lake.report.page import text_of
from lake.report.page_runs import drift
from tests.unit.stage.staged import blank, slice_row

FULL = {"jockey_id": 1.0, "draw": 0.97, "headgear": 0.35, "rule4": 0.12, "prize": 0.6}


def mornings(count: int, seed: int, kind: str = "gb flat", **last: float) -> list[Fill]:
    """So many runs of some thousand rows, their rates as unsteady as race cards are; the last with other rates."""
    chance = random.Random(seed)
    fills = []
    for number in range(count):
        rows = chance.randint(600, 1400)
        share = FULL | (last if number == count - 1 else {})
        filled = {
            name: min(rows, max(0, round(rows * rate + chance.gauss(0, 0.04) * rows * (0 < rate < 1))))
            for name, rate in share.items()
        }
        fills.append(Fill(f"r{number:02}", kind, rows, filled))
    return fills


@pytest.mark.parametrize("seed", range(30))
def test_thirty_noisy_mornings_alarm_nobody(seed: int) -> None:
    fills = mornings(31, seed)
    assert [told(drifts(fills, fill.run_id)) for fill in fills if drifts(fills, fill.run_id)] == []
    assert len(rates(fills, "r30")) == len(FULL)


@pytest.mark.parametrize(("field", "now"), [("jockey_id", 0.0), ("jockey_id", 0.7), ("draw", 0.5), ("headgear", 0.0)])
def test_a_field_that_is_gone_or_far_less_full_is_told(field: str, now: float) -> None:
    found = drifts(mornings(31, 1, **{field: now}), "r30")
    assert [rate.field for rate in found] == [field]
    assert (found[0].kind, found[0].runs) == ("gb flat", 30)


def test_a_field_that_no_run_lacked_is_gone_even_if_it_was_rare() -> None:
    gone = [Fill(f"r{n}", "gb flat", 1000, {"rule4": 0 if n == 9 else 100}) for n in range(10)]
    assert told(drifts(gone, "r9")) == "rule4 10 % -> 0 % (gb flat)"
    lacked = [Fill(fill.run_id, fill.kind, 1000, {"rule4": 0}) if fill.run_id == "r3" else fill for fill in gone]
    assert drifts(lacked, "r9") == []


def test_runs_that_differ_among_themselves_show_no_drift() -> None:
    fills = [Fill(f"r{n:02}", "gb flat", 500, {"draw": (n * 190) % 500}) for n in range(20)]
    assert drifts([*fills, Fill("r20", "gb flat", 500, {"draw": 0})], "r20") == []


def test_few_rows_few_runs_and_other_kinds_say_nothing() -> None:
    gone = mornings(31, 2, jockey_id=0.0)
    assert drifts(gone[-LEAST_RUNS:], "r30") == []
    small = Fill("r30", "gb flat", LEAST_ROWS - 1, {"jockey_id": 0})
    assert drifts([*gone[:-1], small], "r30") == []
    assert drifts([*mornings(30, 2, "fr jumps"), gone[-1]], "r30") == []
    assert rates([], "r30") == []


def test_one_line_names_each_field_once_where_it_fell_most() -> None:
    fills = mornings(31, 3, jockey_id=0.0) + mornings(31, 4, "fr jumps", jockey_id=0.5, draw=0.0)
    assert told(drifts(fills, "r30")) == "jockey_id 100 % -> 0 % (gb flat), draw 98 % -> 0 % (fr jumps)"


def stage(folder: Path, number: int, **values: str | None) -> str:
    """Stage a run of 120 runners on the flat in gb; `values` are what each says."""
    run = Run(datetime(2025, 11, 10, 6, tzinfo=UTC) + timedelta(days=number))
    day = run.scraped_at.date() - timedelta(days=1)
    place = {"country": "gb", "race_date": str(day), "race_id": number, "race_code": "flat"}
    usual: Record = {"jockey_id": "5", "jockey": "Ann Invented", "fetched_at": run.scraped_at_text, "race_type": "Flat"}
    rows = [blank(RESULTS, run) | place | usual | {"horse_id": horse} | values for horse in range(120)]
    writer = RunWriter(open_storage(str(folder)), run)
    file = writer.write_results("gb", day, rows)
    found = {"race_date": str(day), "rows_staged": len(rows)}
    writer.commit([], [slice_row(run, "gb", results_file=file.path, results_sha256=file.sha256, **found)])
    return run.run_id


def test_a_staged_run_is_told_before_anyone_builds_on_it(tmp_path: Path) -> None:
    good = [stage(tmp_path, number) for number in range(LEAST_RUNS + 1)]
    assert drifted(str(tmp_path)) == []
    bad = stage(tmp_path, 7, jockey_id=None)
    assert told(drifted(str(tmp_path))) == told(drifted(str(tmp_path), bad)) == "jockey_id 100 % -> 0 % (gb flat)"
    assert drifted(str(tmp_path), good[-1]) == []
    counted = {(fill.run_id, fill.kind): fill for fill in count_fills(str(tmp_path))}
    assert counted[bad, "gb flat"].filled == dict.fromkeys(FIELDS, 0) | {"jockey": 120, "horse_id": 120}
    assert counted[bad, "gb"].filled == {"race_code": 120, "race_type": 120, "race_type_code": 0}
    assert counted.keys() == {(run, kind) for run in (*good, bad) for kind in ("gb flat", "gb")}


def test_the_page_shows_what_drifted_first(tmp_path: Path) -> None:
    for number in range(LEAST_RUNS):
        stage(tmp_path, number)
    bad = stage(tmp_path, 7, jockey=None)
    section, far = drift(count_fills(str(tmp_path)))
    moved, every = section.tables
    assert told(far) == "jockey 100 % -> 0 % (gb flat)"
    assert [text_of(value) for value in moved.rows[0]] == [
        "jockey", "gb flat", "100.0", "0.0", "-100.0", "0.0", str(LEAST_RUNS), "drifted",
    ]  # fmt: skip
    assert (len(moved.rows), len(every.rows)) == (1, len(FIELDS) + len(OF_THE_KIND))
    assert bad in section.notes[0]
    assert [chart.name for chart in section.charts] == ["drift-chart"]
    early, none = drift(count_fills(str(tmp_path))[:1]), drift([])
    assert "Too few runs" in early[0].notes[0]
    assert "nothing to compare" in none[0].notes[0]


def test_a_code_that_is_gone_shows_although_rows_are_told_apart_by_it(tmp_path: Path) -> None:
    for number in range(LEAST_RUNS):
        stage(tmp_path, number)
    stage(tmp_path, 7, race_code=None)
    assert told(drifted(str(tmp_path))) == "race_code 100 % -> 0 % (gb)"


def test_old_races_and_stored_pages_are_not_counted(tmp_path: Path) -> None:
    for number in range(LEAST_RUNS):
        stage(tmp_path, number)
    stage(tmp_path, 7, jockey_id=None, race_date="2004-05-06")
    stage(tmp_path, 8, jockey_id=None, fetched_at="2025-11-11 06:00:00.000000")
    assert drifted(str(tmp_path)) == []
    assert len({fill.run_id for fill in count_fills(str(tmp_path))}) == LEAST_RUNS


def test_ratings_are_left_to_their_own_curves() -> None:
    assert not {"rpr", "topspeed", "official_rating", "official_rating_unit", "run_id"} & {*FIELDS, *OF_THE_KIND}
    assert {"jockey", "draw", "position", "silk_url"} <= set(FIELDS)


def test_nothing_staged_lost_files_and_s3(tmp_path: Path) -> None:
    assert drifted(str(tmp_path)) == []
    run = stage(tmp_path, 1)
    next(tmp_path.glob("results/*/*.csv")).unlink()
    assert count_fills(str(tmp_path)) == []
    with pytest.raises(LakeError, match="Stage into a folder"):
        drifted("s3://bucket/racing")
    next(tmp_path.glob(f"slices/*/{run}.csv")).write_text("")
    with pytest.raises(StagingError):
        drifted(str(tmp_path))
