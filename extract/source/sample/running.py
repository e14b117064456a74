"""A race is run: who rides, what the market thinks, who finishes where, and what it looked like.

What the market knows of a horse is its `known` figure; what it does not know is the noise of the day and a part of
what it underrates: the form of yards, the draw, and an unchallenged lead. The noise is Gumbel, so the chances that the
prices are made from are exact but for that part.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from random import Random

from extract.source.sample import ability, market, people
from extract.source.sample.careers import Due
from extract.source.sample.comments import remark
from extract.source.sample.conditions import Terms
from extract.source.sample.courses import Course
from extract.source.sample.draws import WORD, turn, words
from extract.source.sample.margins import lengths, pounds_per_length, published
from extract.source.sample.people import Weighing
from extract.source.sample.races import Runner
from extract.source.sample.stocks import Stock
from extract.source.sample.weights import Burden, burdens

BELIEVED = 0.6  # share of yard form, draw and lead that the market prices in
LEAD_LBS = 2.0  # worth of an unchallenged lead
FALLS = ("F", "F", "F", "F", "F", "UR", "UR", "UR", "BD", "RO", "SU", "REF", "CO")
FLAT_FATES = ("PU", "PU", "SU", "RR", "LFT")


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a race is run. `day` counts from 2008; `wet` is how wet the ground is."""

    seed: int
    race_id: int
    course: Course
    stock: Stock
    day: int
    month: int
    year: int
    wet: float


@dataclass(slots=True, eq=False)
class Start:
    """One horse at the start."""

    due: Due
    trait: tuple[int, ...]
    burden: Burden
    yard: int
    owner: int
    rank: int
    draw: int | None
    early: float = 0.0
    chance: float = 0.0
    score: float = 0.0
    fate: str | None = None


def run(
    setting: Setting, terms: Terms, entries: list[Due], weighing: Weighing, rng: Random
) -> tuple[list[Runner], float, float]:
    """Return the runners in finishing order, the winning time and the time against standard, both in seconds."""
    starts = _at_the_start(setting, terms, entries, weighing, rng)
    _score(setting, terms, starts)
    _fates(terms, starts)
    starts.sort(key=lambda start: (start.fate is not None, -start.score))
    prices = market.prices([start.chance for start in starts], setting.course.country == "FR")
    runners = _runners(setting, terms, starts, prices)
    return runners, *_time(setting, terms, runners[0], rng)


def _at_the_start(setting: Setting, terms: Terms, entries: list[Due], weighing: Weighing, rng: Random) -> list[Start]:
    entries = sorted(entries, key=lambda due: -(due.rating or 0))
    traits = [words(turn(due.horse.key, setting.race_id)) for due in entries]
    loads = burdens(terms, entries, setting.month, setting.year, traits)
    stalls: list[int | None] = list(range(1, len(entries) + 1))
    rng.shuffle(stalls)
    if terms.jumps or (setting.course.country == "FR" and rng.random() < 0.3):
        stalls = [None] * len(entries)
    riding: set[int] = set()
    starts: list[Start] = []
    for due, trait, load, stall in zip(entries, traits, loads, stalls, strict=True):
        spell = due.horse.spell(setting.day)
        key = setting.race_id * 32 + len(starts)
        rank = weighing.book(setting.stock, terms.jumps, spell.yard, setting.course.id, key, riding)
        starts.append(Start(due, trait, load, spell.yard, spell.owner, rank, stall))
    last = max(len(starts) - 1, 1)
    for place, start in enumerate(
        sorted(starts, key=lambda start: start.due.horse.style + 0.45 * start.trait[0] / WORD)
    ):
        start.early = place / last
    return starts


def _score(setting: Setting, terms: Terms, starts: list[Start]) -> None:
    """Give each start its figure of the day, weight taken off, and the chance that the market gives it."""
    jumps, artificial = terms.jumps, "(AW)" in setting.course.name
    bias = setting.course.draw_bias if terms.yards <= setting.course.bias_yards else 0.0
    alone = sum(start.due.horse.style < 0.25 for start in starts) <= 1
    known = []
    for start in starts:
        horse = start.due.horse
        figure = start.due.level + ability.form(horse, setting.day)
        figure += ability.suits(horse, jumps, terms.yards, setting.wet, artificial)
        figure += people.skill(setting.stock, start.rank) - start.burden.against
        underrated = people.yard_form(setting.seed, start.yard, setting.day)
        if bias and start.draw and len(starts) > 4:
            underrated += bias * (1 - 2 * (start.draw - 1) / (len(starts) - 1))
        if alone and start.early == 0 and horse.style < 0.25:
            underrated += LEAD_LBS
        known.append(figure + BELIEVED * underrated)
        start.score = figure + underrated + start.due.luck
    for start, chance in zip(starts, market.chances(known, ability.NOISE[jumps]), strict=True):
        start.chance = chance


