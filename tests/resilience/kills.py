"""Kill a command at some moment, let the next normal one run, and compare with a history in which nobody was killed."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from extract.run.rerun import open_runs
from extract.stage.manifest import committed_runs
from tests.resilience.place import Place

DAY = date(2025, 5, 11)
FIRST, SECOND = datetime(2025, 5, 12, 6, tzinfo=UTC), datetime(2025, 5, 15, 6, tzinfo=UTC)
SCRAPE = (
    "extract", "--source", "sample", "--rate", "1000", "--from", str(DAY), "--to", str(DAY), "--countries", "fr,jer",
    "--quiet", "--as-of",
)  # fmt: skip
FIRST_RUN, SECOND_RUN = (f"{moment:%Y%m%dT%H%M%S%fZ}" for moment in (FIRST, SECOND))
BUILD = ("dbt", "--quiet", "run")
MAINTAIN = ("lake", "maintain", "--keep-days", "0", "--keep-last", "1", "--yes")
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the history: the state it starts from and the one it leads to."""

    name: str
    before: str
    command: tuple[str, ...]
    after: str
    again: Callable[[Place], None]
    """The next normal run after a kill."""
    aged: bool = False
    """Whether the files it finds are two days old, so that there is something to sweep."""


def _again(*commands: tuple[str, ...]) -> Callable[[Place], None]:
    """Run commands; the killed one may have been done already, and says so with the exit code of wrong usage."""

    def run(place: Place) -> None:
        for command in commands:
            done = place.run(*command, expect=None)
            already = done.returncode == 2 and "already" in done.stderr
            assert done.returncode == 0 or already, f"{command} gave {done.returncode}\n{done.stdout}\n{done.stderr}"

    return run


def _scrape_again(place: Place) -> None:
    """Do what `extract status` says: resume what was begun; what is committed is done; else scrape."""
    unfinished = open_runs(place.staging)
    if unfinished:
        place.run("extract", "--resume", unfinished[-1], "--rate", "1000", "--quiet")
    elif SECOND_RUN not in committed_runs(place.staging):
        place.run(*SCRAPE, SECOND.isoformat())


ROLLBACK = ("lake", "rollback", "--before", SECOND_RUN, "--yes")
RESTORE = ("lake", "restore", SECOND_RUN)
STEPS = {
    step.name: step
    for step in (
        Step("first build", "scraped", BUILD, "built", _again(BUILD)),
        Step("extract", "built", (*SCRAPE, SECOND.isoformat()), "scraped twice", _scrape_again),
        Step("build", "scraped twice", BUILD, "built twice", _again(BUILD)),
        Step("maintain", "built twice", MAINTAIN, "maintained", _again(MAINTAIN), aged=True),
        Step("rollback", "built twice", ROLLBACK, "rolled back", _again(ROLLBACK, BUILD)),
        Step("restore", "rolled back", RESTORE, "restored", _again(RESTORE, BUILD)),
        Step(
            "full refresh", "built twice", (*BUILD, "--full-refresh"), "refreshed", _again((*BUILD, "--full-refresh"))
        ),
    )
}
WEIGHTS = {"build": 8, "extract": 4, "maintain": 3, "rollback": 3, "first build": 1, "restore": 1, "full refresh": 1}


@dataclass(slots=True)
class Uninterrupted:
    """What a step comes to when nobody is killed, and what it writes on the way."""

    tables: dict[str, str]
    staged: dict[str, str]
    files: int
    seconds: float


def history(place: Place, names: list[str]) -> dict[str, Uninterrupted]:
    """Go through the steps, and through those that they start from, without interruption; put every state aside."""
    place.run(*SCRAPE, FIRST.isoformat())
    place.run("dbt", "--quiet", "seed")  # which `dbt run` leaves out
    place.put_aside("scraped")
    done: dict[str, Uninterrupted] = {}
    for step in STEPS.values():
        needed = step.name in names or any(STEPS[name].before == step.after for name in names)
        if not needed and step.name not in ("first build", "extract", "build"):
            continue
        _prepare(place, step)
        before, started = _written(place), time.monotonic()
        place.run(*step.command)
        seconds, files = time.monotonic() - started, len(_written(place) - before)
        if step.name in ("rollback", "restore"):  # a decision, which the next build carries out
            step.again(place)
        done[step.name] = Uninterrupted(place.hashes(), place.staged(), files, seconds)
        place.put_aside(step.after)
    return done


def kill(place: Place, step: Step, whole: Uninterrupted, dice: random.Random) -> str:
    """Kill a step once, let the next normal run come, and check that nothing tells that it happened.

    Returns what the kill hit, in words. Raises AssertionError where something is lost, doubled, or left unnamed.
    """
    _prepare(place, step)
    before, started = _written(place), time.monotonic()
    wanted = dice.randint(1, whole.files) if whole.files and dice.random() < 0.75 else None
    delay = dice.uniform(0, 0.15) if wanted else dice.uniform(0, 0.9 * whole.seconds)
    running = place.start(*step.command)
    while running.poll() is None and time.monotonic() - started < PATIENCE:
        if (len(_written(place) - before) >= wanted) if wanted else (time.monotonic() - started >= delay):
            break
        time.sleep(0.002)
    if wanted and running.poll() is None:
        time.sleep(delay)
    hit = "ended before the kill" if running.poll() is not None else "killed"
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    written = len(_written(place) - before)
    step.again(place)
    story = f"{step.name} {hit} after {written} of {whole.files} files (aimed at {wanted}, delay {delay:.3f} s)"
    assert place.hashes() == whole.tables, story
    assert place.staged() == whole.staged, story
    check_leftovers(place, story)
    return story


def check_leftovers(place: Place, story: str) -> None:
    """Whatever nothing needs is named by `lake doctor`, swept by the command it names, and nothing else is found."""
    place.let_time_pass()
    left = place.leftovers()
    code, said = place.lake("doctor", "--deep")
    for where, paths in left.items():
        named = f".{where} has {len(paths)} files" in said or any(str(path) in said for path in paths)
        assert named or f"in {place.folder / where} were left" in said, f"{story}: doctor does not name {paths}\n{said}"
    assert code == (1 if left else 0), f"{story}: {said}"
    hashes = place.hashes()
    assert place.lake("maintain", "--yes")[0] == 0
    assert place.hashes() == hashes, story
    assert not {name for name in place.leftovers() if name not in ("staging", "warehouse")}, story


def _prepare(place: Place, step: Step) -> None:
    place.put_back(step.before)
    if step.aged:
        place.let_time_pass()


def _written(place: Place) -> set[Path]:
    """Return the files whose coming tells how far a command is: staged files, and the metadata that commits make."""
    staging, warehouse = place.folder / "staging", place.warehouse
    return {
        *staging.rglob("*.csv"),
        *staging.rglob("*.gz"),
        *warehouse.rglob("*.metadata.json"),
        *warehouse.rglob("snap-*"),
    }
