"""One run: index by date, races by slice, everything staged, the commit marker last."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from extract.contract import Record
from extract.errors import ContractBroken, ExitCode, ExtractError, PageNotLoaded, SourceRefused
from extract.fetch.halt import Halt
from extract.parse import DayIndex, ListedRace
from extract.run.outcome import RaceOutcome, SliceOutcome
from extract.run.pages import Pages
from extract.run.selection import Selection
from extract.run.settings import VERSION
from extract.stage.layout import Run
from extract.stage.run_writer import RunWriter

log = logging.getLogger(__name__)
Progress = Callable[[SliceOutcome], None]


@dataclass(slots=True)
class RunReport:
    """What a run did, for the summary: its slices, why it ended early if it did, and the exit code."""

    run: Run
    slices: list[SliceOutcome] = field(default_factory=list)
    refused: str | None = None
    halted: str | None = None
    broken: int = 0
    parsed: int = 0

    @property
    def unfinished(self) -> bool:
        """Whether something that was asked for is not final."""
        return not all(item.is_good for item in self.slices)

    @property
    def exit_code(self) -> ExitCode:
        """0 all good; 4 refused; 5 when every page we got was not the page we know; else 3."""
        if self.refused:
            return ExitCode.REFUSED
        if self.broken and not self.parsed:
            return ExitCode.CONTRACT_BROKEN
        return ExitCode.PARTIAL if self.unfinished else ExitCode.OK


@dataclass(slots=True)
class Runner:
    """Carries out a run. Failing races are isolated; a refusal stops the run and keeps what was had."""

    writer: RunWriter
    pages: Pages
    selection: Selection
    source: str
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
            index, reason = self._index(day, countries, report)
            for country in countries:
                found, outcome = self._slice(day, country, index, reason, report)
                races += [race.record(lineage) for race in found]
                report.slices.append(outcome)
                self.progress(outcome)
        report.halted = self.halt.reason if report.unfinished else None
        self.writer.commit(races, [item.record(lineage, self.source, VERSION) for item in report.slices])
        return report

    def _index(self, day: date, countries: list[str], report: RunReport) -> tuple[DayIndex | None, str | None]:
        if report.refused:
            return None, "the source refused us before this date"
        try:
            index = self.pages.index(day)
        except SourceRefused as error:
            report.refused = str(error)
        except ExtractError as error:
            report.broken += is_broken(error)
            log.error("index of %s: %s", day, error)
            return None, f"index: {error}"
        else:
            for odd in index.oddities:
                asked = odd.country is None or odd.country in countries
                log.log(logging.ERROR if asked else logging.WARNING, "index of %s: %s", day, odd.reason)
            known = any(not index.odd_for(country) for country in countries)
            report.parsed += known
            report.broken += not known
            return index, None
        return None, report.refused

    def _slice(
        self, day: date, country: str, index: DayIndex | None, reason: str | None, report: RunReport
    ) -> tuple[list[RaceOutcome], SliceOutcome]:
        outcome = SliceOutcome(day, country, self.selection.filter_text)
        if index is None:
            outcome.reason = reason
            return [], outcome
        if odd := index.odd_for(country):
            more = f" (and {len(odd) - 1} more like it, see the log)" if len(odd) > 1 else ""
            outcome.reason = f"index: {odd[0]}{more}"
            return [], outcome
        listed = [race for race in index.races if race.country == country]
        wanted = [race for race in listed if self.selection.wants(race)]
        outcome.listed, outcome.left_out = len(listed), len(listed) - len(wanted)
        staged = self.writer.results_staged(country, day)
        with self._pool() as pool:
            races = list(pool.map(lambda race: self._race(race, report, fetch=staged is None), wanted))
        for race in races:
            outcome.add(race)
        rows = [row for race in races for row in race.rows]
        if rows:
            file = staged or self.writer.write_results(country, day, rows)
            outcome.results_file, outcome.results_sha256 = file.path, file.sha256
        return races, outcome

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

    def _race(self, race: ListedRace, report: RunReport, *, fetch: bool) -> RaceOutcome:
        if race.status != "result":
            why = "no result published yet" if race.status == "pending" else None
            return RaceOutcome(race, race.status, why)
        if report.refused:
            return RaceOutcome(race, "failed", "the source refused us before this race")
        try:
            page = self.pages.result(race, fetch=fetch)
        except SourceRefused as error:
            report.refused = str(error)
            return RaceOutcome(race, "failed", str(error))
        except ExtractError as error:
            report.broken += is_broken(error)
            log.error("race %s: %s", race.race_id, error)
            return RaceOutcome(race, "failed", str(error))
        report.parsed += 1
        lineage: Record = {
            "run_id": self.writer.run.run_id,
            "scraped_at": self.writer.run.scraped_at_text,
            "fetched_at": page.fetched_at,
        }
        rows = tuple(row | lineage for row in page.value.rows)
        return RaceOutcome(race, page.value.status, None, page.value.declared_runners, rows, page.page_file)


def is_broken(error: ExtractError) -> bool:
    """Say whether an error means that a page is not the page we know. One that came without its data may still be."""
    return isinstance(error, ContractBroken) and not isinstance(error, PageNotLoaded)
