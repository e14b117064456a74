"""Where a run takes its pages from: the source, this run's own stored pages, or an earlier run's.

Each supplier returns parsed pages with the time they were fetched; the run does not care which one it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Protocol, TypeVar

from extract.errors import FetchFailed
from extract.fetch.client import Client
from extract.parse import (
    DayIndex,
    ListedRace,
    RaceResult,
    index_payload,
    parse_index_payload,
    parse_payload,
    result_payload,
)
from extract.source.base import index_path
from extract.stage import layout
from extract.stage.layout import Run, timestamp
from extract.stage.pages import PageStore, run_id_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Supplied(Generic[T]):
    """A parsed page, when it was fetched, and where it is stored."""

    value: T
    fetched_at: str
    page_file: str


class Pages(Protocol):
    """Supplies the pages of a run."""

    def index(self, race_date: date) -> DayIndex:
        """Return the index of a date; raise FetchFailed, SourceRefused or ContractBroken."""

    def result(self, race: ListedRace, *, fetch: bool) -> Supplied[RaceResult]:
        """Return the result of a race; raise FetchFailed, SourceRefused or ContractBroken.

        With `fetch` false only pages this run stored before it was interrupted count: its rows are written already.
        """


@dataclass(frozen=True, slots=True)
class LivePages:
    """Pages from the source, stored before they are parsed; pages this run stored already are not asked for again."""

    client: Client
    store: PageStore
    run: Run

    def index(self, race_date: date) -> DayIndex:
        """Return the index of a date, which serves every country."""
        path = layout.index_page_path(race_date, self.run.run_id)
        payload, _ = self._have(path, index_path(race_date), lambda body: _good_index(body, race_date))
        return parse_index_payload(payload, race_date)

    def result(self, race: ListedRace, *, fetch: bool) -> Supplied[RaceResult]:
        """Return the result of a race."""
        path = layout.page_path(race.country, race.race_date, race.race_id, self.run.run_id)
        if not fetch and not self.store.storage.exists(path):
            raise FetchFailed("The race failed before the run was interrupted. Run `extract retry`.")
        payload, fetched_at = self._have(path, race.path, result_payload)
        return Supplied(parse_payload(payload, race), fetched_at, path)

    def _have(self, path: str, address: str, check: Callable[[bytes], bytes]) -> tuple[bytes, str]:
        stored = self.store.load(path)
        if stored is not None:
            return stored, self.run.scraped_at_text
        page, payload = self.client.get(address, check)
        self.store.save(path, payload)
        return payload, timestamp(page.fetched_at)


def _good_index(body: bytes, race_date: date) -> bytes:
    payload = index_payload(body)
    parse_index_payload(payload, race_date)  # an error shell is retried by the client, not stored
    return payload


@dataclass(frozen=True, slots=True)
class StoredPages:
    """The newest stored page of everything: for replay, and for the good races of a retry. Asks nobody."""

    store: PageStore
    _listed: dict[tuple[str, date], dict[str, str]] = field(default_factory=dict)

    def index(self, race_date: date) -> DayIndex:
        """Return the newest stored index of a date."""
        path = self._latest(layout.ALL, race_date).get("index")
        payload = self.store.load(path) if path else None
        if payload is None:
            raise FetchFailed(f"No index of {race_date} is stored. Scrape the date first.")
        return parse_index_payload(payload, race_date)

    def result(self, race: ListedRace, *, fetch: bool) -> Supplied[RaceResult]:
        """Return the newest stored result of a race."""
        path = self._latest(race.country, race.race_date).get(str(race.race_id))
        payload = self.store.load(path) if path else None
        if path is None or payload is None:
            raise FetchFailed("No page of this race is stored. Scrape the date again.")
        return Supplied(parse_payload(payload, race), fetched_time(path), path)

    def _latest(self, country: str, race_date: date) -> dict[str, str]:
        key = (country, race_date)
        if key not in self._listed:
            self._listed[key] = self.store.latest(country, race_date)
        return self._listed[key]


@dataclass(frozen=True, slots=True)
class RetryPages:
    """Fresh indexes, stored pages for the races that were good, and fresh pages for those that were not."""

    live: LivePages
    stored: StoredPages
    good: frozenset[int]

    def index(self, race_date: date) -> DayIndex:
        """Return a fresh index."""
        return self.live.index(race_date)

    def result(self, race: ListedRace, *, fetch: bool) -> Supplied[RaceResult]:
        """Return a stored result where the last run had one, else a fresh one."""
        return (self.stored if race.race_id in self.good else self.live).result(race, fetch=fetch)


def fetched_time(path: str) -> str:
    """Return when a stored page was fetched, to the run."""
    return Run.of(run_id_of(path)).scraped_at_text
