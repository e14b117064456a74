"""What a race is: fixed facts and runners in finishing order. What becomes known when is `evolution.py`'s business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from extract.source.sample.conditions import Terms
from extract.source.sample.courses import Course
from extract.source.sample.horses import Horse
from extract.source.sample.names import Person


class Runner(NamedTuple):
    """One runner as declared, and how it fared.

    `margin` is behind the horse in front, `fate` a code or None, `performance` the figure it ran to, `chance` the
    market's probability before the bookmakers' margin, `early` its place in running from 0 (leading) to 1 (last).
    Weights are in lbs; `wind` counts wind operations first shown with this run (0, 1 or 2).
    """

    horse: Horse
    number: int | str
    draw: int | None
    jockey: Person
    claim: int | None
    trainer: Person
    owner: Person
    age: int
    sex: str
    weight: int
    allowance: int
    penalty: int | None
    overweight: int | None
    out_of_handicap: int | None
    rating: int | None
    headgear: str | None
    first_headgear: bool
    wind: int
    odds: str | None
    chance: float
    margin: str | None
    fate: str | None
    performance: int
    early: float
    comment: str
    moves: str | None


@dataclass(frozen=True, slots=True)
class Oddities:
    """What is unusual about a race. Rows count from 0, the first past the post.

    Attributes:
        dead_heat_at: the row that ties with the one in front.
        disqualified_at: the row that was disqualified.
        is_numbered: whether that row keeps its number and only a flag tells of the disqualification.
        unplaced_from: the row from which positions were not recorded.
        only_mark: what stands for the favourite's price where no price was returned.
        scratched: code of a horse listed among the runners that did not run.
        no_pedigree: row of a runner without any pedigree.
        no_sex: row of a runner whose colour alone is known.
    """

    is_void: bool = False
    is_abandoned: bool = False
    is_walkover: bool = False
    dead_heat_at: int | None = None
    disqualified_at: int | None = None
    is_numbered: bool = False
    unplaced_from: int | None = None
    only_mark: str | None = None
    scratched: str | None = None
    no_pedigree: int | None = None
    no_sex: int | None = None


@dataclass(frozen=True, slots=True)
class NonRunner:
    """A horse withdrawn after declaration, or an Irish reserve that did not get a run."""

    name: str
    reason: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Race:
    """One race: fixed facts and runners in finishing order, non-finishers last."""

    id: int
    course: Course
    off: datetime
    terms: Terms
    title: str
    going: str
    prizes: tuple[float, ...]
    winning_time: float
    against_standard: float
    runners: tuple[Runner, ...]
    non_runners: tuple[NonRunner, ...] | None
    odd: Oddities

    @property
    def type_code(self) -> str:
        """The source's type code."""
        return self.terms.type_code

    @property
    def race_class(self) -> str | None:
        """The British class as published; no other country has it."""
        return str(self.terms.level) if self.course.country == "GB" else None

    @property
    def is_void(self) -> bool:
        """Whether the race was declared void from the start."""
        return self.odd.is_void

    @property
    def is_abandoned(self) -> bool:
        """Whether the race was not run."""
        return self.odd.is_abandoned

    @property
    def day(self) -> date:
        """UK date of the race."""
        return self.off.date()


@dataclass(frozen=True, slots=True)
class Meeting:
    """The races of one course on one date."""

    course: Course
    races: tuple[Race, ...]
