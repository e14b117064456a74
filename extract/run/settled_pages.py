"""Pages of races that are not settled, from the source; of the others, as they are stored."""

from __future__ import annotations

import logging
import threading
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date

from extract.errors import ContractBroken, FetchFailed
from extract.parse import DayIndex, ListedRace, RaceResult, parse_payload
from extract.run.history import History
from extract.run.live_pages import LivePages
from extract.run.pages import IndexWillDo, ResultWillDo, Supplied
from extract.run.settled import is_rated, settled_page
from extract.run.stored_pages import load
from extract.stage.layout import timestamp

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SettledPages:
    """Fresh indexes and fresh pages, but for settled races: these are staged from their stored page.

    A row keeps the time at which its page was fetched, and the race names the page, whose name names the run that
    fetched it. So a run never claims to have asked for what it took as stored.
    """

    live: LivePages
    history: History
    withdrawn: Container[str]
    after: date
    """Pages of races of this date or before are all asked for: they may never be asked for again."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def index(self, race_date: date, will_do: IndexWillDo) -> Supplied[DayIndex]:
        """Return a fresh index."""
        return self.live.index(race_date, will_do)

    def result(self, race: ListedRace, will_do: ResultWillDo) -> Supplied[RaceResult]:
        """Return the stored result of a settled race if it will do, else a fresh one."""
        if race.race_date > self.after and (had := self._settled(race)) and will_do(had.value):
            return had
        return self.live.result(race, will_do)

    def _settled(self, race: ListedRace) -> Supplied[RaceResult] | None:
        with self._lock:
            looks = self.history.looks(race)
        page_file = settled_page(race, looks, self.withdrawn, self.live.run.scraped_at.date())
        if page_file is None:
            return None
        try:
            stored = load(self.live.store, page_file)
            found = parse_payload(stored.payload, race) if stored else None
        except (FetchFailed, ContractBroken) as error:
            log.warning("race %s is fetched again: %s", race.race_id, error)
            return None
        if stored is None or found is None or not is_rated(found) or stored.had_by in self.withdrawn:
            return None
        return Supplied(found, timestamp(stored.fetched_at), page_file)
