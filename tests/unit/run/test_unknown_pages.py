"""A page that is not the page we know is kept as it came, so that a better parser can read it; what stands in is told apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extract.errors import BlockPage, ContractBroken, ExtractError, PageNotLoaded, UnexpectedPage
from extract.fetch.halt import Halt
from extract.parse import index_payload, result_payload
from extract.parse.page import next_data, state
from extract.run import stored_pages
from extract.run.live_pages import LivePages
from extract.run.replay import replay_request
from extract.run.settings import Settings
from extract.run.setup import make_client
from extract.run.stored_pages import StoredPages
from extract.source.base import Source
from extract.source.sample import Fault, SampleServer, World
from extract.stage import unknown_pages
from extract.stage.layout import Run
from extract.stage.pages import PageStore
from extract.stage.storage import open_storage
from tests.unit.run.doubles import FakePages, Staged

DAY = date(2025, 4, 11)
SEEN = datetime(2025, 4, 14, 6, tzinfo=UTC)
RUN = Run(SEEN)


@pytest.fixture
def server() -> Iterator[SampleServer]:
    with SampleServer(World(), as_of=SEEN) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> PageStore:
    return PageStore(open_storage(str(tmp_path)))


def live(server: SampleServer, store: PageStore, run: Run = RUN) -> LivePages:
    client = make_client(Source("x", server.base_url, obey_robots=False), Settings(rate=1000, backoff=0.01), Halt())
    return LivePages(client, store, run)


def mend(body: bytes) -> bytes:
    """What the next version of the parser makes of the garbled page."""
    return body.replace(b'"props":{{', b'"props":{')


def test_a_race_page_in_a_new_layout_is_kept_and_replayed_by_a_better_parser(
    server: SampleServer, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = live(server, store)
    race = next(race for race in pages.index(DAY, lambda _: True).value.races if race.status == "result")
    server.faults.add(Fault("bad-json", rf"/{race.race_id}$"))
    with pytest.raises(UnexpectedPage):
        pages.result(race, lambda _: True)
    (kept,) = store.storage.list("pages/unknown")
    with pytest.raises(ContractBroken):
        StoredPages(store).result(race, lambda _: True)
    monkeypatch.setattr(stored_pages, "result_payload", lambda body: result_payload(mend(body)))
    found = StoredPages(store).result(race, lambda _: True)
    assert found.page_file == kept
    assert len(found.value.rows) == race.index_runners


def test_an_index_in_a_new_layout_is_kept_and_its_countries_are_replayed(
    server: SampleServer, store: PageStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.faults.add(Fault("bad-json", "time-order"))
    with pytest.raises(UnexpectedPage):
        live(server, store).index(DAY, lambda _: True)
    (kept,) = store.storage.list("pages/unknown")
    staged = Staged(tmp_path)
    monkeypatch.setattr("tests.unit.run.doubles.DAY", DAY)
    staged.run(FakePages([], SEEN, index_error=UnexpectedPage("new layout")), ("gb", "fr"))
    assert replay_request(store.storage, None, None, None).selection.slices == [(DAY, "fr"), (DAY, "gb")]
    monkeypatch.setattr(stored_pages, "index_payload", lambda body: index_payload(mend(body)))
    found = StoredPages(store).index(DAY, lambda _: True)
    assert found.page_file == kept
    assert len(found.value.races) > 10


def test_a_newer_page_that_can_be_read_comes_before_one_that_was_kept(server: SampleServer, store: PageStore) -> None:
    pages = live(server, store)
    race = next(race for race in pages.index(DAY, lambda _: True).value.races if race.status == "result")
    server.faults.add(Fault("bad-json", rf"/{race.race_id}$"))
    with pytest.raises(UnexpectedPage):
        pages.result(race, lambda _: True)
    server.faults.clear()
    later = live(server, store, Run(datetime(2025, 4, 15, 6, tzinfo=UTC)))
    good = later.result(race, lambda _: True)
    assert StoredPages(store).result(race, lambda _: True) == good


def test_a_page_kept_later_does_not_hide_the_one_that_can_be_read(server: SampleServer, store: PageStore) -> None:
    pages = live(server, store)
    race = next(race for race in pages.index(DAY, lambda _: True).value.races if race.status == "result")
    good = pages.result(race, lambda _: True)
    server.faults.add(Fault("bad-json", rf"/{race.race_id}$"))
    with pytest.raises(UnexpectedPage):
        live(server, store, Run(datetime(2025, 4, 15, 6, tzinfo=UTC))).result(race, lambda _: True)
    assert StoredPages(store).result(race, lambda _: True) == good


@pytest.mark.parametrize("kind", ["error-shell", "block-page", "status"])
def test_what_will_never_tell_more_is_not_kept(kind: str, server: SampleServer, store: PageStore) -> None:
    server.faults.add(Fault(kind, "time-order"))  # type: ignore[arg-type]
    with pytest.raises(ExtractError):
        live(server, store).index(DAY, lambda _: True)
    assert store.storage.list("pages/unknown") == []


def test_only_so_many_pages_of_a_run_are_kept(
    server: SampleServer, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown_pages, "MOST", 2)
    pages = live(server, store)
    races = [race for race in pages.index(DAY, lambda _: True).value.races if race.status == "result"][:4]
    server.faults.add(Fault("bad-json"))
    for race in races:
        with pytest.raises(UnexpectedPage):
            pages.result(race, lambda _: True)
    assert len(store.storage.list("pages/unknown")) == 2


LINKS = b"<a href='/results'>x</a>" * 40
KINDS = {
    b"<html><head><title>Sign in to your account</title></head><body></body></html>": (BlockPage, "login page"),
    b"<html><head><title>x</title></head><body><input type='password'></body></html>": (BlockPage, "login page"),
    b"<html><head><title>x</title></head><body>" + LINKS + b"<input type='password'></body></html>": (UnexpectedPage, "new layout"),
    b"<html><head><title>Site maintenance</title></head><body></body></html>": (PageNotLoaded, "maintenance page"),
    b"<html><head><title>x</title></head><body><h1>We'll be back soon</h1></body></html>": (PageNotLoaded, "retry"),
    b"<html><head><title>Results</title></head><body><h1>Results</h1></body></html>": (UnexpectedPage, "extract replay"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "kind", "says"), [(page, *told) for page, told in KINDS.items()])
def test_a_login_or_maintenance_page_is_told_from_a_new_layout(
    page: bytes, kind: type[ContractBroken], says: str
) -> None:
    with pytest.raises(kind, match=says) as raised:
        next_data(page)
    assert type(raised.value) is kind
    script = b'<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{}}}</script></html>'
    with pytest.raises(kind):
        state(page.replace(b"</html>", script), "results")
