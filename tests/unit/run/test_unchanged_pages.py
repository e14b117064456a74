"""Pages that the source says are unchanged: the same rows as if they had been sent, and never taken where they may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extract.errors import ContractBroken, StagingError
from extract.fetch.halt import Halt
from extract.parse import ListedRace
from extract.run import earlier_pages, live_pages
from extract.run.live_pages import LivePages, RetryPages
from extract.run.settings import Settings
from extract.run.setup import make_client
from extract.run.stored_pages import StoredPages
from extract.source.base import Source
from extract.source.sample import Fault, SampleServer
from extract.stage.layout import Run, timestamp
from extract.stage.pages import PageStore, run_id_of
from extract.stage.storage import open_storage
from tests.unit.stage.conftest import aws_endpoint, bucket

__all__ = ["aws_endpoint", "bucket"]
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


@pytest.fixture(params=["folder", "s3"])
def any_store(request: pytest.FixtureRequest, store: PageStore) -> PageStore:
    if request.param == "folder":
        return store
    return PageStore(open_storage(f"s3://{request.getfixturevalue('bucket')}/staging"))


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
    server: SampleServer, any_store: PageStore
) -> None:
    first = pages_of(server, any_store, 0)
    race = a_race(first)
    had = first.result(race, lambda _: True)
    again = pages_of(server, any_store, 1)
    again.frozen = True  # so that the time of the look is that of the run
    index = again.index(DAY, lambda _: True)
    found = again.result(race, lambda _: True)
    assert found.value == had.value
    assert (found.fetched_at, run_id_of(found.page_file)) == (timestamp(RUNS[1].scraped_at), RUNS[1].run_id)
    assert (again.client.stats.unchanged, again.client.stats.bytes, again.client.stats.requests) == (2, 0, 2)
    for supplied in (index, found):
        stored = any_store.read(supplied.page_file)
        assert stored is not None
        assert (run_id_of(stored.held_by), stored.had_by) == (RUNS[0].run_id, RUNS[0].run_id)
        assert timestamp(stored.fetched_at) == timestamp(RUNS[1].scraped_at)
    assert StoredPages(any_store).result(race, lambda _: True) == found  # a replay reads what was staged
    third = pages_of(server, any_store, 2)
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


def test_where_stored_pages_cannot_be_listed_the_source_is_asked_as_if_there_were_none(
    server: SampleServer, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    race = a_race(pages_of(server, store, 0))
    pages_of(server, store, 0).result(race, lambda _: True)

    def refused(*_: object) -> None:
        raise StagingError("Cannot list the pages. Check who may read them.")

    monkeypatch.setattr(PageStore, "latest", refused)
    again = pages_of(server, store, 1)
    again.result(race, lambda _: True)
    assert again.client.stats.unchanged == 0


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
        assert (stored.said, stored.had_by) == (None, RUNS[number].run_id)  # each had it whole, whoever is withdrawn
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
