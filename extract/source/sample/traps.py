"""Names for what has misled readers of the source before, and which of it a race's page has.

Tests look for pages by these names; nothing else depends on them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum, auto

from extract.source.sample.courses import CURRENCY
from extract.source.sample.payload_result import OLD
from extract.source.sample.races import Race
from extract.source.sample.titles import CHASING, CLUBS


class Trap(StrEnum):
    """Something unusual about a result page."""

    ABANDONED = auto()
    ALL_WEATHER_JUMPS = auto()
    ARABIAN = auto()
    CARRIAGE_RETURN = auto()
    CHASE_IN_A_FLAT_TITLE = auto()
    CLASS_WORD_ABROAD = auto()
    CLUB_WITH_SEXES = auto()
    COUPLED_NUMBER = auto()
    DEAD_HEAT = auto()
    DEAD_HEAT_FOR_FIRST = auto()
    DISQUALIFIED_BY_FLAG = auto()
    DISQUALIFIED_PLACED = auto()
    DISQUALIFIED_WINNER = auto()
    EYESHIELDS = auto()
    FOREIGN_MONEY = auto()
    HDL = auto()
    IRISH_BUMPER = auto()
    NO_PEDIGREE = auto()
    NO_PRICES = auto()
    NO_SADDLECLOTH = auto()
    NO_SEX = auto()
    OLD_PAGE = auto()
    ONLY_A_MARK = auto()
    POINT_TO_POINT = auto()
    POSITION_NOT_RECORDED = auto()
    RESERVE = auto()
    SCRATCHED = auto()
    SEXES_IN_BRACKETS = auto()
    STANDARD_TIME = auto()
    VOID = auto()
    WALKOVER = auto()


def _run(race: Race) -> bool:
    return not race.is_void and not race.is_abandoned


def _struck(race: Race, *, numbered: bool, first: bool) -> bool:
    odd = race.odd
    return odd.disqualified_at is not None and odd.is_numbered is numbered and (odd.disqualified_at == 0) is first


SIGNS: dict[Trap, Callable[[Race], object]] = {
    Trap.ALL_WEATHER_JUMPS: lambda race: race.type_code in {"Y", "Z"},
    Trap.ARABIAN: lambda race: race.course.country == "ARO",
    Trap.CARRIAGE_RETURN: lambda race: (
        race.course.country == "ARO" and any(runner.horse.id % 5 == 0 for runner in race.runners)
    ),
    Trap.CHASE_IN_A_FLAT_TITLE: lambda race: race.title.startswith(CHASING) and not race.terms.jumps,
    Trap.CLASS_WORD_ABROAD: lambda race: (
        race.course.country != "GB" and re.search(r"\((Class \d|Premier Handicap)\)", race.title)
    ),
    Trap.CLUB_WITH_SEXES: lambda race: race.title.startswith(CLUBS),
    Trap.COUPLED_NUMBER: lambda race: any(isinstance(runner.number, str) for runner in race.runners),
    Trap.DEAD_HEAT: lambda race: race.odd.dead_heat_at is not None,
    Trap.DEAD_HEAT_FOR_FIRST: lambda race: race.odd.dead_heat_at == 1,
    Trap.DISQUALIFIED_BY_FLAG: lambda race: _struck(race, numbered=True, first=False),
    Trap.DISQUALIFIED_PLACED: lambda race: _struck(race, numbered=False, first=False),
    Trap.DISQUALIFIED_WINNER: lambda race: _struck(race, numbered=False, first=True),
    Trap.EYESHIELDS: lambda race: any("e/s" in (runner.headgear or "") for runner in race.runners),
    Trap.FOREIGN_MONEY: lambda race: CURRENCY.get(race.course.country, "€") != "€",
    Trap.HDL: lambda race: re.search(r"\bHdl\b", race.title),
    Trap.IRISH_BUMPER: lambda race: race.course.country == "IRE" and race.terms.kind == "bumper",
    Trap.NO_PEDIGREE: lambda race: race.odd.no_pedigree is not None,
    Trap.NO_PRICES: lambda race: len(race.runners) > 1 and all(runner.odds is None for runner in race.runners),
    Trap.NO_SADDLECLOTH: lambda race: race.course.country == "JER",
    Trap.NO_SEX: lambda race: race.odd.no_sex is not None,
    Trap.OLD_PAGE: lambda race: race.day.year < OLD,
    Trap.ONLY_A_MARK: lambda race: race.odd.only_mark is not None,
    Trap.POINT_TO_POINT: lambda race: race.type_code == "P",
    Trap.POSITION_NOT_RECORDED: lambda race: race.odd.unplaced_from is not None,
    Trap.RESERVE: lambda race: any(horse.reason == "reserve" for horse in race.non_runners or ()),
    Trap.SCRATCHED: lambda race: race.odd.scratched is not None,
    Trap.SEXES_IN_BRACKETS: lambda race: race.terms.sex_word.startswith(("(", "Colts/")),
    Trap.STANDARD_TIME: lambda race: race.against_standard == 0 and race.course.country != "FR",
    Trap.WALKOVER: lambda race: race.odd.is_walkover,
}


def traps_of(race: Race) -> frozenset[Trap]:
    """Return what is unusual about a race's page. A race that was not run, or void, has no other trap."""
    if not _run(race):
        return frozenset({Trap.ABANDONED if race.is_abandoned else Trap.VOID})
    return frozenset(trap for trap, sign in SIGNS.items() if sign(race))
