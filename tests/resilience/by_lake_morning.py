"""Many mornings by `lake morning` alone: what it says, what the run history keeps, what the page shows, and the truth.

`python -m tests.resilience.by_lake_morning [NUMBER]` (30); ends with 1 if any number differs anywhere. Once a week there is
a look in the evening too, at races of the same day that have not all been run.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
from bs4 import BeautifulSoup
from click.testing import CliRunner

from extract.source.sample import World
from lake.cli.app import lake
from lake.report import commands
from tests.pipeline.forked import Forked
from tests.resilience.expected import RATED, Key, Ledger, Look
from tests.resilience.place import Place

FIRST = datetime(2025, 4, 18, 6, tzinfo=UTC)
DAYS, WEEK = 7, 7
EVENING = timedelta(hours=11)
HISTORY = """select run_id, country, race_date, status, decision, races_listed, races_pending, races_failed, rows_staged,
    rows_new, rows_corrected, rows_gone, rows_moved_in, rows_moved_out, rows_after, selection, scraped_at, loaded_at
    from racing.run_history"""
Table = dict[tuple[str, str, date], tuple[Any, ...]]


@contextmanager
def surroundings(place: Place) -> Iterator[None]:
    """The place as the environment and folder of this process, with `dbt` forked."""
    here = Path.cwd()
    with mock.patch.dict(os.environ, place.environment, clear=True), mock.patch.object(commands, "Commands", Forked):
        os.chdir(place.folder)
        try:
            yield
        finally:
            os.chdir(here)


@dataclass
class Mornings:
    """One morning after the other in a place of their own, each compared with what it must come to."""

    place: Place
    ledger: Ledger = field(default_factory=lambda: Ledger(World()))
    history: Table = field(default_factory=dict)
    now: Mapping[str, Any] | None = None
    before: Look | None = None
    faults: list[str] = field(default_factory=list)

    def morning(self, moment: datetime) -> Look:
        """The seven days ending yesterday."""
        yesterday = moment.date() - timedelta(days=1)
        look = self.ledger.look(yesterday - timedelta(days=DAYS - 1), yesterday, moment)
        self._check(look, self._said(look, "morning", "--output", "json", "--", *_sample(moment)), DAYS)
        return look

    def evening(self, moment: datetime) -> Look:
        """The races of the day itself, as far as they have been run."""
        today = moment.date()
        look = self.ledger.look(today, today, moment)
        options = ("--days", "1", "--output", "json", "--", "--until", str(today))
        self._check(look, self._said(look, "morning", *options, *_sample(moment)), 1)
        return look

    def _said(self, look: Look, *options: str) -> dict[str, Any]:
        done = CliRunner().invoke(lake, options, catch_exceptions=False)
        expected = 3 if look.is_partial and options[0] == "morning" else 0
        self._same(f"exit code of lake {options[0]}", done.exit_code, expected)
        try:
            said: dict[str, Any] = json.loads(done.stdout)
        except ValueError as error:
            raise RuntimeError(done.stdout + done.stderr) from error
        return said

    def _check(self, look: Look, said: dict[str, Any], days: int) -> None:
        self._morning_says(look, said, days)
        self._tables_have(look)
        self._history_keeps(look, said["run_id"])
        checked = self._said(look, "check", "--output", "json")
        self._same("lake check", _lasting(checked["now"]), _lasting(said["now"]))
        self._page_shows(look, said, checked)
        self.now, self.before = said["now"], look

    def _same(self, what: str, found: object, expected: object) -> None:
        if found != expected:
            self.faults.append(f"DIFFERS: {what}: {found!r} should be {expected!r}")
            print(self.faults[-1], flush=True)

    def _morning_says(self, look: Look, said: dict[str, Any], days: int) -> None:
        new, corrected, gone = look.sums
        still = f"{len(look.open):,} day{'' if len(look.open) == 1 else 's'} open"
        self._same(
            "verdict", said["verdict"], f"+{new:,} new, {corrected:,} corrected, {gone:,} gone, 0 duplicates, {still}"
        )
        self._same("state", said["state"], "partial" if look.is_partial else "fine")
        changes = {"new": new, "corrected": corrected, "gone": gone, "taken_back": 0}
        self._same("changes", said["changes"], changes)
        self._same("before", _lasting(said["before"]), _lasting(self.now))
        now, since = said["now"], max(day for day, _ in look.rows) - timedelta(days=days - 1)
        for name, expected in _totals(look).items():
            self._same(name, now[name], expected)
        for rating in RATED:
            self._same(f"{rating}_percent", now[f"{rating}_percent"], _rounded(look.rated(rating)))
            for when, seen in (("before", self.before), ("now", look)):  # both of the days that are the last ones now
                found = said[when][f"{rating}_percent_last_days"] if seen else None
                self._same(f"{rating}, last days, {when}", found, _rounded(seen.rated(rating, since)) if seen else None)
        self._same("last run", now["last_run"], said["run_id"])
        self._same("last scrape", now["last_scrape"], f"{look.moment:%Y-%m-%dT%H:%M:%SZ}")
        statuses = [now[f"days_{status}"] for status in ("open", "settling", "held_back", "imported", "sealed")]
        self._same("slices by status", sum(statuses), len(look.rows))
        shown = {(date.fromisoformat(item["race_date"]), item["country"]): item for item in said["slices"]}
        self._same("slices shown", look.changes.keys() - shown.keys(), set())
        for key, item in shown.items():
            told = (item["rows"], item["races"], (item["new"], item["corrected"], item["gone"]))
            changed = look.changes.get(key, (0, 0, 0))
            self._same(_name(key), told, (look.rows[key], look.races[key], changed))
            self._same(f"{_name(key)} before", item["rows_before"], look.rows[key] - changed[0] + changed[2])
        self._same("requests for all results", said["cost"]["requests"] > look.results, True)

    def _tables_have(self, look: Look) -> None:
        columns = ["race_id", "horse_id", "outcome_code", "official_rating", "rpr", "topspeed", "ran"]
        rows = self.place.table("results").scan(selected_fields=tuple(columns)).to_arrow().to_pylist()
        found = {(row["race_id"], row["horse_id"]): tuple(row[name] for name in columns[2:]) for row in rows}
        self._same("rows of results", len(rows), len(look.runners))
        expected = {runner: facts[:5] for runner, facts in look.runners.items()}
        different = {key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key)}
        self._same("runners of results that differ", sorted(different)[:5], [])

    def _history_keeps(self, look: Look, run_id: str) -> None:
        with duckdb.connect(str(self.place.warehouse / "racing.duckdb"), read_only=True) as con:
            rows = con.execute(HISTORY).fetchall()
        found = {(row[0], row[1], row[2]): row[3:] for row in rows}
        self._same("rows of a run and slice twice", len(rows) - len(found), 0)
        kept = {key: said for key, said in found.items() if key[0] != run_id}
        changed = sorted(key for key in kept.keys() | self.history.keys() if kept.get(key) != self.history.get(key))
        self._same("rows of earlier runs that changed", changed[:5], [])
        expected = {}
        for (day, country), listed in look.listed.items():
            key, pending = (day, country), look.pending[day, country]
            status = "partial" if key in look.doubtful or pending else "complete"
            staged = (listed, pending, 0, look.staged[key], *look.changes[key], 0, 0, look.rows[key])
            expected[run_id, country, day] = (status, "accepted", *staged, "all", look.moment.replace(tzinfo=None))
        self._same("run history", {key: said[:-1] for key, said in found.items() if key[0] == run_id}, expected)
        self.history = found

    def _page_shows(self, look: Look, said: dict[str, Any], checked: dict[str, Any]) -> None:
        file = self.place.folder / "report.html"
        done = CliRunner().invoke(lake, ["report", "--to", str(file)], catch_exceptions=False)
        self._same("exit code of lake report", done.exit_code, 0)
        page = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")

        def rows(table: str) -> list[list[str]]:
            return [[cell.text for cell in line.find_all(["th", "td"])] for line in page.select(f"#{table} tbody tr")]

        heading = page.select_one("h1")
        self._same("verdict of the page", heading.text if heading else None, checked["verdict"])
        totals = dict(rows("totals-table"))
        shown = {"rows": "rows", "races": "races", "duplicates": "duplicates", "days open": "days_open"}
        for name, ours in shown.items():
            self._same(f"{name} on the page", totals[name], f"{_totals(look)[ours]:,}")
        self._same("RPR known on the page", totals["RPR known, %"], f"{look.rated('rpr'):,.1f}")
        countries = [head.text for head in page.select("#heat thead th")][1:]
        heat = {(line[0], code): cell for line in rows("heat") for code, cell in zip(countries, line[1:], strict=True)}
        newest = max(day for day, _ in look.rows)
        for key in [key for key in look.rows if (newest - key[0]).days < 28]:
            status, _, count = heat.get((f"{key[0]:%a %d %b}", key[1]), "").partition(", ")
            self._same(
                f"{_name(key)} on the page", (count, status == "open"), (f"{look.rows[key]:,}", key in look.open)
            )
        runs = {line[0]: line[2:] for line in rows("runs-table")}
        whole = sum(not look.pending[key] and key not in look.doubtful for key in look.listed)
        numbers = (len(look.listed), whole, 0, 0, sum(look.pending.values()), 0, sum(look.staged.values()), *look.sums)
        self._same("the run on the page", runs.get(said["run_id"]), [f"{number:,}" for number in numbers])
        self._same("runs on the page", len(runs), min(30, len({run for run, _, _ in self.history})))
        index = {line[0]: (line[1], line[5]) for line in rows("index-all")}
        for key, listed in look.listed.items():
            self._same(f"{_name(key)} by the index", index.get(_name(key)), (f"{listed:,}", f"{look.rows[key]:,}"))
        kinds = [(line[1], int(line[2].replace(",", ""))) for line in rows("corrections-count") if len(line) == 4]
        if look.moment.hour == FIRST.hour:  # in the evening, the page has the runs of the whole day
            lost = sum(count for kind, count in kinds if kind == "runner gone")
            self._same("runners gone on the page", lost, look.sums[2] if len(runs) > 1 else 0)


def _sample(moment: datetime) -> tuple[str, ...]:
    return ("--source", "sample", "--rate", "1000", "--as-of", moment.isoformat())


def _totals(look: Look) -> dict[str, int]:
    races = len({race for race, _ in look.runners})
    return {
        "rows": len(look.runners), "races": races, "duplicates": 0, "days_open": len(look.open), "days_held_back": 0,
        "days_imported": 0,
    }  # fmt: skip


def _lasting(totals: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Totals without those that speak of a number of last days, which differ with the days asked for."""
    return {name: value for name, value in totals.items() if not name.endswith("_last_days")} if totals else None


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 2)


def _name(key: Key) -> str:
    return f"{key[1]} {key[0]}"


def simulate(place: Place, number: int) -> list[str]:
    """Live through some mornings; return what differed, in words."""
    mornings = Mornings(place)
    with surroundings(place):
        for day in range(number):
            began = time.process_time()
            look = mornings.morning(FIRST + timedelta(days=day))
            told = [
                f"+{look.sums[0]} new, {look.sums[1]} corrected, {look.sums[2]} gone, {len(look.doubtful)} doubtful"
            ]
            if day % WEEK == 1:
                evening = mornings.evening(FIRST + timedelta(days=day) + EVENING)
                told.append(f"evening: +{evening.sums[0]} new, {sum(evening.pending.values())} races to come")
            said = f"{'; '.join(told)}; {len(look.runners)} rows; {time.process_time() - began:.0f} CPU s of ours"
            print(f"morning {day + 1} of {number}: {said}", flush=True)
    return mornings.faults


def main(number: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        faults = simulate(Place(Path(folder)), number)
    print(f"{number} mornings: {len(faults)} numbers differ" if faults else f"{number} mornings: all numbers agree")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:2] or ["30"])[0])))