def _fates(terms: Terms, starts: list[Start]) -> None:
    """Say who did not finish. Falls strike anyone alike; those far behind over jumps are pulled up."""
    best = max(start.score for start in starts)
    for start in starts:
        draw, word = start.trait[1] / WORD, start.trait[2]
        behind = best - start.score
        if not terms.jumps:
            start.fate = FLAT_FATES[word % len(FLAT_FATES)] if draw < 0.003 else None
        elif draw < 0.03 and terms.kind != "bumper":
            start.fate = FALLS[word % len(FALLS)]
        elif behind > 34 and draw < 0.03 + min((behind - 34) / 60, 0.6):
            start.fate = "PU"
        elif word % 1500 == 0:
            start.fate = "RR"
    if all(start.fate for start in starts):
        max(starts, key=lambda start: start.score).fate = None


def _runners(setting: Setting, terms: Terms, starts: list[Start], prices: list[str]) -> list[Runner]:
    made: list[Runner] = []
    heaviest = sorted(range(len(starts)), key=lambda row: (-starts[row].burden.weight, starts[row].due.horse.id))
    cloths = {row: number for number, row in enumerate(heaviest, 1)}
    per_length, behind = pounds_per_length(terms.jumps, terms.yards), 0.0
    foreign = setting.course.country not in {"GB", "IRE"}
    for row, (start, price) in enumerate(zip(starts, prices, strict=True)):
        horse, load, trait = start.due.horse, start.burden, start.trait
        margin = None
        if row and start.fate is None:
            margin = published((starts[row - 1].score - start.score) / per_length)
            behind += lengths(margin)
        wears = horse.gear if setting.day >= horse.gear_since else None
        last = start.due.past[0] if start.due.past else None
        wording = trait[4] << 48 | trait[5] << 32 | trait[8] << 16 | trait[9]
        comment = remark(start.early, start.early == 0, row, behind, start.fate, terms.jumps, wording)
        if trait[6] % 60 == 0:
            comment = comment.replace(", ", ",\n", 1)
        made.append(
            Runner(
                horse=horse,
                number=cloths[row],
                draw=start.draw,
                jockey=people.jockey(setting.stock, terms.jumps, start.rank),
                claim=people.claim(setting.stock, terms.jumps, start.rank, setting.year) if not terms.pattern else None,
                trainer=people.trainer(start.yard),
                owner=people.owner_of(setting.stock, start.yard, start.owner),
                age=setting.year - horse.born,
                sex=horse.sex(setting.year),
                weight=load.weight,
                allowance=load.allowance,
                penalty=load.penalty,
                overweight=load.overweight,
                out_of_handicap=load.out_of_handicap,
                rating=start.due.rating if setting.course.kind not in {"arab", "ptp"} else None,
                headgear=wears,
                first_headgear=wears is not None and last is not None and last < horse.gear_since,
                wind=_wind(horse.wind_since, last, setting.day),
                odds=price if len(starts) > 1 else None,
                chance=start.chance,
                margin=margin,
                fate=start.fate,
                performance=max(round(start.score + load.against), 1),
                early=start.early,
                comment=comment,
                moves=None if foreign else market.moves(price, trait[7]),
            )
        )
    return made


def _wind(since: tuple[int, int] | None, last: int | None, day: int) -> int:
    if since is None or last is None:
        return 0
    return 1 if last < since[0] <= day else 2 if last < since[1] <= day else 0


def _time(setting: Setting, terms: Terms, winner: Runner, rng: Random) -> tuple[float, float]:
    """Return the winning time and how much slower than standard it was, in seconds.

    Standard is what a fair horse takes on good ground; better ones are faster, wet ground and a false pace slower.
    """
    if terms.jumps:
        standard = terms.yards / (14.9 - 1.1 * log(terms.yards / 3520))
    else:
        standard = terms.yards / (18.7 - 1.75 * log(terms.yards / 1100))
    worth = winner.performance - (120 if terms.jumps else 75)
    share = 0.012 + 0.03 * setting.wet - 0.0006 * worth + 0.006 * rng.gauss(0, 1)
    late = round(standard * share, 2)
    late = 0.0 if abs(late) < 0.1 else late
    return round(round(standard, 2) + late, 2), late
