"""What a run did, for the summary and the exit code."""

from __future__ import annotations

from dataclasses import dataclass, field

from extract.errors import ExitCode
from extract.run.boundary import Failure
from extract.run.outcome import SliceOutcome
from extract.stage.layout import Run


@dataclass(slots=True)
class RunReport:
    """A run's slices, why it ended early if it did, and how many pages were and were not the pages we know."""

    run: Run
    slices: list[SliceOutcome] = field(default_factory=list)
    refused: str | None = None
    halted: str | None = None
    broken: int = 0
    unexpected: int = 0
    parsed: int = 0

    def count(self, failure: Failure) -> None:
        """Take in a page that failed."""
        if failure.kind == "refused":
            self.refused = self.refused or failure.reason
        self.broken += failure.kind == "broken"
        self.unexpected += failure.kind == "unexpected"

    @property
    def unfinished(self) -> bool:
        """Whether something that was asked for is not final."""
        return not all(item.is_good for item in self.slices)

    @property
    def exit_code(self) -> ExitCode:
        """0 all good; 4 refused; 5 when every page we got was not the page we know; 1 when we failed at every page."""
        if self.refused:
            return ExitCode.REFUSED
        if not self.parsed and self.broken:
            return ExitCode.CONTRACT_BROKEN
        if not self.parsed and self.unexpected:
            return ExitCode.UNEXPECTED
        return ExitCode.PARTIAL if self.unfinished else ExitCode.OK
