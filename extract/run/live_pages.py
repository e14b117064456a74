"""Pages fetched from the source, stored as they come so that a better parser can read them again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from extract.errors import BlockPage, ContractBroken, FetchFailed, PageNotLoaded
from extract.fetch.client import Client
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
from extract.run.pages import IndexWillDo, ResultWillDo, Supplied
from extract.run.stored_pages import StoredPages, load
from extract.source.base import index_path
from extract.stage import layout
from extract.stage.layout import Run, timestamp
from extract.stage.pages import PageStore
from extract.stage.unknown_pages import UnknownPages

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LivePages:
    """Pages from the source, stored for replay. Race pages that the runs in `reuse` stored are not asked for again."""

    client: Client
    store: PageStore
    run: Run
    reuse: tuple[str, ...] = ()
    frozen: bool = False
    """Whether the source's clock stands still at the run's time, as the sample world's does."""

    def index(self, race_date: date, will_do: IndexWillDo) -> Supplied[DayIndex]:
        """Return the index of a date, which serves every country; always a fresh one."""
        path = layout.index_page_path(race_date, self.run.run_id)
        looks: list[tuple[Supplied[DayIndex], bytes, datetime]] = []
        for _ in range(2):
            try:
                (payload, index), at = self._get(index_path(race_date), lambda body: _good_index(body, race_date))
            except (FetchFailed, ContractBroken):
                if not looks:
                    raise
                break
            looks.append((Supplied(index, timestamp(at), path), payload, at))
            if will_do(looks[-1][0]):
                break
            log.warning("the index of %s is odd or doubtful; looking once more", race_date)
        best = max(reversed(looks), key=lambda look: (will_do(look[0]), len(look[0].value.races)))
        self.store.save(path, *best[1:])
        return best[0]

    def result(self, race: ListedRace, will_do: ResultWillDo) -> Supplied[RaceResult]:
        """Return the result of a race."""
        if (had := self._had(race)) and will_do(had.value):
            return had
        path = layout.page_path(race.country, race.race_date, race.race_id, self.run.run_id)
        (payload, data), at = self._get(race.path, loaded_result)
        try:
            found = parse_data(data, race)
            if not will_do(found):
                log.warning("race %s: the page shows less than the index; looking once more", race.race_id)
                (again, data), later = self._get(race.path, loaded_result)
                second = parse_data(data, race)
                if len(second.rows) >= len(found.rows):
                    found, payload, at = second, again, later
        except FetchFailed as error:
            log.warning("race %s: no second look (%s)", race.race_id, error)
        finally:
            self.store.save(path, payload, at)  # also a page that cannot be parsed: a better parser may
        return Supplied(found, timestamp(at), path)

    def _had(self, race: ListedRace) -> Supplied[RaceResult] | None:
        for run_id in self.reuse:
            path = layout.page_path(race.country, race.race_date, race.race_id, run_id)
            try:
                if stored := load(self.store, path):
                    return Supplied(parse_payload(stored.payload, race), timestamp(stored.fetched_at), path)
            except (FetchFailed, ContractBroken) as error:
                log.warning("race %s is fetched again: %s", race.race_id, error)
        return None

    def _get(self, address: str, check: Callable[[bytes], T]) -> tuple[T, datetime]:
        """Return what `check` makes of a page and when it was fetched. One that we do not know is kept as it came."""
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
            page, made = self.client.get(address, checked)
        except ContractBroken:
            if strange and (kept := UnknownPages(self.store.storage).keep(self.run.run_id, address, strange[-1])):
                log.warning("%s is not the page we know; it is kept as %s", address, kept)
            raise
        return made, (self.run.scraped_at if self.frozen else page.fetched_at).replace(microsecond=0)


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
