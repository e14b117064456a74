"""Deals out what is unusual about races, about as often as the source does (a few rare ones more often)."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from extract.source.sample.draws import mix
from extract.source.sample.races import Race, Runner

DEAD_HEAT, DISQUALIFIED, NUMBERED = 0.014, 0.0018, 0.0008
VOID, ONLY_MARK, SCRATCHED, NO_PEDIGREE, NO_SEX = 0.003, 0.0015, 0.002, 0.001, 0.001
UNPLACED = {"AUS": 0.5, "USA": 0.25, "IRE": 0.002, "FR": 0.004}
UNPRICED = {"FR": 0.03, "HK": 0.2}


def deal(race: Race, seed: int) -> Race:
    """Return the race with its oddities; most races have none."""
    rng = Random(mix(seed, 71, race.id))
    odd: dict[str, Any] = {}
    runners, country = race.runners, race.course.country
    finishers = sum(runner.fate is None for runner in runners)
    luck = rng.random()
    if finishers > 5 and luck < DEAD_HEAT:
        odd["dead_heat_at"] = rng.choice((1, 1, 2, 3, 4, 5))
    elif finishers > 4 and luck > 1 - DISQUALIFIED:
        odd["disqualified_at"] = rng.choice((0, 0, 1, 2, 3))
    elif finishers > 4 and luck > 1 - DISQUALIFIED - NUMBERED:
        odd |= {"disqualified_at": finishers - 1, "is_numbered": True}
    elif finishers > 6 and rng.random() < UNPLACED.get(country, 0.0005):
        odd["unplaced_from"] = 4
    row, luck = rng.randrange(len(runners)), rng.random()
    if luck < NO_PEDIGREE:
        odd["no_pedigree"] = row
    elif luck < NO_PEDIGREE + NO_SEX:
        odd["no_sex"] = row
    elif luck < NO_PEDIGREE + NO_SEX + SCRATCHED:
        odd["scratched"] = rng.choice(("NR", "WDN"))
    if rng.random() < VOID:
        odd["is_void"] = True
    if len(runners) == 1:
        odd["is_walkover"] = True
    elif rng.random() < ONLY_MARK:
        odd["only_mark"] = mark = rng.choice(("F", "No OddsF"))
        runners = tuple(_marked(runner, mark) for runner in runners)
    elif rng.random() < UNPRICED.get(country, 0.0):
        runners = tuple(runner._replace(odds=None, moves=None) for runner in runners)
    if country == "USA" and len(runners) > 6 and rng.random() < 0.3:
        runners = _coupled(runners)
    if not odd and runners is race.runners:
        return race
    return replace(race, odd=replace(race.odd, **odd), runners=runners)


def _marked(runner: Runner, mark: str) -> Runner:
    favourite = runner.odds is not None and runner.odds[-1] in "FJC"
    return runner._replace(odds=mark if favourite else "No Odds" if mark != "F" else None, moves=None)


def _coupled(runners: tuple[Runner, ...]) -> tuple[Runner, ...]:
    """Return the runners with the last two numbers bet as one with the first two: `1A`, `2A`."""
    last = len(runners)
    names = {last: "1A", last - 1: "2B" if last > 9 else "2A"}
    return tuple(runner._replace(number=names.get(int(runner.number), runner.number)) for runner in runners)
