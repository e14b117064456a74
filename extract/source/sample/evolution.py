"""What is known of a race at a moment: results appear, ratings follow days later, some results are amended.

Every change has its own moment, drawn from the seed and the race alone. `view` says what the source shows at `as_of`;
`truth` in `world.py` reads the same views, and the payloads are made from them too, by other code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Literal, NamedTuple

from extract.source.sample.cards import meetings
from extract.source.sample.draws import mix
from extract.source.sample.margins import lengths
from extract.source.sample.races import Race, Runner

Status = Literal["result", "void", "abandoned", "pending"]
LOSSES = "loss 212"  # another word deals out other losses
MINIMUM_RACES = 8  # only a country's day with this many races may lose something later, so that no loss is large


class Seen(NamedTuple):
    """One runner as shown: outcome code, published margin, lengths behind the first past the post, ratings so far."""

    runner: Runner
    code: str
    margin: str | None
    total: float | None
    disqualified: bool
    rpr: int | None
    topspeed: int | None


@dataclass(frozen=True, slots=True)
class View:
    """One race as shown at a moment. Runners only once there is a result."""

    race: Race
    status: Status
    runners: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """When each change to a race becomes visible; None for never."""

    rated: datetime | None
    revised: datetime | None
    amended: datetime | None
    vanished: datetime | None
    voided: datetime | None
    unlisted: datetime | None


@lru_cache(maxsize=512)
def plans(seed: int, day: date) -> dict[int, Plan]:
    """Return the plan of every race of a date."""
    made: dict[int, Plan] = {}
    for country in sorted({m.course.country for m in meetings(seed, day)}):
        races = [r for m in meetings(seed, day) if m.course.country == country for r in m.races]
        run = [r for r in races if not r.is_abandoned and not r.is_void]
        # At most one loss a country and day, and only where it is small.
        loser = Random(f"{seed}:{LOSSES}:{day}:{country}")
        victim, how = None, None
        if len(run) >= MINIMUM_RACES and loser.random() < 0.25:
            victim = loser.choice(sorted(run, key=lambda r: len(r.runners))[: len(run) // 2]).id
            how = loser.choice(("vanished", "vanished", "vanished", "voided", "unlisted"))
        for race in races:
            made[race.id] = _plan(seed, race, how if race.id == victim else None)
    return made


def _plan(seed: int, race: Race, loss: str | None) -> Plan:
    rng = Random(mix(seed, 81, race.id))

    def later(low: float, high: float) -> datetime:
        return race.off + timedelta(hours=rng.uniform(24 * low, 24 * high))

    rated = later(1, 5) if rng.random() < 0.93 else None
    return Plan(
        rated=rated,
        revised=later(5.5, 7) if rated and rng.random() < 0.08 else None,
        amended=later(1, 4) if rng.random() < 0.02 and len(race.runners) > 3 else None,
        vanished=later(1, 3) if loss == "vanished" and len(race.runners) > 4 else None,
        voided=later(1, 3) if loss == "voided" else None,
        unlisted=later(1, 3) if loss == "unlisted" else None,
    )


def view(seed: int, race: Race, as_of: datetime) -> View | None:
    """Return what is shown of a race at a moment, or None when it is not listed at all."""
    plan = plans(seed, race.day)[race.id]

    def past(moment: datetime | None) -> bool:
        return moment is not None and as_of >= moment

    if past(plan.unlisted):
        return None
    if race.is_abandoned:
        return View(race, "abandoned", ())
    if as_of < race.off + timedelta(minutes=15):
        return View(race, "pending", ())
    if race.is_void or past(plan.voided):
        return View(race, "void", ())
    changes = (past(plan.vanished), past(plan.amended), past(plan.rated), past(plan.revised))
    return View(race, "result", _result(race, *changes))


@lru_cache(maxsize=4096)
def _result(race: Race, vanished: bool, amended: bool, rated: bool, revised: bool) -> tuple[Seen, ...]:
    runners = race.runners
    if vanished:
        runners = runners[:-1]
    if amended:
        first, second, third, *rest = runners
        if second.fate is None and third.fate is None:
            # The stewards exchange second and third; the margins between the places stay.
            runners = (first, third._replace(margin=second.margin), second._replace(margin=third.margin), *rest)
    return _seen(race, runners, rated, revised)


def _seen(race: Race, runners: tuple[Runner, ...], rated: bool, revised: bool) -> tuple[Seen, ...]:
    shown: list[Seen] = []
    odd, place, total, passed = race.odd, 0, 0.0, 0
    for row, runner in enumerate(runners):
        finished = runner.fate is None
        struck = odd.disqualified_at == row
        margin = runner.margin
        if finished:
            tie = odd.dead_heat_at == row
            margin = "dht" if tie else margin
            total = round(total + (lengths(margin) if margin else 0.0), 2)
            passed += not struck or odd.is_numbered
            place = place if tie else passed
        code = _code(race, runner, row, place, struck)
        unknown = code == "0"
        rpr, topspeed = _ratings(race.id, runner, revised) if rated and finished else (None, None)
        shown.append(
            Seen(
                runner=runner,
                code=code,
                margin=None if unknown else margin,
                total=total if row and finished and not unknown else None,
                disqualified=struck,
                rpr=rpr,
                topspeed=topspeed,
            )
        )
    return tuple(shown)


def _code(race: Race, runner: Runner, row: int, place: int, struck: bool) -> str:
    if race.odd.is_walkover:
        return "WO"
    if struck and not race.odd.is_numbered:
        return "DSQ"
    if runner.fate is None and race.odd.unplaced_from is not None and row >= race.odd.unplaced_from:
        return "0"
    return runner.fate or str(place)


def _ratings(race_id: int, runner: Runner, revised: bool) -> tuple[int | None, int | None]:
    """Return rating and speed figure, as first published or as revised; some runs get none."""
    bits = mix(91, race_id, runner.horse.id)
    change = (-2, -1, 1, 2)[bits & 3] if revised else 0
    rpr = max(runner.performance + (bits >> 8) % 7 - 3 + change, 1) if bits >> 16 & 255 < 243 else None
    topspeed = runner.performance - 5 - (bits >> 24) % 36 if bits >> 32 & 255 < 217 else None
    return rpr, topspeed if topspeed is not None and topspeed > 0 else None
