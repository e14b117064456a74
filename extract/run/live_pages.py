"""Pages fetched from the source, stored as they come so that a better parser can read them again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Generic, TypeVar

from extract.errors import BlockPage, ContractBroken, FetchFailed, PageNotLoaded
from extract.fetch.client import Client
from extract.fetch.conditions import Known
from extract.parse import (
    DayIndex,
    ListedRace,
    RaceResult,
    index_payload,
    loaded_result,
    parse_data,
    parse_index_payload,
    parse_payload,
)
from extract.run.earlier_pages import EarlierPages, known, said_by
from extract.run.pages import IndexWillDo, ResultWillDo, Supplied
from extract.run.stored_pages import StoredPages, load
from extract.source.base import index_path
from extract.stage import layout
from extract.stage.layout import Run, timestamp
from extract.stage.page_note import Said
from extract.stage.pages import PageStore, StoredPage
from extract.stage.unknown_pages import UnknownPages

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look(Generic[T]):
    """One look at the source: what was made of the page, when, and what the source said that tells of its changes."""

    value: T
    at: datetime
    said: Said | None
    is_unchanged: bool
    """Whether the source did not send the page."""


IndexShown = tuple[bytes, DayIndex]
ResultShown = tuple[bytes, Callable[[], RaceResult]]
"""A payload, and what is made of it: of a result later, for a page that cannot be parsed is stored, too."""


@dataclass(slots=True)
class LivePages:
    """Pages from the source, stored for replay. Race pages that the runs in `reuse` stored are not asked for again.

    A page that is stored with its validators is asked for if it has changed. Whoever looks once more asks for it whole.
    """

    client: Client
    store: PageStore
    run: Run
    reuse: tuple[str, ...] = ()
    frozen: bool = False
    """Whether the source's clock stands still at the run's time, as the sample world's does."""
    withdrawn: Container[str] = ()
    _earlier: EarlierPages = field(init=False)

    def __post_init__(self) -> None:
        self._earlier = EarlierPages(self.store, self.withdrawn)

    def index(self, race_date: date, will_do: IndexWillDo) -> Supplied[DayIndex]:
        """Return the index of a date, which serves every country; always as the source shows it now."""
        path, address = layout.index_page_path(race_date, self.run.run_id), index_path(race_date)
        stored = self._earlier.page(layout.ALL, race_date, "index")
        had = known(stored, address, lambda payload: (payload, parse_index_payload(payload, race_date)))
        looks: list[tuple[Supplied[DayIndex], Look[IndexShown]]] = []
        for _ in range(2):
            try:
                look = self._look(address, lambda body: _good_index(body, race_date), None if looks else had, stored)
            except (FetchFailed, ContractBroken):
                if not looks:
                    raise
                break
            looks.append((Supplied(look.value[1], timestamp(look.at), path), look))
            if will_do(looks[-1][0]):
                break
            log.warning("the index of %s is odd or doubtful; looking once more", race_date)
        best, look = max(reversed(looks), key=lambda seen: (will_do(seen[0]), len(seen[0].value.races)))
        self._save(path, look, stored)
        return best

    def result(self, race: ListedRace, will_do: ResultWillDo) -> Supplied[RaceResult]:
        """Return the result of a race."""
        if (had := self._had(race)) and will_do(had.value):
            return had
        path = layout.page_path(race.country, race.race_date, race.race_id, self.run.run_id)
        stored = self._earlier.page(race.country, race.race_date, str(race.race_id))

        def read(payload: bytes) -> ResultShown:
            found = parse_payload(payload, race)
            return payload, lambda: found

        def shown(body: bytes) -> ResultShown:
            payload, data = loaded_result(body)
            return payload, partial(parse_data, data, race)

        look = self._look(race.path, shown, known(stored, race.path, read), stored)
        try:
            found = look.value[1]()
            if not will_do(found):
                log.warning("race %s: the page shows less than the index; looking once more", race.race_id)
                again = self._look(race.path, shown, None, stored)
                second = again.value[1]()
                if len(second.rows) >= len(found.rows):
                    found, look = second, again
        except FetchFailed as error:
            log.warning("race %s: no second look (%s)", race.race_id, error)
        finally:  # also a page that cannot be parsed: a better parser may
            self._save(path, look, stored)
        return Supplied(found, timestamp(look.at), path)

    def _had(self, race: ListedRace) -> Supplied[RaceResult] | None:
        for run_id in self.reuse:
            path = layout.page_path(race.country, race.race_date, race.race_id, run_id)
            try:
                stored = load(self.store, path)
                if stored and stored.had_by not in self.withdrawn:
                    return Supplied(parse_payload(stored.payload, race), timestamp(stored.fetched_at), path)
            except (FetchFailed, ContractBroken) as error:
                log.warning("race %s is fetched again: %s", race.race_id, error)
        return None

    def _save(self, path: str, look: Look[IndexShown] | Look[ResultShown], stored: StoredPage | None) -> None:
        payload, _ = look.value
        self.store.save(path, payload, look.at, said=look.said, earlier=stored, is_unchanged=look.is_unchanged)

    def _look(
        self, address: str, check: Callable[[bytes], T], had: Known[T] | None, stored: StoredPage | None
    ) -> Look[T]:
        """Look at a page: what `check` makes of it, or what is had where it has not changed.

        A page that we do not know is kept as it came.
        """
        strange: list[bytes] = []

        def checked(body: bytes) -> T:
            try:
                return check(body)
            except (PageNotLoaded, BlockPage):  # these will never tell more
                raise
            except Exception:  # any: whatever a parser stumbles over, a better one may read
                strange.append(body)
                raise

        try:
            page, made = self.client.get(address, checked, had)
        except ContractBroken:
            if strange and (kept := UnknownPages(self.store.storage).keep(self.run.run_id, address, strange[-1])):
                log.warning("%s is not the page we know; it is kept as %s", address, kept)
            raise
        at = (self.run.scraped_at if self.frozen else page.fetched_at).replace(microsecond=0)
        return Look(made, at, said_by(page, address, stored), page.is_unchanged)


def _good_index(body: bytes, race_date: date) -> tuple[bytes, DayIndex]:
    payload = index_payload(body)
    return payload, parse_index_payload(payload, race_date)  # an error shell is retried by the client, not stored


@dataclass(frozen=True, slots=True)
class RetryPages:
    """Fresh indexes, stored pages for the races that were good, and fresh pages for those that were not."""

    live: LivePages
    stored: StoredPages
    good: frozenset[int]

    def index(self, race_date: date, will_do: IndexWillDo) -> Supplied[DayIndex]:
        """Return a fresh index."""
        return self.live.index(race_date, will_do)

    def result(self, race: ListedRace, will_do: ResultWillDo) -> Supplied[RaceResult]:
        """Return a stored result where an earlier run had a good one and it will do, else a fresh one."""
        if race.race_id in self.good:
            try:
                had = self.stored.result(race, will_do)
                if will_do(had.value):
                    return had
            except (FetchFailed, ContractBroken) as error:
                log.warning("race %s is fetched again: %s", race.race_id, error)
        return self.live.result(race, will_do)
