"""Pages that the source says are unchanged: the same rows as if they had been sent, and never taken where they may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extract.errors import ContractBroken
from extract.fetch.halt import Halt
from extract.parse import ListedRace
from extract.run import earlier_pages, live_pages
from extract.run.live_pages import LivePages, RetryPages
from extract.run.replay import replay_request
from extract.run.settings import Settings
from extract.run.setup import make_client
from extract.run.stored_pages import StoredPages
from extract.source.base import Source
from extract.source.sample import Fault, SampleServer
from extract.stage.layout import Run, timestamp
from extract.stage.manifest import committed_runs, read_races, read_slices
from extract.stage.pages import PageStore, run_id_of
from extract.stage.storage import open_storage
from extract.stage.verify import verify_runs
from extract.stage.withdrawals import withdraw
from tests.resilience.place import _said
from tests.unit.run.mornings import Mornings

DAY = date(2025, 4, 11)
EVENING = datetime(2025, 4, 11, 22, tzinfo=UTC)
SEEN = datetime(2025, 4, 14, 6, tzinfo=UTC)
RUNS = [Run(SEEN + timedelta(days=number)) for number in range(4)]
FIRST = date(2025, 11, 10)


@pytest.fixture
def server() -> Iterator[SampleServer]:
    with SampleServer(as_of=SEEN) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> PageStore:
    return PageStore(open_storage(str(tmp_path)))


def pages_of(server: SampleServer, store: PageStore, number: int, withdrawn: tuple[str, ...] = ()) -> LivePages:
    """A run's pages; its client has learnt that the source compares what it is asked with what it has."""
    client = make_client(Source("x", server.base_url, obey_robots=False), Settings(rate=1000, backoff=0.01), Halt())
    client._trust._compares = True
    return LivePages(client, store, RUNS[number], withdrawn=withdrawn)


def a_race(pages: LivePages) -> ListedRace:
    races = pages.index(DAY, lambda _: True).value.races
    return next(race for race in races if race.status == "result" and (race.index_runners or 0) > 5)


def sent(server: SampleServer, race: ListedRace) -> int:
    return len([path for path in server.paths if re.search(rf"/{race.race_id}$", path)])


def test_an_unchanged_page_gives_its_rows_at_the_time_of_this_request_and_is_stored_once(
    server: SampleServer, store: PageStore
) -> None:
    first = pages_of(server, store, 0)
    race = a_race(first)
    had = first.result(race, lambda _: True)
    again = pages_of(server, store, 1)
    again.frozen = True  # so that the time of the look is that of the run
    index = again.index(DAY, lambda _: True)
    found = again.result(race, lambda _: True)
    assert found.value == had.value
    assert (found.fetched_at, run_id_of(found.page_file)) == (timestamp(RUNS[1].scraped_at), RUNS[1].run_id)
    assert (again.client.stats.unchanged, again.client.stats.bytes, again.client.stats.requests) == (2, 0, 2)
    for supplied in (index, found):
        stored = store.read(supplied.page_file)
        assert stored is not None
        assert run_id_of(stored.held_by) == RUNS[0].run_id
        assert timestamp(stored.fetched_at) == timestamp(RUNS[1].scraped_at)
    assert StoredPages(store).result(race, lambda _: True) == found  # a replay reads what was staged
    third = pages_of(server, store, 2)
    assert third.result(race, lambda _: True).value == had.value
    assert third.client.stats.unchanged == 1  # the note came along to a page that was not sent


def test_a_changed_page_is_sent_and_stored_whole(server: SampleServer, store: PageStore) -> None:
    server.as_of = EVENING
    race = a_race(pages_of(server, store, 0))
    pages_of(server, store, 0).result(race, lambda _: True)
    server.as_of = SEEN  # ratings are in
    later = pages_of(server, store, 1)
    found = later.result(race, lambda _: True)
    assert later.client.stats.unchanged == 0
    stored = store.read(found.page_file)
    assert stored is not None
    assert stored.held_by == found.page_file


