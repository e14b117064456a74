"""A tiny racing world that stages itself, and says independently of any SQL what the log of it must hold."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from extract.contract import RACES, RESULTS, SLICES, Record, names
from extract.stage.layout import Run
from extract.stage.run_writer import RunWriter
from extract.stage.storage import open_storage

Slice = tuple[str, date]
Ratings = tuple[int | None, int | None, int | None]
Logged = tuple[int, int, str, str, int | None, int | None, int | None]
SLICES_OF_WORLD: tuple[Slice, ...] = (
    ("gb", date(2025, 11, 11)),
    ("gb", date(2025, 11, 12)),
    ("fr", date(2025, 11, 11)),
)
ACCEPTED = ("result", "void", "abandoned")
FIRST_RUN = datetime(2025, 11, 12, 6, tzinfo=UTC)


@dataclass
class Race:
    """What the source would show of a race now; runners by horse: a fact, and three ratings."""

    slice: Slice
    status: str
    runners: dict[int, tuple[int, Ratings]]


@dataclass
class Oracle:
    """Replays the rules in plain Python: newest accepted scrape, ratings kept, deletes only on good evidence."""

    log: list[Logged] = field(default_factory=list)
    live: dict[tuple[int, int], tuple[bool, tuple[int, Slice] | None, Ratings]] = field(default_factory=dict)
    listed_in: dict[int, Slice] = field(default_factory=dict)

    def see(self, at: str, scraped: dict[Slice, tuple[bool, dict[int, Race]]]) -> None:
        """Take in one run: for each slice, whether it was scraped whole, and its races."""
        seen = {race_id for _, races in scraped.values() for race_id in races}
        for place, (whole, races) in scraped.items():
            gone = [race_id for race_id, last in self.listed_in.items() if last == place and race_id not in seen]
            for race_id in gone if whole else ():
                self._apply(at, race_id, place, {})
            for race_id, race in races.items():
                self.listed_in[race_id] = place
                if race.status in ACCEPTED:
                    self._apply(at, race_id, place, race.runners if race.status == "result" else {})

    def _apply(self, at: str, race_id: int, place: Slice, runners: dict[int, tuple[int, Ratings]]) -> None:
        for horse_id in set(runners) | {horse for race, horse in self.live if race == race_id}:
            there, facts, known = self.live.get((race_id, horse_id), (False, None, (None, None, None)))
            if horse_id not in runners:
                if there:
                    self.live[race_id, horse_id] = (False, facts, known)
                    self.log.append((race_id, horse_id, at, "delete", *known))
                continue
            fact, ratings = runners[horse_id]
            kept = (ratings[0] or known[0], ratings[1] or known[1], ratings[2] or known[2])
            if not there or ((fact, place), kept) != (facts, known):
                self.log.append((race_id, horse_id, at, "update" if there else "insert", *kept))
            self.live[race_id, horse_id] = (True, (fact, place), kept)


class StagedWorld:
    """Changes at random from day to day, stages what a run would see of it, and tells the oracle."""

    def __init__(self, staging: Path | str, seed: int, first_run: datetime = FIRST_RUN) -> None:
        self._random = random.Random(seed)
        self._storage = open_storage(str(staging))
        self._day = first_run
        self.oracle = Oracle()
        self.races = {
            race_id: Race(
                self._random.choice(SLICES_OF_WORLD), "result", {race_id * 100 + n: (0, (None,) * 3) for n in range(5)}
            )
            for race_id in range(1, 10)
        }

    def pass_time(self) -> None:
        """Let races be voided, moved or fail, runners vanish and appear, facts and ratings change."""
        chance = self._random.random
        for race_id, race in self.races.items():
            if chance() < 0.1:
                race.status = self._random.choice(["void", "abandoned", "pending", "failed", "gone"])
            elif chance() < 0.4:
                race.status = "result"
            if chance() < 0.05:
                race.slice = self._random.choice(SLICES_OF_WORLD)
            for horse_id, (fact, ratings) in list(race.runners.items()):
                if chance() < 0.1:
                    del race.runners[horse_id]
                elif chance() < 0.2:
                    race.runners[horse_id] = (fact + 1, ratings)
                elif chance() < 0.4:
                    changed = list(ratings)
                    changed[self._random.randrange(3)] = self._random.choice([None, 40, 50])
                    race.runners[horse_id] = (fact, (changed[0], changed[1], changed[2]))
            if chance() < 0.2:
                race.runners[race_id * 100 + self._random.randrange(10)] = (0, (None, None, None))

    def scrape(self, *, everything: bool = False) -> None:
        """Stage one run over some slices, some of them filtered, a day after the one before."""
        writer = RunWriter(self._storage, Run(self._day))
        self._day += timedelta(days=1)
        scraped: dict[Slice, tuple[bool, dict[int, Race]]] = {}
        races: list[Record] = []
        slices: list[Record] = []
        for place in SLICES_OF_WORLD:
            if not everything and self._random.random() < 0.2:
                continue
            filtered = not everything and self._random.random() < 0.2
            shown = {k: r for k, r in self.races.items() if r.slice == place and r.status != "gone"}
            if filtered:
                shown = {k: r for k, r in shown.items() if self._random.random() < 0.5}
            whole = not filtered and all(race.status in ACCEPTED for race in shown.values())
            scraped[place] = (
                whole,
                {k: Race(place, r.status, dict(r.runners) if r.status == "result" else {}) for k, r in shown.items()},
            )
            rows = [row for k, r in scraped[place][1].items() for row in self._rows(writer.run, k, r)]
            races += [self._race(writer.run, k, r) for k, r in scraped[place][1].items()]
            slices.append(self._slice(writer.run, place, whole, filtered, scraped[place][1]))
            if rows:
                file = writer.write_results(*place, rows)
                slices[-1] |= {"results_file": file.path, "results_sha256": file.sha256, "rows_staged": file.rows}
        writer.commit(races, slices)
        self.oracle.see(writer.run.scraped_at.strftime("%Y-%m-%d %H:%M:%S"), scraped)

    def _rows(self, run: Run, race_id: int, race: Race) -> list[Record]:
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

    def _race(self, run: Run, race_id: int, race: Race) -> Record:
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

    def _slice(self, run: Run, place: Slice, whole: bool, filtered: bool, races: dict[int, Race]) -> Record:
        return (
            dict.fromkeys(names(SLICES))
            | _lineage(run, place)
            | {
                "status": "complete" if whole else "partial",
                "selection": "course=7" if filtered else "all",
                "races_listed": len(races),
                "races_result": sum(race.status == "result" for race in races.values()),
                "rows_staged": sum(len(race.runners) for race in races.values()),
            }
        )


def _lineage(run: Run, place: Slice) -> Record:
    return {
        "run_id": run.run_id,
        "scraped_at": run.scraped_at_text,
        "country": place[0],
        "race_date": place[1].isoformat(),
    }
