"""A source in a few lines: indexes and results of a test's own making, and runs over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from extract.contract import RESULTS, Record, names
from extract.parse import DayIndex, ListedRace, RaceResult
from extract.parse.index import Oddity, Status
from extract.run.history import History
from extract.run.pages import IndexWillDo, ResultWillDo, Supplied
from extract.run.report import RunReport
from extract.run.runner import Runner
from extract.run.selection import Selection
from extract.stage.layout import Run, timestamp
from extract.stage.manifest import read_races, read_slices
from extract.stage.run_writer import RunWriter
from extract.stage.storage import open_storage

DAY = date(2025, 11, 11)
MORNING = datetime(2025, 11, 12, 6, tzinfo=UTC)


def listed(race_id: int, country: str = "gb", runners: int | None = 2, status: Status = "result") -> ListedRace:
    return ListedRace(
        race_id=race_id, country=country, race_date=DAY, course_id=7, course="Ambleford", course_key="ambleford",
        off_time="14:00", off_at="2025-11-11 14:00:00.000000", race_name="A Race", index_runners=runners, status=status,
        is_jumps=False, path=f"/results/7/ambleford/{DAY}/{race_id}",
    )  # fmt: skip


def result(race_id: int, horses: int = 2, **values: str | int | None) -> RaceResult:
    rows: list[Record] = [
        dict.fromkeys(names(RESULTS)) | {"race_id": race_id, "horse_id": number, "facts_hash": "x"} | values
        for number in range(1, horses + 1)
    ]
    return RaceResult(race_id, "result", horses, tuple(rows))


@dataclass
class FakePages:
    """Shows `races` on its index, fetched at `at`; a race has two runners unless `results` says or does otherwise."""

    races: Sequence[ListedRace]
    at: datetime = MORNING
    oddities: tuple[Oddity, ...] = ()
    results: dict[int, Callable[[], RaceResult]] = field(default_factory=dict)
    index_error: Exception | None = None

    def index(self, race_date: date, will_do: IndexWillDo) -> Supplied[DayIndex]:
        if self.index_error:
            raise self.index_error
        return Supplied(DayIndex(race_date, tuple(self.races), oddities=self.oddities), timestamp(self.at), "index")

    def result(self, race: ListedRace, will_do: ResultWillDo) -> Supplied[RaceResult]:
        made = self.results.get(race.race_id, lambda: result(race.race_id))()
        return Supplied(made, timestamp(self.at), f"page of {race.race_id} at {self.at}")


@dataclass
class Staged:
    """A staging area and what its last run wrote."""

    folder: Path

    def run(
        self, pages: FakePages, countries: tuple[str, ...] = ("gb",), at: datetime | None = None, source: str = "live"
    ) -> RunReport:
        storage = open_storage(str(self.folder))
        self.last = Run(at or pages.at)
        chosen = Selection((DAY,), countries)
        return Runner(RunWriter(storage, self.last), pages, chosen, source, History(storage, DAY), workers=2).execute()

    def slices(self) -> dict[str, Record]:
        rows = read_slices(open_storage(str(self.folder)), self.last.run_id)
        return {str(row["country"]): row for row in rows}

    def races(self) -> dict[int, Record]:
        rows = read_races(open_storage(str(self.folder)), self.last.run_id)
        return {int(row["race_id"] or 0): row for row in rows}
