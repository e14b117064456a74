"""One race of a run: from its line on the index to what is staged of it."""

from __future__ import annotations

from dataclasses import dataclass

from extract.contract import RESULTS, Record
from extract.errors import ContractBroken, StagingError
from extract.parse import ListedRace, RaceResult
from extract.run.boundary import Failure, attempt
from extract.run.outcome import RaceOutcome
from extract.run.pages import Pages
from extract.run.report import RunReport
from extract.stage.dialect import check_rows
from extract.stage.layout import Run
from extract.stage.pages import run_id_of


@dataclass(frozen=True, slots=True)
class RaceStep:
    """Gets the races of a run one by one; whatever goes wrong stays with its race."""

    run: Run
    pages: Pages

    def take(self, race: ListedRace, report: RunReport) -> RaceOutcome:
        """Return how a race went, counted in the report."""
        if race.status != "result":
            why = "no result published yet" if race.status == "pending" else None
            return RaceOutcome(race, race.status, why)
        if report.refused:
            return RaceOutcome(race, "failed", "the source refused us before this race")
        made = attempt(f"race {race.race_id}", lambda: self._had(race))
        if isinstance(made, Failure):
            report.count(made)
            return RaceOutcome(race, "failed", made.reason)
        report.parsed += 1
        return made

    def _had(self, race: ListedRace) -> RaceOutcome:
        page = self.pages.result(race, lambda result: shortfall(race, result) is None)
        lineage: Record = {
            "run_id": self.run.run_id,
            "scraped_at": self.run.scraped_at_text,
            "fetched_at": page.fetched_at,
        }
        rows = tuple(row | lineage for row in page.value.rows)
        try:
            check_rows(RESULTS, rows)
        except StagingError as error:  # a value that no file can carry concerns its race, not staging
            raise ContractBroken(str(error)) from error
        short = shortfall(race, page.value)
        return RaceOutcome(
            race, page.value.status, short, page.value.declared_runners, rows, page.page_file, is_doubtful=bool(short),
            is_reused=run_id_of(page.page_file) != self.run.run_id,
        )  # fmt: skip


def shortfall(race: ListedRace, result: RaceResult) -> str | None:
    """Return in words that a page shows fewer runners than the index lists; None when it does not."""
    if result.status != "result" or race.index_runners is None or len(result.rows) >= race.index_runners:
        return None
    return f"the index lists {race.index_runners} runners, the page {len(result.rows)}"
