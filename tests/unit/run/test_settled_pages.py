"""Runs that take settled races as stored: fewer pages, the same tables, and nothing claimed that was not asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from extract.contract import RESULTS, Record
from extract.run.request import Request, load_request, selection_of
from extract.run.rerun import resume_request
from extract.stage.dialect import decode
from extract.stage.manifest import committed_runs, read_races, read_slices
from extract.stage.pages import run_id_of
from extract.stage.withdrawals import withdraw
from tests.unit.run.mornings import Mornings

FIRST = date(2025, 11, 10)
IRELAND = ("ire",)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mornings:
    return Mornings(tmp_path / "reuse", monkeypatch, IRELAND, reuse=True)


def mornings(place: Mornings, numbers: range | list[int]) -> list[int]:
    """Run some mornings; return how many race pages each asked for."""
    asked = []
    for number in numbers:
        before = len(place.race_pages)
        place.run(FIRST + timedelta(days=number))
        asked.append(len(place.race_pages) - before)
    return asked


def staged(place: Mornings) -> tuple[str, list[Record], list[Record]]:
    """The newest run with its races and its rows."""
    run_id = committed_runs(place.storage)[-1]
    files = [str(row["results_file"]) for row in read_slices(place.storage, run_id) if row["results_file"]]
    rows = [row for file in files for row in decode(RESULTS, place.storage.read(file))]
    return run_id, read_races(place.storage, run_id), rows


@pytest.mark.parametrize(
    ("numbers", "share"),
    [(list(range(14)), 0.8), ([0, 1, 2, 3, 6, 7, 8, 12, 13, 17], 1.0)],
)
def test_every_change_is_found_by_the_last_look_with_fewer_pages(
    place: Mornings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, numbers: list[int], share: float
) -> None:
    everything = Mornings(tmp_path / "all", monkeypatch, IRELAND, reuse=False)
    asked, all_of_them = mornings(place, numbers), mornings(everything, numbers)
    assert sum(asked) <= share * sum(all_of_them)  # mornings that were missed are made up for
    mine, theirs = place.log(), everything.log()
    last_look = FIRST + timedelta(days=numbers[-1] - 7)
    compared = 0
    for key, (is_there, known, ratings) in theirs.live.items():
        assert known is not None
        if known[1][1] <= last_look:
            assert mine.live[key] == (is_there, known, ratings) or after_all(place, everything, known[1][1])
            compared += 1
    assert compared > 100
    invented = {entry[:4] for entry in mine.log} - {entry[:4] for entry in theirs.log}
    assert len(invented) <= 0.05 * len(theirs.log)  # changes between, found by a later run than they could have been


def after_all(place: Mornings, everything: Mornings, race_date: date) -> bool:
    """Whether a date was looked at later than by the runs that ask for every page: a missed last look, made up for."""
    return newest(place, race_date) > newest(everything, race_date)


def newest(place: Mornings, race_date: date) -> str:
    return max(
        run_id
        for run_id in committed_runs(place.storage)
        for row in read_slices(place.storage, run_id)
        if row["race_date"] == race_date.isoformat()
    )


def test_what_is_taken_as_stored_keeps_the_time_of_its_page_and_its_slice_is_complete(place: Mornings) -> None:
    mornings(place, range(5))
    run_id, races, rows = staged(place)
    taken = {race["race_id"]: run_id_of(str(race["page_file"])) for race in races if race["page_file"]}
    reused = {race for race, fetched_by in taken.items() if fetched_by != run_id}
    assert 0 < len(reused) < len(taken)
    for row in rows:
        fetched = datetime.strptime(taken[row["race_id"]], "%Y%m%dT%H%M%S%fZ")
        assert str(row["fetched_at"]) == f"{fetched:%Y-%m-%d %H:%M:%S}.000000"
        assert row["run_id"] == run_id
    assert {row["status"] for row in read_slices(place.storage, run_id)} == {"complete"}


def test_the_log_says_of_no_change_that_it_was_known_before_its_page_was_fetched(place: Mornings) -> None:
    mornings(place, range(9))
    first_fetched: dict[tuple[object, object, object], str] = {}
    first_seen: dict[tuple[object, object, object], str] = {}
    for run_id in committed_runs(place.storage):
        for row in read_slices(place.storage, run_id):
            if row["results_file"]:
                for runner in decode(RESULTS, place.storage.read(str(row["results_file"]))):
                    state = (runner["horse_id"], runner["facts_hash"], runner["rpr"])
                    first_fetched.setdefault(state, str(runner["fetched_at"]))
                    first_seen.setdefault(state, str(runner["scraped_at"]))
    assert len(first_seen) > 500
    assert all(first_seen[state] == first_fetched[state] for state in first_seen)


def test_the_pages_of_a_withdrawn_run_are_asked_for_again(place: Mornings) -> None:
    mornings(place, range(5))
    last, races, _ = staged(place)
    fetched_by_last = {
        race["race_id"] for race in races if race["page_file"] and run_id_of(str(race["page_file"])) == last
    }
    withdraw(place.storage, [last], "a test", datetime(2025, 11, 15, tzinfo=UTC))
    mornings(place, [5])
    run_id, races, _ = staged(place)
    assert run_id > last
    assert last not in {run_id_of(str(race["page_file"])) for race in races if race["page_file"]}
    again = {race["race_id"] for race in races if race["page_file"] and run_id_of(str(race["page_file"])) == run_id}
    assert {race["race_id"] for race in races} & fetched_by_last <= again


def test_a_stored_page_that_is_gone_or_damaged_is_asked_for_again(place: Mornings) -> None:
    mornings(place, range(3))
    for number, path in enumerate(sorted(place.folder.glob("pages/country=ire/*/*.gz"))):
        if number % 2:
            path.unlink()
        else:
            path.chmod(0o644)
            path.write_bytes(b"no gzip")
    asked = mornings(place, [3])
    run_id, races, _ = staged(place)
    assert {run_id_of(str(race["page_file"])) for race in races if race["page_file"]} == {run_id}
    assert asked == [sum(race["status"] == "result" for race in races)]


def test_the_oldest_date_is_asked_for_whole(place: Mornings) -> None:
    place.days = 6
    reused = 0
    for number in range(6, 9):
        mornings(place, [number])
        today = FIRST + timedelta(days=number)
        run_id = next(run for run in committed_runs(place.storage) if run.startswith(f"{today:%Y%m%d}"))
        for race in read_races(place.storage, run_id):
            if race["page_file"] and run_id_of(str(race["page_file"])) != run_id:
                assert str(race["race_date"]) > str(today - timedelta(days=6))
                reused += 1
    assert reused > 5


def test_a_run_gone_on_with_reuses_what_the_interrupted_one_did(place: Mornings) -> None:
    asked = Request(selection_of([(FIRST, "ire")]), "sample", reuse_settled_after=FIRST)
    asked.save(place.storage, "20251111T060000000000Z")
    assert load_request(place.storage, "20251111T060000000000Z").reuse_settled_after == FIRST
    assert resume_request(place.storage, "20251111T060000000000Z").reuse_settled_after == FIRST
    Request(selection_of([(FIRST, "ire")]), "sample").save(place.storage, "20251111T070000000000Z")
    assert load_request(place.storage, "20251111T070000000000Z").reuse_settled_after is None


def test_a_retry_takes_no_page_of_a_withdrawn_run(place: Mornings) -> None:
    mornings(place, [0])
    first, races, _ = staged(place)
    bad = [int(race["race_id"] or 0) for race in races if race["page_file"]]
    day = datetime(2025, 11, 10, 7, tzinfo=UTC)
    selection = selection_of([(date.fromisoformat(str(race["race_date"])), "ire") for race in races])
    place.execute(Request(selection, "sample", as_of=day), day)
    second = staged(place)[0]
    withdraw(place.storage, [second], "a test", day)
    later = day + timedelta(hours=1)
    place.execute(Request(selection, "sample", as_of=later, good=frozenset(bad)), later)
    run_id, races, _ = staged(place)
    assert run_id > second > first
    assert {run_id_of(str(race["page_file"])) for race in races if race["page_file"]} == {first}
