"""A morning: look, scrape, build, look again, and say what all that came to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from extract.errors import ExitCode
from extract.stage.manifest import committed_runs
from extract.stage.storage import open_storage
from lake.errors import LakeError
from lake.report.build import Build, build
from lake.report.changes import Changes, changes_since
from lake.report.commands import Commands, Ended
from lake.report.drift import told
from lake.report.fill import drifted
from lake.report.fresh import Freshness, freshness
from lake.report.look import look
from lake.report.state import State
from lake.report.verdict import Problem, Verdict, judge_morning
from lake.target import Target

KINDS: Final = {
    ExitCode.UNEXPECTED: "scrape failed",
    ExitCode.USAGE: "usage",
    ExitCode.PARTIAL: "partial",
    ExitCode.REFUSED: "refused",
    ExitCode.CONTRACT_BROKEN: "page changed",
    ExitCode.LOCKED: "locked",
}
"""What each exit code of `extract` is called."""
BUILT_AFTER: Final = {ExitCode.OK, ExitCode.PARTIAL, ExitCode.REFUSED, ExitCode.CONTRACT_BROKEN}
"""After these the build runs: what was staged is good, and runs of before may wait for it, too."""
REASONS: Final = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What a morning does: options of `extract`, environments of both commands, and where things lie.

    `tables` says whose, in words. `memory` is where the state of a morning is kept for the next. `open_tables` opens
    the tables; it is asked before and after, for a first build makes them. `builds_drifted`: build on a run in which a
    field has drifted, too.
    """

    arguments: Sequence[str]
    extract_environment: Mapping[str, str]
    dbt_environment: Mapping[str, str]
    staging: str
    project: Path
    tables: str
    target_path: Path
    memory: Path
    log: Path
    open_tables: Callable[[], Target]
    are_there_tables: bool
    builds_drifted: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """What a morning took: of the source, of time, of the disk, and of Athena."""

    requests: int = 0
    megabytes: float = 0.0
    pages_reused: int = 0
    pages_unchanged: int = 0
    extract_seconds: float = 0.0
    build_seconds: float = 0.0
    rows_written: int = 0
    files_written: int = 0
    bytes_scanned: int | None = None

    def line(self) -> str:
        """Say it in one line."""
        told = [f"{self.requests:,} requests, {self.megabytes:.1f} MB, scrape {self.extract_seconds:.0f} s"]
        if self.pages_reused:
            told.append(f"{self.pages_reused:,} pages taken as stored")
        if self.pages_unchanged:
            told.append(f"{self.pages_unchanged:,} pages unchanged, not sent again")
        if self.build_seconds:
            told.append(f"build {self.build_seconds:.0f} s")
            told.append(f"{self.rows_written:,} rows in {self.files_written:,} files written")
        if self.bytes_scanned is not None:
            told.append(f"models and tests scanned {self.bytes_scanned / 1e6:,.1f} MB on Athena")
        return "Cost: " + ", ".join(told) + "."


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell of a morning. `run_id` is the run that it staged, None where it staged none."""

    verdict: Verdict
    before: State | None
    now: State | None
    changes: Changes | None
    fresh: Freshness
    cost: Cost
    run_id: str | None
    log: Path | None
    notes: tuple[str, ...] = field(default=())


def run(plan: Plan, commands: Commands, tell: Callable[[str], None]) -> Told:
    """Run a morning; `tell` hears of each step as it begins.

    Raises:
        KeyboardInterrupt: we were interrupted; no command of ours is left running.
    """
    before, is_known = _before(plan, tell)
    scraped = commands.extract([*plan.arguments, "--output", "json"], plan.extract_environment)
    document = _document(scraped.output)
    problems = _of_extract(scraped, document)
    built, changes, now = None, None, before
    notes: list[str] = []
    drifted = _drifted(plan, document.get("run_id"), notes)
    problems += drifted
    if not drifted and not (problems and problems[0].code not in BUILT_AFTER):
        if committed_runs(open_storage(plan.staging)):
            tell(f"dbt build, log: {plan.log}")
            built = build(commands, plan.project, plan.dbt_environment, plan.target_path, plan.log)
            problems += _of_build(built)
            now, changes = _after(plan, before, problems, is_known=is_known)
        else:
            notes.append(f"Nothing is staged in {plan.staging}, so nothing was built.")
    cost = Cost(
        int(document.get("requests", 0)),
        int(document.get("bytes", 0)) / 1e6,
        sum(int(item.get("pages_reused") or 0) for item in document.get("slices", [])),
        int(document.get("pages_unchanged", 0)),
        scraped.seconds,
        built.seconds if built else 0.0,
        changes.rows_written if changes else 0,
        changes.files_written if changes else 0,
        built.bytes_scanned if built else None,
    )
    fresh = freshness(plan.staging, datetime.now(UTC))
    notes += [fresh.missing] if fresh.missing and not notes else []
    verdict = judge_morning(problems, now, changes, fresh, is_built=built is not None)
    log = built.log if built else None
    return Told(verdict, before, now, changes, fresh, cost, document.get("run_id"), log, tuple(notes))


def waiting(staging: str, state: State | None) -> list[str]:
    """Return the committed runs that the tables do not know of yet, oldest first.

    Raises:
        ExtractError: the staging area cannot be read.
    """
    return [run_id for run_id in committed_runs(open_storage(staging)) if state is None or run_id not in state.runs]


def _before(plan: Plan, tell: Callable[[str], None]) -> tuple[State | None, bool]:
    """Return the state before, if there are tables, and whether it is known what was there."""
    if not plan.are_there_tables:
        return None, True
    try:
        return look(plan.open_tables()), True
    except LakeError as error:
        tell(f"The tables before could not be counted. {error}")
        return None, False


def _after(
    plan: Plan, before: State | None, problems: list[Problem], *, is_known: bool
) -> tuple[State | None, Changes | None]:
    """Return the state after and what was changed, as far as they can be told; what cannot becomes a problem."""
    try:
        target = plan.open_tables()
        now = look(target)
        return now, changes_since(target.tables(), before.snapshots if before else {}) if is_known else None
    except LakeError as error:
        problems.append(Problem("not counted", f"The tables could not be counted. {error}", ExitCode.UNEXPECTED))
        return None, None


def _document(output: str) -> dict[str, Any]:
    """Return what `extract` printed, empty where it ended before it had anything to print."""
    try:
        said = json.loads(output)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _of_extract(ended: Ended, document: Mapping[str, Any]) -> list[Problem]:
    """Return the problem of a scrape, if it has one, with what there is to do."""
    if ended.code == ExitCode.OK:
        return []
    code = ExitCode(ended.code) if ended.code in set(ExitCode) else ExitCode.UNEXPECTED
    reasons = list(dict.fromkeys(reason for item in document.get("slices", []) for reason in _not_final(item)))
    more = [f"and {len(reasons) - REASONS} more"] if len(reasons) > REASONS else []
    said = next((line for line in reversed(ended.said) if line.strip()), "see what extract says above")
    why = "; ".join([*reasons[:REASONS], *more, str(document.get("next") or said)])
    return [Problem(KINDS.get(code, "scrape failed"), why, code)]


def _not_final(item: Mapping[str, Any]) -> list[str]:
    """Return what a slice of `extract` lacks, in words."""
    doubt = [f"{item.get('country')} {item.get('race_date')}: {item['doubt']}"] if item.get("doubt") else []
    return doubt + [str(reason) for reason in item.get("races_not_final") or []]


def _drifted(plan: Plan, run_id: str | None, notes: list[str]) -> list[Problem]:
    """Return the problem of a run that fills a field far less often than the runs before it did, if it is one."""
    if run_id is None or "://" in plan.staging:
        return []
    found = drifted(plan.staging, run_id)
    if not found:
        return []
    if plan.builds_drifted:
        notes.append(f"Drifted, and built all the same: {told(found)}.")
        return []
    why = (
        f"{told(found)}. Nothing was built on run {run_id}; compare its pages with the source (see lake report). "
        "If that is what it publishes now: lake morning --build-drifted. "
        f"If we read it wrong: lake withdraw {run_id}, update the project, extract replay"
    )
    return [Problem("drifted", why, ExitCode.CONTRACT_BROKEN)]


def _of_build(built: Build) -> list[Problem]:
    """Return the problems of a build: that somebody else is at work, or each model and test that failed."""
    if built.is_locked:
        return [Problem("locked", "; ".join(why for _, why in built.failures), ExitCode.LOCKED)]
    return [Problem(f"{name} failed", f"{name} failed: {why}", ExitCode.UNEXPECTED) for name, why in built.failures]
