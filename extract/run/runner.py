"""One run: index by date, races by slice, everything staged, the commit marker last."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from extract.contract import Record
from extract.fetch.halt import Halt
from extract.parse import DayIndex, ListedRace
from extract.run.belief import doubt
from extract.run.boundary import Failure, attempt
from extract.run.history import History
from extract.run.outcome import RaceOutcome, SliceOutcome
from extract.run.pages import Pages, Supplied
from extract.run.race_step import RaceStep
from extract.run.report import RunReport
from extract.run.selection import Selection
from extract.run.settings import VERSION
from extract.stage.layout import moment
from extract.stage.run_writer import RunWriter

log = logging.getLogger(__name__)
Progress = Callable[[SliceOutcome], None]
Index = Supplied[DayIndex]


@dataclass(slots=True)
class Runner:
    """Carries out a run. Failing pages are isolated; a refusal stops the run and keeps what was had."""

    writer: RunWriter
    pages: Pages
    selection: Selection
    source: str
    history: History
    workers: int = 2
    progress: Progress = lambda _slice: None
    halt: Halt = field(default_factory=Halt)

    def execute(self) -> RunReport:
        """Scrape, stage and commit.

        Raises:
            StagingError: staging cannot be written; the run is left uncommitted and can be resumed.
            KeyboardInterrupt: the user stopped the run; likewise.
        """
        report = RunReport(self.writer.run)
        races: list[Record] = []
        lineage: Record = {"run_id": self.writer.run.run_id, "scraped_at": self.writer.run.scraped_at_text}
        for day, countries in self.selection.by_date():
            index = self._index(day, countries, report)
            for country in countries:
                found, outcome = self._slice(day, country, index, report)
                races += [race.record(lineage) for race in found]
                report.slices.append(outcome)
                self.progress(outcome)
        report.halted = self.halt.reason if report.unfinished else None
        self.writer.commit(races, [item.record(lineage, self.source, VERSION) for item in report.slices])
        return report

    def _index(self, day: date, countries: list[str], report: RunReport) -> Index | str:
        """Return the index of a date, or why there is none."""
        if report.refused:
            return "the source refused us before this date"
        found = attempt(f"index of {day}", lambda: self.pages.index(day, lambda seen: self._will_do(seen, countries)))
        if isinstance(found, Failure):
            report.count(found)
            return found.reason if found.kind == "refused" else f"index: {found.reason}"
        for odd in found.value.oddities:
            asked = odd.country is None or odd.country in countries
            log.log(logging.ERROR if asked else logging.WARNING, "index of %s: %s", day, odd.reason)
        known = any(not found.value.odd_for(country) for country in countries)
        report.parsed += known
        report.broken += not known
        return found

    def _will_do(self, seen: Index, countries: list[str]) -> bool:
        return not any(seen.value.odd_for(country) or self._doubt(seen, country) for country in countries)

    def _doubt(self, seen: Index, country: str) -> str | None:
        earlier = self.history.sightings(seen.value.race_date, country)
        return doubt(seen.value, country, earlier, moment(seen.fetched_at))

    def _slice(
        self, day: date, country: str, index: Index | str, report: RunReport
    ) -> tuple[list[RaceOutcome], SliceOutcome]:
        outcome = SliceOutcome(day, country, self.selection.filter_text)
        if isinstance(index, str):
            outcome.reason = index
            return [], outcome
        outcome.index_fetched_at = index.fetched_at
        listed = [race for race in index.value.races if race.country == country]
        wanted = [race for race in listed if self.selection.wants(race)]
        outcome.left_out = len(listed) - len(wanted)
        if odd := index.value.odd_for(country):  # the list is not known; what can be told of it is staged all the same
            more = f" (and {len(odd) - 1} more like it, see the log)" if len(odd) > 1 else ""
            outcome.doubt = f"index: {odd[0]}{more}"
        else:
            outcome.listed, outcome.doubt = len(listed), self._doubt(index, country)
        step = RaceStep(self.writer.run, self.pages)
        with self._pool() as pool:
            races = list(pool.map(lambda race: self._take(step, race, report), wanted))
        for race in races:
            race.is_doubtful = race.is_doubtful and not self.history.was_shown(race, self.writer.run.scraped_at)
            outcome.add(race)
        rows = [row for race in races for row in race.rows]
        if rows:
            file = self.writer.write_results(country, day, rows)
            outcome.results_file, outcome.results_sha256 = file.path, file.sha256
        return races, outcome

    def _take(self, step: RaceStep, race: ListedRace, report: RunReport) -> RaceOutcome:
        try:
            return step.take(race, report)
        except BaseException as error:  # what ends the run ends it here, before this worker takes another race
            self.halt.stop(f"The run ended: {error}")
            raise

    @contextmanager
    def _pool(self) -> Iterator[ThreadPoolExecutor]:
        """Yield a pool that on Ctrl-C asks its workers to stop and waits for them, so that no page is half stored."""
        pool = ThreadPoolExecutor(max_workers=self.workers)
        try:
            yield pool
        except BaseException:
            self.halt.stop("The run was interrupted.")
            raise
        finally:
            pool.shutdown(cancel_futures=True)
