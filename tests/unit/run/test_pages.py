"""Pages from the source and from the store: each with the time it was really fetched, a short one asked for twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from extract.errors import FetchFailed
from extract.fetch.halt import Halt
from extract.parse import ListedRace
from extract.run.live_pages import LivePages, RetryPages
from extract.run.race_step import shortfall
from extract.run.settings import Settings
from extract.run.setup import make_client
from extract.run.stored_pages import StoredPages
from extract.source.base import Source
from extract.source.sample import SampleServer, World
from extract.stage.layout import Run, page_path, timestamp
from extract.stage.pages import PageStore
from extract.stage.storage import open_storage

DAY = date(2025, 4, 11)
SEEN = datetime(2025, 4, 14, 6, tzinfo=UTC)
RUN, LATER = Run(datetime(2025, 4, 14, 6, tzinfo=UTC)), Run(datetime(2025, 4, 15, 6, tzinfo=UTC))


@dataclass(frozen=True)
class ShortWorld(World):
    """Leaves the last runner off a race's page as often as asked."""

    short: dict[int, int] = field(default_factory=dict)

    def result(self, race_id: int, as_of: datetime) -> dict[str, Any] | None:
        made = super().result(race_id, as_of)
        if made and self.short.get(race_id, 0) > 0:
            self.short[race_id] -= 1
            made["runners"] = made["runners"][:-1]
            made["details"] = made["details"] | {"numberOfRunners": len(made["runners"])}
        return made


@pytest.fixture
def server() -> Iterator[SampleServer]:
    with SampleServer(ShortWorld(), as_of=SEEN) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> PageStore:
    return PageStore(open_storage(str(tmp_path)))


def live(server: SampleServer, store: PageStore, run: Run = RUN, reuse: tuple[str, ...] = ()) -> LivePages:
    client = make_client(Source("x", server.base_url, obey_robots=False), Settings(rate=1000, backoff=0.01), Halt())
    return LivePages(client, store, run, reuse)


def a_race(pages: LivePages) -> ListedRace:
    races = pages.index(DAY, lambda _: True).value.races
    return next(race for race in races if race.status == "result" and (race.index_runners or 0) > 5)


def asked_for(server: SampleServer, race: ListedRace) -> int:
    return len([path for path in server.paths if re.search(rf"/{race.race_id}$", path)])


@pytest.mark.parametrize(("times", "fetches", "missing"), [(0, 1, 0), (1, 2, 0), (5, 2, 1)])
def test_a_page_shorter_than_the_index_is_fetched_once_more(
    times: int, fetches: int, missing: int, server: SampleServer, store: PageStore
) -> None:
    pages = live(server, store)
    race = a_race(pages)
    server.world.short[race.race_id] = times  # type: ignore[attr-defined]
    found = pages.result(race, lambda result: shortfall(race, result) is None)
    assert len(found.value.rows) == (race.index_runners or 0) - missing
    assert asked_for(server, race) == fetches
    stored = StoredPages(store).result(race, lambda _: True)
    assert stored == found


def test_an_index_that_will_not_do_is_fetched_once_more_and_only_once(server: SampleServer, store: PageStore) -> None:
    pages = live(server, store)
    pages.index(DAY, lambda _: False)
    assert len([path for path in server.paths if "time-order" in path]) == 2
    assert len(store.storage.list("pages")) == 1


def test_a_resumed_run_takes_stored_pages_with_their_own_fetch_time(server: SampleServer, store: PageStore) -> None:
    first = live(server, store)
    race = a_race(first)
    had = first.result(race, lambda _: True)
    found = live(server, store, LATER, (RUN.run_id,)).result(race, lambda _: True)
    assert found == had
    assert asked_for(server, race) == 1
    assert abs((datetime.now(UTC) - datetime.fromisoformat(had.fetched_at + "+00:00")).total_seconds()) < 60


def test_a_stored_page_without_a_time_counts_from_its_run(server: SampleServer, store: PageStore) -> None:
    path = page_path("gb", DAY, 7, RUN.run_id)
    store.save(path, b"{}", datetime.fromtimestamp(0, UTC))
    loaded = store.read(path)
    assert loaded is not None
    assert timestamp(loaded.fetched_at) == RUN.scraped_at_text


def test_a_cut_stored_page_is_fetched_again_by_resume_and_retry_and_named_by_replay(
    server: SampleServer, store: PageStore, tmp_path: Path
) -> None:
    pages = live(server, store)
    race = a_race(pages)
    path = tmp_path / pages.result(race, lambda _: True).page_file
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FetchFailed, match="is cut"):
        StoredPages(store).result(race, lambda _: True)
    later = live(server, store, LATER, (RUN.run_id,))
    retry = RetryPages(later, StoredPages(store), frozenset({race.race_id}))
    assert retry.result(race, lambda _: True).page_file.endswith(f"{LATER.run_id}.json.gz")
    newest = Run(datetime(2025, 4, 16, 6, tzinfo=UTC))
    assert newest.run_id in live(server, store, newest, (RUN.run_id,)).result(race, lambda _: True).page_file
