"""What is known of a race at a moment: results appear, ratings follow days later, some results are amended.

Every change has its own moment, drawn from the seed and the race alone. `view` says what the source shows at `as_of`;
`truth` in `world.py` reads the same views, and the payloads are made from them too, by other code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Literal

from extract.source.sample.races import MARGINS, Race, Runner, meetings

Status = Literal["result", "void", "abandoned", "pending"]
LENGTHS = {"nse": 0.05, "shd": 0.1, "hd": 0.2, "snk": 0.2, "nk": 0.3, "¼": 0.25, "½": 0.5, "¾": 0.75, "dht": 0.0}
MINIMUM_RACES = 8  # only a country's day with this many races may lose something later, so that no loss is large


@dataclass(frozen=True, slots=True)
class Seen:
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
        loser = Random(f"{seed}:loss:{day}:{country}")
        victim, how = None, None
        if len(run) >= MINIMUM_RACES and loser.random() < 0.25:
            victim = loser.choice(sorted(run, key=lambda r: len(r.runners))[: len(run) // 2]).id
            how = loser.choice(("vanished", "vanished", "vanished", "voided", "unlisted"))
        for race in races:
            made[race.id] = _plan(seed, race, how if race.id == victim else None)
    return made


def _plan(seed: int, race: Race, loss: str | None) -> Plan:
    rng = Random(f"{seed}:plan:{race.id}")

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
    plan = plans(seed, race.off.date())[race.id]

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
    runners = race.runners
    if past(plan.vanished):
        runners = runners[:-1]
    if past(plan.amended):
        first, second, third, *rest = runners
        if second.fate is None and third.fate is None:
            # The stewards exchange second and third; the margins between the places stay.
            runners = (first, replace(third, margin=second.margin), replace(second, margin=third.margin), *rest)
    return View(race, "result", _seen(race, runners, past(plan.rated), past(plan.revised)))


def _seen(race: Race, runners: tuple[Runner, ...], rated: bool, revised: bool) -> tuple[Seen, ...]:
    shown: list[Seen] = []
    position, total = 0, 0.0
    shift = -1 if race.first_disqualified else 0
    for row, runner in enumerate(runners):
        rng = Random(f"rating:{race.id}:{runner.horse.id}")
        rpr = runner.performance if rng.random() < 0.95 and runner.fate is None else None
        topspeed = runner.performance - rng.randint(5, 40) if rng.random() < 0.85 and runner.fate is None else None
        change = rng.choice((-2, -1, 1, 2)) if revised else 0
        tie = race.dead_heat_at == row and row > 0 and runner.fate is None and not race.first_disqualified
        margin = "dht" if tie else runner.margin or (MARGINS[-1] if row and runner.fate is None else None)
        if runner.fate is None:
            position = position if tie else row + 1 + shift
            total = round(total + _lengths(margin), 2)
        dsq = race.first_disqualified and row == 0
        shown.append(
            Seen(
                runner=runner,
                code="DSQ" if dsq else runner.fate or str(position),
                margin=margin,
                total=total if row and runner.fate is None else None,
                disqualified=dsq,
                rpr=max(rpr + change, 1) if rated and rpr is not None else None,
                topspeed=topspeed if rated and topspeed is not None and topspeed > 0 else None,
            )
        )
    return tuple(shown)


def _lengths(margin: str | None) -> float:
    if margin is None:
        return 0.0
    if margin in LENGTHS:
        return LENGTHS[margin]
    whole = margin.rstrip("¼½¾")
    return float(whole or 0) + LENGTHS.get(margin[len(whole) :], 0.0)
