"""A tiny racing world that stages itself: day by day, late, mended, withdrawn; and tells the oracle what it staged."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from extract.contract import RACES, RESULTS, SLICES, WITHDRAWALS, Record, names
from extract.stage import layout
from extract.stage.dialect import encode
from extract.stage.layout import Run, timestamp
from extract.stage.run_writer import RunWriter
from extract.stage.storage import open_storage
from tests.unit.dbt.oracle import ACCEPTED, NOTHING_KNOWN, Oracle, Race, Ratings, Scrape, Slice

SLICES_OF_WORLD: tuple[Slice, ...] = (
    ("gb", date(2025, 11, 11)),
    ("gb", date(2025, 11, 12)),
    ("fr", date(2025, 11, 11)),
)
FIRST_RUN = datetime(2025, 11, 12, 6, tzinfo=UTC)


class StagedWorld:
    """Changes at random from day to day, stages what a run would see of it, and tells the oracle."""

    def __init__(self, staging: Path | str, seed: int, first_run: datetime = FIRST_RUN) -> None:
        self.staging = staging
        self._random = random.Random(seed)
        self._storage = open_storage(str(staging))
        self._day = first_run
        self._decisions = self._mends = self._imports = 0
        self._runs: dict[str, Run] = {}
        self._last_import = datetime.min.replace(tzinfo=UTC)
        self.oracle = Oracle()
        self.races = {
            race_id: Race(
                self._random.choice(SLICES_OF_WORLD),
                "result",
                {race_id * 100 + n: (0, NOTHING_KNOWN) for n in range(5)},
            )
            for race_id in range(1, 10)
        }

    def pass_time(self, *, gently: bool = False) -> None:
        """Let races be voided, moved or fail, runners vanish and appear, facts and ratings change.

        `gently` makes losses rare, so that some scrapes are believed without anybody's word.
        """
        chance, rate = self._random.random, 0.1 if gently else 1.0
        for race_id, race in self.races.items():
            if chance() < 0.1 * rate:
                race.status = self._random.choice(["void", "abandoned", "pending", "failed", "gone"])
            elif chance() < 0.4:
                race.status = "result"
            if chance() < 0.05:
                race.slice = self._random.choice(SLICES_OF_WORLD)
            for horse_id, (fact, ratings) in list(race.runners.items()):
                if chance() < 0.1 * rate:
                    del race.runners[horse_id]
                elif chance() < 0.2:
                    race.runners[horse_id] = (fact + 1, ratings)
                elif chance() < 0.4:
                    changed = list(ratings)
                    changed[self._random.randrange(3)] = self._random.choice([None, 40, 50])
                    race.runners[horse_id] = (fact, (changed[0], changed[1], changed[2]))
            if chance() < 0.2:
                race.runners[race_id * 100 + self._random.randrange(10)] = (0, NOTHING_KNOWN)

    def scrape(self, *, everything: bool = False, only: Collection[Slice] = SLICES_OF_WORLD) -> str:
        """Stage one run over some slices, some of them filtered, a day after the one before; returns its time."""
        at, commit = self.begin(everything=everything, only=only)
        commit()
        return at

    def begin(
        self, *, everything: bool = False, only: Collection[Slice] = SLICES_OF_WORLD
    ) -> tuple[str, Callable[[], None]]:
        """Scrape, but leave the run uncommitted; returns its time, and what commits it, however late."""
        run = Run(self._day)
        self._day += timedelta(days=1)
        scraped: dict[Slice, Scrape] = {}
        for place in only:
            if not everything and self._random.random() < 0.2:
                continue
            shown = {k: r for k, r in self.races.items() if r.slice == place and r.status != "gone"}
            filtered = not everything and self._random.random() < 0.2
            if filtered:
                shown = {k: r for k, r in shown.items() if self._random.random() < 0.5}
            whole = not filtered and all(race.status in ACCEPTED for race in shown.values())
            races = {
                k: Race(place, r.status, dict(r.runners) if r.status == "result" else {}) for k, r in shown.items()
            }
            scraped[place] = Scrape(whole, races, filtered)
        return _at(run), lambda: self._commit(run, scraped)

    def import_rows(self, day: int | None = None) -> str:
        """Import what others have of some races, as of a day before or after our own scrapes; returns that time.

        `day` counts from the first scrape; None for any up to now.

        What earlier imports knew of a race is staged with it, as `extract import` does.
        """
        self._imports += 1
        chance = self._random
        day = chance.randint(-2, (self._day - FIRST_RUN).days) if day is None else day
        scraped_at = FIRST_RUN + timedelta(days=day, hours=3, seconds=self._imports)
        scraped_at = max(scraped_at, self._last_import + timedelta(seconds=1))
        self._last_import = scraped_at
        run = Run(self._day - timedelta(hours=12) + timedelta(seconds=self._imports))
        scraped: dict[Slice, Scrape] = {}
        for race_id, race in self.races.items():
            if chance.random() < 0.4 or not race.runners:
                continue
            told = {
                horse_id: (fact + 100 * chance.randint(0, 1), ratings)
                for horse_id, (fact, ratings) in race.runners.items()
                if chance.random() < 0.9
            }
            runners = self._imported_before(race_id, race.slice)
            for horse_id, (fact, ratings) in told.items():
                known = runners.get(horse_id, (0, NOTHING_KNOWN))[1]
                kept = [new or old for new, old in zip(ratings, known, strict=True)]
                runners[horse_id] = (fact, (kept[0], kept[1], kept[2]))
            if runners:
                scrape = scraped.setdefault(race.slice, Scrape(False, {}, imported=True))
                scrape.races[race_id] = Race(race.slice, "result", runners)
        if scraped:
            self._commit(run, scraped, scraped_at)
        return _at(Run(scraped_at)) if scraped else ""

    def _imported_before(self, race_id: int, place: Slice) -> dict[int, tuple[int, Ratings]]:
        found: dict[int, tuple[int, Ratings]] = {}
        for at, scraped in sorted(self.oracle.runs.items()):
            scrape = scraped.get(place)
            if at not in self.oracle.withdrawn and scrape and scrape.imported and race_id in scrape.races:
                found |= scrape.races[race_id].runners
        return found

    def mend(self, at: str) -> None:
        """Put other files in the place of a run's: a runner of each of its slices is another, a fact differs."""
        run = Run(datetime.strptime(at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC))
        self._mends += 1
        scraped = copy.deepcopy(self.oracle.runs[at])
        for scrape in scraped.values():
            for race_id, race in scrape.races.items():
                for number, (horse_id, (fact, ratings)) in enumerate(list(race.runners.items())):
                    if number == 0:
                        del race.runners[horse_id]
                        race.runners[race_id * 100 + 10 + self._mends] = (7, NOTHING_KNOWN)
                    elif number == 1:
                        race.runners[horse_id] = (fact + 10, ratings)
        for path in Path(self.staging).glob(f"*/*/{run.run_id}*.csv"):
            path.unlink()
        changed = {place for place, scrape in scraped.items() if any(race.runners for race in scrape.races.values())}
        self.oracle.allowed -= {(at, place) for place in changed}
        self._commit(run, scraped)

    def decide(self, at: str, action: str) -> None:
        """Withdraw or restore a run: one more file of the ledger."""
        self._decisions += 1
        run = self._runs[at]
        when = self._day + timedelta(minutes=self._decisions)
        row: Record = {
            "run_id": run.run_id,
            "action": action,
            "decided_at": f"{when:%Y-%m-%d %H:%M:%S}.000000",
            "reason": "a test",
        }
        path = f"withdrawals/scraped_on={when.date()}/{self._decisions}_{run.run_id}.csv"
        self._storage.write_new(path, encode(WITHDRAWALS, [row]))
        (self.oracle.withdrawn.add if action == "withdrawn" else self.oracle.withdrawn.discard)(at)

    def _commit(self, run: Run, scraped: dict[Slice, Scrape], scraped_at: datetime | None = None) -> None:
        stamp = Stamp(run.run_id, timestamp(scraped_at or run.scraped_at))
        writer = RunWriter(self._storage, run)
        races: list[Record] = []
        slices: list[Record] = []
        for place, scrape in scraped.items():
            rows = [row for k, r in scrape.races.items() for row in _rows(stamp, k, r)]
            races += [_race(stamp, k, r) for k, r in scrape.races.items()]
            slices.append(_slice(stamp, place, scrape))
            if rows:
                file = writer.write_results(*place, rows)
                slices[-1] |= {"results_file": file.path, "results_sha256": file.sha256}
        writer.commit(races, slices)
        assert self._storage.exists(layout.slices_path(run))
        at = _at(Run(scraped_at or run.scraped_at))
        self.oracle.runs[at], self._runs[at] = scraped, run


