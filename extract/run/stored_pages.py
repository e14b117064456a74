"""Pages that runs have stored: for replay, and for the good races of a retry. Asks nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from extract.errors import ContractBroken, FetchFailed
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
from extract.stage import layout
from extract.stage.layout import timestamp
from extract.stage.pages import PageStore, run_id_of

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoredPages:
    """The newest stored page of everything. A page kept as it came is tried first if it is newer than the payload."""

    store: PageStore
    _listed: dict[tuple[str, str, date], dict[str, str]] = field(default_factory=dict)

    def index(self, race_date: date, will_do: IndexWillDo) -> Supplied[DayIndex]:
        """Return the newest stored index of a date."""
        return self._newest(
            layout.ALL, race_date, "index", index_payload, lambda payload: parse_index_payload(payload, race_date),
            f"No index of {race_date} is stored. Scrape the date first.",
        )  # fmt: skip

    def result(self, race: ListedRace, will_do: ResultWillDo) -> Supplied[RaceResult]:
        """Return the newest stored result of a race."""
        name = str(race.race_id)
        return self._newest(
            race.country, race.race_date, name, result_payload, lambda payload: parse_payload(payload, race),
            "No page of this race is stored. Scrape the date again.",
        )  # fmt: skip

    def _newest(
        self,
        country: str,
        race_date: date,
        name: str,
        payload_of: Callable[[bytes], bytes],
        parse: Callable[[bytes], T],
        missing: str,
    ) -> Supplied[T]:
        problem: FetchFailed | ContractBroken = FetchFailed(missing)
        for path in self._paths(country, race_date, name):
            stored = self.store.load(path)
            if stored is None:
                continue
            try:
                payload = payload_of(stored.payload) if path.startswith("unknown/") else stored.payload
                return Supplied(parse(payload), timestamp(stored.fetched_at), path)
            except ContractBroken as error:
                if not path.startswith("unknown/"):
                    raise
                problem = error
                log.warning("%s still cannot be read: %s", path, error)
        raise problem

    def _paths(self, country: str, race_date: date, name: str) -> Iterator[str]:
        """Yield where a page is, the page kept as it came first if it is newer than the payload."""
        found = [path for root in ("pages", "unknown") if (path := self._latest(root, country, race_date).get(name))]
        yield from sorted(found, key=run_id_of, reverse=True)

    def _latest(self, root: str, country: str, race_date: date) -> dict[str, str]:
        key = (root, country, race_date)
        if key not in self._listed:
            self._listed[key] = PageStore(self.store.storage, root).latest(country, race_date)
        return self._listed[key]
