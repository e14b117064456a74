"""What a morning knew of past runs, worked out slowly in plain Python from the log: no SQL, and nothing of the code under test."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
Row = dict[str, Any]


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed file."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


GOINGS = {row["going"]: row["going_band"] for row in seed("going_bands")}
DISTANCES = [
    (row["scale"], int(row["from_yards"]), int(row["to_yards"]), row["distance_band"]) for row in seed("distance_bands")
]
FIGURES = {row["outcome_code"]: row["form_figure"] for row in seed("outcome_codes")}
NO_PART = {row["outcome_code"] for row in seed("outcome_codes") if row["took_no_part"] == "true"}


def morning(day: date) -> datetime:
    """09:00 in London on a date, as a UTC time without zone."""
    return datetime.combine(day, time(9), LONDON).astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Log:
    """The log, and when each day's list of races was first read whole."""

    races: dict[int, list[Row]]
    first_looks: dict[tuple[str, date], datetime]
    begins: dict[str, date]

    @classmethod
    def of(cls, versions: Iterable[Row], decisions: Iterable[Row]) -> Log:
        """Take the rows of result_versions and slice_decisions."""
        looks: dict[tuple[str, date], datetime] = {}
        begins: dict[str, date] = {}
        for row in sorted(decisions, key=lambda decision: decision["scraped_at"]):
            if row["decision"] == "accepted":
                at = row["scraped_at"]
                first = at.date() if at <= morning(at.date()) else at.date() + timedelta(days=1)
                begins.setdefault(row["country"], first)
                if row["selection"] == "all" and row["races_listed"] is not None:
                    looks.setdefault((row["country"], row["race_date"]), at)
        return cls({}, looks, begins).with_versions(versions)

    def with_versions(self, versions: Iterable[Row]) -> Log:
        """Return a log of these rows of result_versions alone."""
        races: dict[int, list[Row]] = defaultdict(list)
        for row in sorted(versions, key=lambda version: version["scraped_at"]):
            races[row["race_id"]].append(row)
        return replace(self, races=dict(races))

    def known_on(self, day: date, wanted: Callable[[Row], bool] = lambda _: True) -> Iterator[Row]:
        """Yield every wanted run of an earlier day as the morning knew it; `assumed` where the log had not begun."""
        moment = morning(day)
        for versions in self.races.values():
            first = versions[0]["scraped_at"]
            assumed = first > moment
            if assumed:
                looked = self.first_looks.get((versions[0]["country"], versions[0]["race_date"]))
                if looked is not None and looked <= moment:
                    continue
            state: dict[int, Row] = {}
            for row in versions:
                if row["scraped_at"] <= (first if assumed else moment):
                    state[row["horse_id"]] = row
            there = [row for row in state.values() if row["change"] != "delete"]
            if there and there[0]["race_date"] < day:
                runs = measured(there, wanted)
                yield from (run | {"assumed": assumed} for run in runs if run["outcome_code"] not in NO_PART)


def measured(race: list[Row], wanted: Callable[[Row], bool] = lambda _: True) -> list[Row]:
    """The wanted runners of a race with what each run is worth; the race is whole."""
    size = len(race)
    priced = all(row["sp_decimal"] is not None for row in race)
    book = sum(Fraction(1) / Fraction(row["sp_decimal"]) for row in race) if priced else Fraction(0)
    stalls = sorted(row["draw"] for row in race if row["draw"] is not None)
    return [
        row
        | {
            "distance_band": distance_band(row),
            "going_band": GOINGS.get(row["going"].lower().split("(")[0].split(",")[0].strip())
            if row["going"]
            else None,
            "class_rank": row["race_class"] or (1 if row["pattern"] else None),
            "field_size": size,
            "field_size_band": next(
                band
                for least, band in ((16, "16+"), (12, "12-15"), (8, "8-11"), (5, "5-7"), (2, "2-4"), (0, "1"))
                if size >= least
            ),
            "draw_third": None
            if row["draw"] is None
            else next(
                third
                for share, third in ((1, "low"), (2, "middle"), (3, "high"))
                if 3 * (stalls.index(row["draw"]) + 1) <= share * len(stalls)
            ),
            "figure": str(row["position"] if row["position"] < 10 else 0)
            if row["position"]
            else FIGURES["DSQ" if row["is_disqualified"] else row["outcome_code"]],
            "won": row["position"] == 1,
            "placed": placed(row, race),
            "prb": rivals_beaten(row, race),
            "win_share": Fraction(1, ties(row, race)) if row["position"] == 1 else Fraction(0),
            "fair": Fraction(1) / Fraction(row["sp_decimal"]) / book if priced else None,
            "profit": profit(row, race),
        }
        for row in race
        if wanted(row)
    ]


def distance_band(row: Row) -> str | None:
    """The band of a race's distance; flat races have bands of their own."""
    scale = "flat" if row["race_type"] == "Flat" else "jumps"
    yards = row["distance_yards"]
    return next((b for s, low, high, b in DISTANCES if yards and s == scale and low <= yards <= high), None)


def ties(row: Row, race: list[Row]) -> int:
    """How many runners share the runner's place."""
    return sum(other["position"] == row["position"] for other in race)


def placed(row: Row, race: list[Row]) -> bool | None:
    """Whether an each-way bet would have been paid for a place (below five runners, for the win)."""
    size = len(race)
    paid = 1 if size < 5 else 2 if size < 8 else 4 if size >= 16 and row["is_handicap"] else 3
    if row["position"]:
        return bool(row["position"] <= paid)
    if unrecorded(row) and sum(other["position"] is not None for other in race) < paid:
        return None
    return False


def unrecorded(row: Row) -> bool:
    """Whether the horse finished, no one recorded where."""
    return bool(row["outcome_code"] == "0" and not row["is_disqualified"])


def rivals_beaten(row: Row, race: list[Row]) -> Fraction | None:
    """Share of rivals beaten."""
    rivals = len(race) - 1
    if rivals < 1:
        return None
    if row["position"]:
        place = row["position"] + Fraction(ties(row, race) - 1, 2)
        return (rivals + 1 - place) / rivals
    return None if unrecorded(row) else Fraction(0)


def profit(row: Row, race: list[Row]) -> Fraction | None:
    """What a stake of 1 at SP brings."""
    if row["outcome_code"] == "WO":
        return Fraction(0)
    if row["sp_decimal"] is None:
        return None
    if row["position"] == 1:
        return Fraction(row["sp_decimal"]) / ties(row, race) - 1
    return Fraction(-1)