@dataclass(frozen=True)
class Stamp:
    """The lineage of staged rows: an import's run is named by when it was made, its rows by when they were scraped."""

    run_id: str
    scraped_at_text: str


def _at(run: Run) -> str:
    return run.scraped_at.strftime("%Y-%m-%d %H:%M:%S")


def _rows(run: Stamp, race_id: int, race: Race) -> list[Record]:
    return [
        dict.fromkeys(names(RESULTS))
        | _lineage(run, race.slice)
        | {
            "race_id": race_id,
            "horse_id": horse_id,
            "course_id": 7,
            "outcome_code": "1",
            "ran": len(race.runners),
            "fetched_at": run.scraped_at_text,
            "facts_hash": sha256(f"{fact} {race.slice}".encode()).hexdigest(),
            "official_rating": ratings[0],
            "rpr": ratings[1],
            "topspeed": ratings[2],
        }
        for horse_id, (fact, ratings) in race.runners.items()
    ]


def _race(run: Stamp, race_id: int, race: Race) -> Record:
    return (
        dict.fromkeys(names(RACES))
        | _lineage(run, race.slice)
        | {
            "race_id": race_id,
            "status": race.status,
            "declared_runners": len(race.runners) if race.status == "result" else None,
            "rows_staged": len(race.runners),
            "content_hash": sha256(repr(sorted(race.runners.items())).encode()).hexdigest(),
        }
    )


def _slice(run: Stamp, place: Slice, scrape: Scrape) -> Record:
    return (
        dict.fromkeys(names(SLICES))
        | _lineage(run, place)
        | {
            "status": "complete" if scrape.whole else "partial",
            "selection": "import" if scrape.imported else "course=7" if scrape.filtered else "all",
            "source": "import" if scrape.imported else "sample",
            "races_listed": len(scrape.races),
            "races_result": sum(race.status == "result" for race in scrape.races.values()),
            "rows_staged": sum(len(race.runners) for race in scrape.races.values()),
        }
    )


def _lineage(run: Stamp, place: Slice) -> Record:
    return {
        "run_id": run.run_id,
        "scraped_at": run.scraped_at_text,
        "country": place[0],
        "race_date": place[1].isoformat(),
    }
