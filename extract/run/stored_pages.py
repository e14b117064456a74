"""Pages that runs have stored: for replay, and for the good races of a retry. Asks nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from extract.errors import ContractBroken, FetchFailed, StagingError
from extract.parse import (
    DayIndex,
    ListedRace,
    RaceResult,
    index_payload,
    parse_index_payload,
    parse_payload,
    result_payload,
)
from extract.run.pages import IndexWillDo, ResultWillDo, Supplied
from extract.source.base import index_path
from extract.stage import layout
from extract.stage.layout import Run, timestamp
from extract.stage.pages import PageStore, StoredPage, run_id_of
from extract.stage.unknown_pages import UnknownPage, UnknownPages

log = logging.getLogger(__name__)
T = TypeVar("T")


def load(store: PageStore, path: str) -> StoredPage | None:
    """Return a stored page, or None when there is none.

    Raises:
        FetchFailed: it is damaged; that concerns its race only.
    """
    try:
        return store.read(path)
    except StagingError as error:
        raise FetchFailed(str(error)) from error


@dataclass(frozen=True, slots=True)
class StoredPages:
    """The newest stored page of everything. A page kept as it came is tried first if it is newer than the payload."""

    store: PageStore
    without: Container[str] = ()
    """Runs whose pages are passed over."""
    _listed: dict[tuple[str, date], dict[str, str]] = field(default_factory=dict)
    _unknown: dict[str, UnknownPage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kept = [page for page in self._kept.list() if page.run_id not in self.without]
        self._unknown.update({page.address: page for page in kept})  # oldest first: the newest stays

    @property
    def _kept(self) -> UnknownPages:
        return UnknownPages(self.store.storage)

    def index(self, race_date: date, will_do: IndexWillDo) -> Supplied[DayIndex]:
        """Return the newest stored index of a date."""
        path = self._latest(layout.ALL, race_date).get("index")
        return self._newest(
            path, index_path(race_date), index_payload, lambda payload: parse_index_payload(payload, race_date),
            f"No index of {race_date} is stored. Scrape the date first.",
        )  # fmt: skip

    def result(self, race: ListedRace, will_do: ResultWillDo) -> Supplied[RaceResult]:
        """Return the newest stored result of a race."""
        path = self._latest(race.country, race.race_date).get(str(race.race_id))
        return self._newest(
            path, race.path, result_payload, lambda payload: parse_payload(payload, race),
            "No page of this race is stored. Scrape the date again.",
        )  # fmt: skip

    def _newest(
        self,
        path: str | None,
        address: str,
        payload_of: Callable[[bytes], bytes],
        parse: Callable[[bytes], T],
        missing: str,
    ) -> Supplied[T]:
        problem: FetchFailed | ContractBroken = FetchFailed(missing)
        unknown = self._unknown.get(address)
        if unknown and not unknown.is_cut and (path is None or unknown.run_id > run_id_of(path)):
            try:
                payload = payload_of(self._raw(unknown))
                return Supplied(parse(payload), Run.of(unknown.run_id).scraped_at_text, unknown.path)
            except (FetchFailed, ContractBroken) as error:
                problem = error
                log.warning("%s still cannot be read: %s", unknown.path, error)
        stored = load(self.store, path) if path else None
        if path is None or stored is None:
            raise problem
        if stored.had_by in self.without:
            raise FetchFailed(f"The stored page {path} is that of a withdrawn run. Scrape the date again.")
        return Supplied(parse(stored.payload), timestamp(stored.fetched_at), path)

    def _raw(self, page: UnknownPage) -> bytes:
        try:
            return self._kept.load(page)
        except StagingError as error:
            raise FetchFailed(str(error)) from error

    def _latest(self, country: str, race_date: date) -> dict[str, str]:
        key = (country, race_date)
        if key not in self._listed:
            self._listed[key] = self.store.latest(country, race_date, self.without)
        return self._listed[key]
