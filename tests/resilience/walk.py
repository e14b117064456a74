"""A random walk of everything a user and a source can do, beside a small model of what must then be true."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from dbt.cli.main import dbtRunner

from extract.cli.app import extract
from extract.errors import ExtractError
from extract.run.rerun import open_runs
from extract.source.sample import World
from extract.stage.layout import Run
from extract.stage.manifest import committed_runs, read_races, read_slices
from extract.stage.run_writer import RunWriter
from tests.resilience import spoiled
from tests.resilience.place import Place
from tests.resilience.small import COUNTRIES, SmallWorld, fact, true_races
from tests.resilience.spoiled import Spoil, SpoiledServer
from tests.unit.dbt.oracle import ACCEPTED, Oracle, Race, Scrape, Slice

FIRST_DAY, DAYS = date(2025, 5, 10), 2
SPOILS: list[Callable[[], Spoil]] = [
    lambda: Spoil("index", spoiled.without_country("FR")),
    lambda: Spoil("index", spoiled.without_last_race("FR"), "05-10"),
    lambda: Spoil("index", spoiled.without_data, "05-11"),
    lambda: Spoil("index", spoiled.races_are([])),
    lambda: Spoil("page", spoiled.without_data, r"[05]/?$"),
    lambda: Spoil("page", spoiled.of_another_race, r"[1-4]/?$"),
    lambda: Spoil("page", spoiled.runners_cut_off, r"[05]/?$"),
    lambda: Spoil("page", spoiled.first_runner_has("horseName", "a\x01b"), r"[13579]/?$"),
    lambda: Spoil("page", spoiled.field_gone, r"[02468]/?$"),
    lambda: Spoil("page", spoiled.without_data, times=1),
]


@dataclass
class Walk:
    """The walk so far: the place, the world's clock, and what is known to be committed, withdrawn and interrupted."""

    place: Place
    dice: random.Random
    now: datetime = datetime(2025, 5, 11, 22, tzinfo=UTC)
    world: World = field(default_factory=SmallWorld)
    oracle: Oracle = field(default_factory=Oracle)
    moments: dict[str, datetime] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)
    builds: int = 0
    built: set[str] = field(default_factory=set)
    spoil: Spoil | None = None
    hidden: dict[str, dict[Slice, Scrape]] = field(default_factory=dict)
    """Runs that lie elsewhere, such as on another machine, and come later."""

    def step(self) -> None:
        """Do one thing, at random, some time after the last."""
        self.now += self.dice.choice((timedelta(minutes=10), timedelta(hours=7), timedelta(hours=30)))
        deeds = {
            self.scrape: 6, self.scrape_wrong: 5, self.interrupt: 2, self.resume: 2, self.retry: 4, self.replay: 1, self.hide: 2, self.arrive: 2,
            self.withdraw: 2, self.restore: 2, self.rollback: 2, self.maintain: 1, self.build: 8, self.refresh: 1,
        }  # fmt: skip
        self.dice.choices(list(deeds), list(deeds.values()))[0]()

    def scrape(self) -> None:
        days = self.dice.choice(([FIRST_DAY], [FIRST_DAY + timedelta(1)], [FIRST_DAY, FIRST_DAY + timedelta(1)]))
        settled = self.dice.choice(([], ["--reuse-settled"]))
        self._extract(
            "--from", str(days[0]), "--to", str(days[-1]), "--countries", ",".join(COUNTRIES), *settled, new=True
        )  # fmt: skip

    def scrape_wrong(self) -> None:
        self.spoil = self.dice.choice(SPOILS)()
        self.scrape()
        self.spoil = None

    def interrupt(self) -> None:
        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(RunWriter, "commit", killed)
            self.scrape()

    def resume(self) -> None:
        unfinished = open_runs(self.place.staging)
        if unfinished:
            self._extract("--resume", self.dice.choice(unfinished))

    def retry(self) -> None:
        if self.runs():
            self._extract("retry", "--days", "60")

    def replay(self) -> None:
        if self.runs():
            self._extract("replay", "--from", str(FIRST_DAY), "--to", str(FIRST_DAY + timedelta(1)))

    def hide(self) -> None:
        """Move a run that no build has read yet out of staging, to be copied in later."""
        last = self.runs()[-1:]
        if last and last[0] not in self.built | self.oracle.withdrawn:
            self.place.move_run(last[0], "staging", "elsewhere")
            self.hidden[last[0]] = self.oracle.runs.pop(last[0])
            self.story.append(f"run {last[0]} is moved away")

    def arrive(self) -> None:
        if self.hidden:
            run_id = self.dice.choice(sorted(self.hidden))
            self.place.move_run(run_id, "elsewhere", "staging")
            self.oracle.runs[run_id] = self.hidden.pop(run_id)
            self.story.append(f"run {run_id} comes late")

    def withdraw(self) -> None:
        if standing := sorted(set(self.runs()) - self.oracle.withdrawn):
            run_id = self.dice.choice(standing)
            self._lake("withdraw", run_id, "--reason", "walk")
            self.oracle.withdrawn.add(run_id)

    def restore(self) -> None:
        if self.oracle.withdrawn:
            run_id = self.dice.choice(sorted(self.oracle.withdrawn))
            self._lake("restore", run_id)
            self.oracle.withdrawn.remove(run_id)

    def rollback(self) -> None:
        """Go back to before a run. Where no state from before is left, it says so and touches nothing."""
        if self.builds and (standing := sorted(set(self.runs()) - self.oracle.withdrawn)):
            run_id = self.dice.choice(standing)
            before = self.place.hashes()
            code, said = self._lake("rollback", "--before", run_id, "--yes", expect=(0, 1))
            if code == 0:
                self.oracle.withdrawn |= {run for run in self.runs() if run >= run_id}
            else:
                assert "Nothing was touched" in said, self.told(said)
                assert self.place.hashes() == before, self.told(said)

    def maintain(self) -> None:
        if self.builds:
            before = self.place.hashes()
            self._lake("maintain", "--keep-days", "0", "--keep-last", str(self.dice.choice((1, 3))), "--yes")
            assert self.place.hashes() == before, self.told()

    def refresh(self) -> None:
        self.build("--full-refresh")

    def build(self, *options: str) -> None:
        """Build, and compare the tables with the model."""
        if not self.runs():
            return
        self.story.append(f"dbt run {' '.join(options)}")
        said: list[str] = []
        told = dbtRunner(callbacks=[lambda event: said.append(event.info.msg)])
        seeded = told.invoke(["--quiet", "seed"])
        assert seeded.success, self.told("\n".join(said[-20:]))
        done = told.invoke(["--quiet", "run", *options])
        assert done.success, self.told("\n".join(said[-20:]))
        self.builds += 1
        self.built |= set(self.runs())
        self.oracle.build(allow=set())
        self.compare()

    def compare(self) -> None:
        """The table and the decisions about slices are what the model says."""
        columns = ["race_id", "horse_id", "outcome_code", "official_rating", "rpr", "topspeed"]
        found = {
            (row["race_id"], row["horse_id"]): (fact(row["outcome_code"]), (row["official_rating"], row["rpr"], row["topspeed"]))
            for row in self.place.tables()["results"].scan().select(*columns).to_arrow().to_pylist()
        }  # fmt: skip
        wanted = {key: (facts[0], known) for key, (there, facts, known) in self.oracle.live.items() if there and facts}
        assert found == wanted, self.told(
            f"only in the table: {_more(found, wanted)}; only true: {_more(wanted, found)}"
        )
        decisions = (
            self.place.tables()["slice_decisions"].scan(row_filter="decision = 'held_back'").to_arrow().to_pylist()
        )
        held = {(row["run_id"], (row["country"], row["race_date"])) for row in decisions}
        assert held == set(self.oracle.held), self.told(f"held back {held}, not {self.oracle.held}")

    def runs(self) -> list[str]:
        return committed_runs(self.place.staging)

    def told(self, more: str = "") -> str:
        return "\n".join(("After:", *self.story, more))

    def _lake(self, *arguments: str, expect: tuple[int, ...] = (0,)) -> tuple[int, str]:
        self.story.append(f"lake {' '.join(arguments)}")
        code, said = self.place.lake(*arguments)
        assert code in expect, self.told(said)
        return code, said

    def _extract(self, *arguments: str, new: bool = False) -> None:
        """Run a command of `extract` against the small world, and note what it committed."""
        where = ["--staging", str(self.place.folder / "staging"), "--as-of", self.now.isoformat(), "--quiet"]
        where += ["--log-file", str(self.place.folder / "extract.log")]
        fast = ["--rate", "1000", "--backoff", "0.01"] if arguments[0] != "replay" else []
        source = ["--source", "sample"] if new else []
        before = set(self.runs())
        with self._served():
            done = CliRunner().invoke(extract, [*arguments, *where, *fast, *source])
        error = done.exception
        code = int(error.exit_code) if isinstance(error, ExtractError) else done.exit_code
        wrong = f" with {named(self.spoil)}" if self.spoil else ""
        self.story.append(f"extract {' '.join(arguments)} at {self.now:%m-%d %H:%M}{wrong}: {code}")
        fine = isinstance(error, (type(None), SystemExit, ExtractError, KeyboardInterrupt))
        assert fine, self.told(repr(error))
        for run_id in set(self.runs()) - before:
            self.moments[run_id] = self.now
            self._learn(run_id)
        for run_id in open_runs(self.place.staging):
            self.moments.setdefault(run_id, self.now)

    @contextmanager
    def _served(self) -> Iterator[None]:
        def serve(_world: World, as_of: datetime) -> SpoiledServer:
            server = SpoiledServer(self.world, as_of)
            server.spoil = self.spoil
            return server

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("extract.source.sample.server.SampleServer", serve)
            yield

    def _learn(self, run_id: str) -> None:
        """Take a committed run into the model: what it says it saw, with the contents that were true when it looked."""
        rows = read_races(self.place.staging, run_id)
        self.oracle.runs[run_id] = {}
        for item in read_slices(self.place.staging, run_id):
            place: Slice = (str(item["country"]), _day(item["race_date"]))
            seen: dict[int, Race] = {}
            for row in rows:
                if (str(row["country"]), _day(row["race_date"])) != place:
                    continue
                race_id, status = int(row["race_id"] or 0), str(row["status"])
                true = true_races(self.world, place, self._moment(row["page_file"], run_id))
                if status in ACCEPTED:
                    assert race_id in true, self.told(f"run {run_id} has race {race_id}, which there is not")
                    assert true[race_id].status == status, self.told(f"run {run_id} says {status} of race {race_id}")
                    assert int(row["rows_staged"] or 0) == len(true[race_id].runners), self.told(f"race {race_id}")
                seen[race_id] = Race(place, status, true[race_id].runners if status == "result" else {})
            whole = item["status"] == "complete"
            self.oracle.runs[run_id][place] = Scrape(whole, seen)
            if whole and item["source"] != "replay":
                assert set(seen) == set(true_races(self.world, place, self.now)), self.told(
                    f"{place} is falsely complete"
                )

    def _moment(self, page_file: object, run_id: str) -> datetime:
        """Return when a page was fetched: the moment of the run whose name its file bears."""
        named = re.search(r"\d{8}T\d{12}Z", str(page_file or ""))
        fetched_by = named[0] if named else run_id
        return self.moments.get(fetched_by) or Run.of(fetched_by).scraped_at


def named(spoil: Spoil) -> str:
    return f"{spoil.where} spoiled by {getattr(spoil.change, '__qualname__', spoil.change)} {spoil.address}"


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _more(some: dict[tuple[int, int], object], others: dict[tuple[int, int], object]) -> list[object]:
    return [(key, value) for key, value in some.items() if others.get(key) != value][:5]
