"""Where a run takes its pages from: the source, or what runs have stored of it.

Each supplier returns parsed pages with the time they were fetched; the run does not care which one it has. The run says
of each page whether it will do: a live supplier looks once more when it does not, a stored one has no more to show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from extract.parse import DayIndex, ListedRace, RaceResult

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Supplied(Generic[T]):
    """A parsed page, when it was fetched, and where it is stored."""

    value: T
    fetched_at: str
    page_file: str


IndexWillDo = Callable[[Supplied[DayIndex]], bool]
ResultWillDo = Callable[[RaceResult], bool]


class Pages(Protocol):
    """Supplies the pages of a run."""

    def index(self, race_date: date, will_do: IndexWillDo) -> Supplied[DayIndex]:
        """Return the index of a date; raise FetchFailed, SourceRefused or ContractBroken."""

    def result(self, race: ListedRace, will_do: ResultWillDo) -> Supplied[RaceResult]:
        """Return the result of a race; raise FetchFailed, SourceRefused or ContractBroken."""
