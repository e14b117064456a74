"""Mornings of the sample world, run in this process without a socket: what was asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extract.contract import RESULTS, Record
from extract.fetch.client import Page
from extract.fetch.conditions import Known, validators_of
from extract.run import setup
from extract.run.last_looks import with_missed_last_looks
from extract.run.report import RunReport
from extract.run.request import Request
from extract.run.rerun import retry_request
from extract.run.selection import Selection
from extract.run.settings import Settings
from extract.source.sample import SampleServer, World
from extract.source.sample.validators import validators
from extract.stage.dialect import decode
from extract.stage.manifest import committed_runs, read_races, read_slices
from extract.stage.storage import Storage, open_storage
from tests.unit.dbt.oracle import Oracle, Race, Scrape, Slice

WEEK = 7


@dataclass
class Asked:
    """A client that takes its pages from the world itself; `unchanged` lists those that were not sent, if any is not."""

    server: SampleServer
    paths: list[str]
    unchanged: list[str] | None = None

    def get(self, path: str, check: Callable[[bytes], Any], known: Known[Any] | None = None) -> tuple[Page, Any]:
        self.paths.append(path)
        status, body = self.server.page(path)
        said = {name.lower(): value for name, value in validators(body, self.server.as_of).items()}
        headers = {} if self.unchanged is None else said
        if self.unchanged is not None and known and known.validators == validators_of(headers):
            self.unchanged.append(path)
            return Page(path, 304, b"", self.server.as_of, headers), known.value
        return Page(path, status, body, self.server.as_of, headers), check(body)


@dataclass
class Mornings:
    """One staging area, looked after morning by morning at six, with settled races reused or not."""

    folder: Path
    patch: pytest.MonkeyPatch
    countries: tuple[str, ...]
    reuse: bool
    days: int = WEEK
    paths: list[str] = field(default_factory=list)
    unchanged: list[str] | None = None
    """The pages that the source did not send, where it is one that answers conditional requests."""

    @property
    def storage(self) -> Storage:
        return open_storage(str(self.folder))

    @property
    def race_pages(self) -> list[str]:
        return [path for path in self.paths if "time-order" not in path]

    def run(self, today: date) -> RunReport:
        """Scrape the days before today; where a list has shrunk, look again ten minutes later, as it takes."""
        at = datetime(today.year, today.month, today.day, 6, tzinfo=UTC)
        dates = tuple(today - timedelta(days=number) for number in range(self.days, 0, -1))
        chosen = Selection(dates, self.countries)
        after = dates[0] if self.reuse else None
        if after:
            chosen = with_missed_last_looks(self.storage, chosen)
        report = self.execute(Request(chosen, "sample", as_of=at, reuse_settled_after=after), at)
        found = retry_request(self.storage, dates[0]) if any(item.doubt for item in report.slices) else None
        return self.execute(found.request, at + timedelta(minutes=10)) if found else report

    def execute(self, request: Request, at: datetime) -> RunReport:
        server = SampleServer(World(), as_of=at)
        server._server.server_close()  # its pages are wanted, not its socket

        @contextmanager
        def opened(_settings: Settings) -> Iterator[None]:
            yield None

        self.patch.setattr(setup, "open_source", opened)
        self.patch.setattr(setup, "make_client", lambda *_: Asked(server, self.paths, self.unchanged))
        run = setup.new_run(self.storage, at)
        request.save(self.storage, run.run_id)
        with setup.set_up(self.storage, run, request, Settings("sample"), lambda _: None) as (runner, _client):
            return runner.execute()

    def rows(self, race_date: date) -> list[Record]:
        """The rows that the newest run staged of a date, without those columns that say where they came from."""
        lineage = {"run_id", "scraped_at", "fetched_at"}
        newest = {
            str(row["country"]): str(row["results_file"])
            for run_id in committed_runs(self.storage)
            for row in read_slices(self.storage, run_id)
            if row["race_date"] == race_date.isoformat() and row["results_file"]
        }
        return [
            {name: value for name, value in row.items() if name not in lineage}
            for _, file in sorted(newest.items())
            for row in decode(RESULTS, self.storage.read(file))
        ]

    def log(self) -> Oracle:
        """The log and the tables that the staged runs make, by the rules in plain Python."""
        oracle = Oracle()
        for run_id in committed_runs(self.storage):
            oracle.runs[run_id] = dict(self._scrapes(run_id))
        oracle.build(allow=None)
        return oracle

    def _scrapes(self, run_id: str) -> Iterator[tuple[Slice, Scrape]]:
        races = read_races(self.storage, run_id)
        for row in read_slices(self.storage, run_id):
            place = (str(row["country"]), date.fromisoformat(str(row["race_date"])))
            own = [race for race in races if (race["country"], race["race_date"]) == (row["country"], row["race_date"])]
            shown = {int(race["race_id"] or 0): Race(place, str(race["status"]), {}) for race in own}
            staged = decode(RESULTS, self.storage.read(str(row["results_file"]))) if row["results_file"] else []
            for runner in staged:
                ratings = (_number(runner["official_rating"]), _number(runner["rpr"]), _number(runner["topspeed"]))
                fact = int(str(runner["facts_hash"])[:15], 16)
                shown[int(runner["race_id"] or 0)].runners[int(runner["horse_id"] or 0)] = (fact, ratings)
            yield place, Scrape(row["status"] == "complete", shown)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
