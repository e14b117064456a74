"""Mornings of a source that says what is unchanged: what is staged is what it would be if every page were sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from extract.run.replay import replay_request
from extract.stage.manifest import committed_runs, read_races, read_slices
from extract.stage.pages import PageStore, run_id_of
from extract.stage.verify import verify_runs
from extract.stage.withdrawals import withdraw
from tests.resilience.place import _said
from tests.unit.run.mornings import Mornings

FIRST = date(2025, 11, 10)


@pytest.mark.parametrize("reuse", [False, True])
def test_mornings_come_to_the_same_whether_pages_are_sent_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reuse: bool
) -> None:
    plain = Mornings(tmp_path / "plain", monkeypatch, ("ire",), reuse=reuse, days=4)
    asking = Mornings(tmp_path / "asking", monkeypatch, ("ire",), reuse=reuse, days=4, unchanged=[])
    for number in (1, 2, 4):
        if number == 4:  # the morning before is taken back
            for place in (plain, asking):
                last = committed_runs(place.storage)[-1]
                withdraw(place.storage, [last], "a test", datetime(2025, 11, 14, tzinfo=UTC))
        plain.run(FIRST + timedelta(days=number))
        asking.run(FIRST + timedelta(days=number))
    assert asking.unchanged
    if not reuse:
        assert len(asking.unchanged) > 0.25 * len(asking.paths)
        assert sorted(asking.paths) == sorted(plain.paths)
    for place in (plain, asking):
        day = datetime(2025, 11, 15, 7, tzinfo=UTC)
        place.execute(replay_request(place.storage, ("ire",), None, None), day)
        assert [check.findings for check in verify_runs(place.storage, committed_runs(place.storage))] == [[]] * 4
    runs = committed_runs(plain.storage)
    assert committed_runs(asking.storage) == runs
    for run_id in runs:
        for read in (read_slices, read_races):
            assert list(map(_said, read(asking.storage, run_id))) == list(map(_said, read(plain.storage, run_id)))
        for row in read_slices(plain.storage, run_id):
            if row["results_file"]:
                file = str(row["results_file"])
                assert asking.storage.read(file) == plain.storage.read(file)
    sizes = [sum(file.stat().st_size for file in place.folder.glob("pages/**/*.gz")) for place in (asking, plain)]
    assert sizes[0] <= sizes[1] * 1.1  # both store once what is the same


def test_no_settled_race_rests_on_the_payload_of_a_withdrawn_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Mornings(tmp_path, monkeypatch, ("ire",), reuse=False, days=5, unchanged=[])
    for number in (2, 3):
        place.run(FIRST + timedelta(days=number))
    before, last = committed_runs(place.storage)
    confirmed = {file for file, holder in held_by(place, last) if run_id_of(holder) == before}
    withdraw(place.storage, [before], "a test", datetime(2025, 11, 13, 7, tzinfo=UTC))
    place.reuse = True
    place.run(FIRST + timedelta(days=3))
    newest = dict(held_by(place, committed_runs(place.storage)[-1]))
    assert any(run_id_of(file) == last for file in newest)  # what the last run had whole is settled
    assert confirmed
    assert not confirmed & newest.keys()
    assert before not in map(run_id_of, newest.values())


def held_by(place: Mornings, run_id: str) -> list[tuple[str, str]]:
    """The page of each race of a run, and the file that holds its payload."""
    store = PageStore(place.storage)
    files = [str(race["page_file"]) for race in read_races(place.storage, run_id) if race["page_file"]]
    return [(file, page.held_by) for file in files if (page := store.read(file))]