@pytest.mark.parametrize("trouble", ["gone", "cut", "withdrawn", "of another version", "of another address", "unread"])
def test_a_page_that_cannot_stand_for_what_the_source_has_is_asked_for_whole(
    server: SampleServer, store: PageStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    race = a_race(pages_of(server, store, 0))
    first = pages_of(server, store, 0).result(race, lambda _: True)
    second = pages_of(server, store, 1).result(race, lambda _: True)  # the same as the first
    place, withdrawn, asked = tmp_path / first.page_file, (), race
    if trouble == "gone":
        place.unlink()
    elif trouble == "cut":
        place.write_bytes(place.read_bytes()[:-9])
    elif trouble == "withdrawn":
        withdrawn = (RUNS[0].run_id,)
    elif trouble == "of another version":
        monkeypatch.setattr(earlier_pages, "VERSION", "0.0.0")
    elif trouble == "of another address":
        asked = replace(race, path=race.path + "/")
    elif trouble == "unread":
        monkeypatch.setattr(live_pages, "parse_payload", _raises)
    third = pages_of(server, store, 2, withdrawn)
    found = third.result(asked, lambda _: True)
    assert found.value == second.value
    assert (third.client.stats.unchanged, third.client.stats.requests) == (0, 1)
    stored = store.read(found.page_file)
    assert stored is not None
    is_needed = trouble in {"of another version", "of another address", "unread"}
    assert stored.held_by == (first.page_file if is_needed else found.page_file)


def _raises(*_: object) -> None:
    raise KeyError("a parser's fault")


def test_what_will_not_do_is_looked_at_whole(server: SampleServer, store: PageStore) -> None:
    race = a_race(pages_of(server, store, 0))
    pages_of(server, store, 0).result(race, lambda _: True)
    again = pages_of(server, store, 1)
    again.result(race, lambda _: False)
    again.index(DAY, lambda _: False)
    assert (again.client.stats.unchanged, again.client.stats.requests) == (2, 4)
    assert again.client.stats.bytes > 10_000


def test_a_page_of_which_only_a_withdrawn_run_had_the_payload_is_no_good_page_of_a_retry(
    server: SampleServer, store: PageStore
) -> None:
    race = a_race(pages_of(server, store, 0))
    for number in (0, 1):
        pages_of(server, store, number).result(race, lambda _: True)
    withdrawn = (RUNS[0].run_id,)
    live = pages_of(server, store, 2, withdrawn)
    retry = RetryPages(live, StoredPages(store, withdrawn), frozenset({race.race_id}))
    before = sent(server, race)
    found = retry.result(race, lambda _: True)
    assert sent(server, race) == before + 1
    stored = store.read(found.page_file)
    assert stored is not None
    assert stored.held_by == found.page_file


def test_a_resumed_run_takes_what_the_interrupted_one_found_unchanged(server: SampleServer, store: PageStore) -> None:
    race = a_race(pages_of(server, store, 0))
    pages_of(server, store, 0).result(race, lambda _: True)
    had = pages_of(server, store, 1).result(race, lambda _: True)
    before = sent(server, race)
    resumed = pages_of(server, store, 2)
    resumed.reuse = (RUNS[1].run_id,)
    assert resumed.result(race, lambda _: True) == had
    assert sent(server, race) == before
    distrusting = pages_of(server, store, 3, (RUNS[0].run_id,))
    distrusting.reuse = (RUNS[1].run_id,)
    assert distrusting.result(race, lambda _: True).value == had.value
    assert sent(server, race) == before + 1


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


def test_a_fault_strikes_who_asks_for_what_has_changed_too(server: SampleServer, store: PageStore) -> None:
    race = a_race(pages_of(server, store, 0))
    pages_of(server, store, 0).result(race, lambda _: True)
    server.faults.add(Fault("bad-json", path=rf"/{race.race_id}$"))
    later = pages_of(server, store, 1)
    with pytest.raises(ContractBroken):
        later.result(race, lambda _: True)
    server.faults.clear()
    assert later.result(race, lambda _: True).page_file.endswith(f"{RUNS[1].run_id}.json.gz")
    assert later.client.stats.unchanged == 1


def test_a_source_without_validators_is_asked_as_ever_and_what_is_the_same_is_stored_once(
    server: SampleServer, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.source.sample.server.validators", lambda *_: {"ETag": "none by the book"})
    asked: list[str | None] = []

    def seen(_ours: object, headers: Any) -> bool:
        asked.append(headers.get("If-None-Match") or headers.get("If-Modified-Since"))
        return False

    monkeypatch.setattr("extract.source.sample.server.is_known", seen)
    race = a_race(pages_of(server, store, 0))
    held = []
    for number in range(2):
        found = pages_of(server, store, number).result(race, lambda _: True)
        stored = store.read(found.page_file)
        assert stored is not None
        assert stored.said is None
        held.append(run_id_of(stored.held_by))
    assert (asked, held) == ([None] * 3, [RUNS[0].run_id] * 2)


def test_a_source_that_says_unchanged_to_everything_changes_nothing(
    server: SampleServer, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def always(_ours: object, headers: Any) -> bool:
        return "If-None-Match" in headers

    server.as_of = EVENING
    race = a_race(pages_of(server, store, 0))
    pages_of(server, store, 0).result(race, lambda _: True)
    monkeypatch.setattr("extract.source.sample.server.is_known", always)
    server.as_of = SEEN  # ratings are in
    later = pages_of(server, store, 1)
    later.client._trust._compares = None  # as a run begins
    found = later.result(race, lambda _: True)
    assert any(row["rpr"] for row in found.value.rows)
    assert later.client.stats.unchanged == 0


@pytest.mark.parametrize("reuse", [False, True])
def test_mornings_come_to_the_same_whether_pages_are_sent_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reuse: bool
) -> None:
    plain = Mornings(tmp_path / "plain", monkeypatch, ("ire",), reuse=reuse, days=5)
    asking = Mornings(tmp_path / "asking", monkeypatch, ("ire",), reuse=reuse, days=5, unchanged=[])
    for number in (0, 1, 3):
        if number == 3:  # the morning before is taken back
            for place in (plain, asking):
                last = committed_runs(place.storage)[-1]
                withdraw(place.storage, [last], "a test", datetime(2025, 11, 13, tzinfo=UTC))
        plain.run(FIRST + timedelta(days=number))
        asking.run(FIRST + timedelta(days=number))
    assert asking.unchanged
    if not reuse:
        assert len(asking.unchanged) > 0.25 * len(asking.paths)
        assert sorted(asking.paths) == sorted(plain.paths)
    for place in (plain, asking):
        day = datetime(2025, 11, 14, 7, tzinfo=UTC)
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
