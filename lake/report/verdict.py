"""What a state or a morning is called: one line, the reasons, and an exit code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.errors import ExitCode
from lake.report.changes import Changes
from lake.report.fresh import Freshness
from lake.report.state import HELD_BACK, State

WORST_FIRST = (
    ExitCode.INTERRUPTED, ExitCode.USAGE, ExitCode.LOCKED, ExitCode.UNEXPECTED, ExitCode.CONTRACT_BROKEN,
    ExitCode.REFUSED, ExitCode.PARTIAL, ExitCode.OK,
)  # fmt: skip
"""Exit codes in the order in which they matter: whether anything was done at all, then tables, then pages."""
STALE = "stale"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person should know: a name that stays the same from morning to morning, why, and its code."""

    kind: str
    why: str
    code: ExitCode


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line on how things are, and what is wrong."""

    line: str
    problems: tuple[Problem, ...]

    @property
    def code(self) -> ExitCode:
        """The exit code: that of the worst problem."""
        return worst(problem.code for problem in self.problems)

    @property
    def state(self) -> str:
        """What notifications go by: `fine`, or the kinds of what is wrong."""
        return ", ".join(dict.fromkeys(problem.kind for problem in self.problems)) or "fine"


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the exit code that matters most."""
    found = set(codes) | {ExitCode.OK}
    return next(code for code in WORST_FIRST if code in found)


def problems_of(state: State) -> list[Problem]:
    """Return what is wrong with tables: rows there twice, slices held back."""
    found = []
    if state.duplicates:
        found.append(
            Problem(
                "duplicates",
                f"{_count(state.duplicates, 'row')} of a race and horse there already. Next: lake doctor --deep",
                ExitCode.UNEXPECTED,
            )
        )
    for (day, country), why in state.held_back.items():
        name = f"{country} {day}"
        remedy = f"dbt build --vars 'allow_shrink: [{name}]'"
        found.append(
            Problem(
                f"{HELD_BACK}: {name}",
                f"{name} is held back: {why}. Compare with the source and scrape again; if the loss is real: {remedy}",
                ExitCode.UNEXPECTED,
            )
        )
    return found


def judge_state(state: State, fresh: Freshness) -> Verdict:
    """Return the verdict on a state by itself, and on how fresh it is."""
    last = f"; last scrape {state.last_scrape:%Y-%m-%d %H:%M} UTC" if state.last_scrape else "; never scraped"
    line = f"{_count(state.rows, 'row')}, {_trust(state)}{last}{_age(fresh)}"
    return Verdict(line, (*problems_of(state), *_stale(fresh)))


def judge_morning(
    before: Sequence[Problem], state: State | None, changes: Changes | None, fresh: Freshness, *, is_built: bool
) -> Verdict:
    """Return the verdict on a morning: what came of scrape and build, then the state that the tables are in.

    Args:
        before: What went wrong on the way.
        state: The tables after it; None where there are none.
        changes: What was done to them; None where that is not known.
        fresh: When something new was last fetched, this morning included.
        is_built: Whether the build was called at all, well or not.
    """
    if state is None:
        return Verdict(f"tables not known{_age(fresh)}", (*before, *_stale(fresh)))
    did = "what changed is not known" if is_built else "not built"
    if changes is not None:
        did = f"+{changes.new:,} new, {changes.corrected:,} corrected, {changes.gone:,} gone"
        did += f", {_count(changes.taken_back, 'version')} taken back" if changes.taken_back else ""
    return Verdict(f"{did}, {_trust(state)}{_age(fresh)}", (*before, *problems_of(state), *_stale(fresh)))


def _stale(fresh: Freshness) -> list[Problem]:
    """Return that nothing new came for too long, if so; it keeps its name however long it lasts, to be told once."""
    return [Problem(STALE, fresh.why, ExitCode.UNEXPECTED)] if fresh.is_stale else []


def _age(fresh: Freshness) -> str:
    return f"; nothing new fetched for {_count(fresh.days or 0, 'day')}" if fresh.is_stale else ""


def _trust(state: State) -> str:
    days_open, held_back = state.days("open"), state.days(HELD_BACK)
    told = [
        _count(state.duplicates, "duplicate"),
        "days open not known" if days_open is None else f"{_count(days_open, 'day')} open",
    ]
    if held_back:
        told.append(f"{_count(held_back, 'day')} held back")
    return ", ".join(told)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
