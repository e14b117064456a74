"""Every variable of the form marts, worked out slowly from what a morning knew (known.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.insights.known import Row

RATINGS = ("rpr", "topspeed", "official_rating")
WINDOWS = {"14d": 14, "21d": 21, "42d": 42, "365d": 365, "5y": 1826}
CONDITIONS: dict[str, tuple[str, ...]] = {
    "course": ("course_id",),
    "distance": ("distance_band",),
    "course_distance": ("course_id", "distance_band"),
    "race_type": ("race_type", "surface"),
    "handicap": ("is_handicap",),
    "age": ("age",),
}
BY_ENTITY: dict[str, dict[str, tuple[str, ...]]] = {
    "sire": {"going": ("going_band",)},
    "damsire": {"going": ("going_band",)},
    "trainer": {"days_since_run": ("days_since_run_band",)},
}


def form_of_runner(judged: Row, past: list[Row]) -> Row:
    """Return a row of fct_runner_form, lineage apart, from the horse's known runs in any order."""
    runs = sorted(past, key=lambda run: (run["race_date"], run["off_at"], run["race_id"]), reverse=True)
    last: Row = runs[0] if runs else {}
    day = judged["race_date"]
    scopes: dict[str, Callable[[Row], bool] | None] = {
        "career": lambda run: True,
        "year": lambda run: within(run, day, 365),
        "course": same(judged, "course_id"),
        "distance": same(judged, "distance_band"),
        "course_distance": same(judged, "course_id", "distance_band"),
        "going": same(judged, "going_band"),
        "surface": same(judged, "surface"),
        "race_type": same(judged, "race_type"),
        "class_or_better": (lambda run: run["class_rank"] is not None and run["class_rank"] <= judged["class_rank"])
        if judged["class_rank"] is not None
        else None,
        "handicap": lambda run: bool(run["is_handicap"]),
    }
    form: Row = {}
    for name, belongs in scopes.items():
        some = [run for run in runs if belongs and belongs(run)]
        form[f"{name}_runs"] = len(some) if belongs else None
        form[f"{name}_wins"] = sum(run["won"] for run in some) if belongs else None
        form[f"{name}_places"] = sum(bool(run["placed"]) for run in some) if belongs else None
        form[f"{name}_prb"] = mean([run["prb"] for run in some])
    away = (day - last["race_date"]).days if last else None
    form |= {
        "days_since_run": away,
        "days_since_run_band": away_band(away),
        "last_six": figures(runs[:6]),
        "last_position": last.get("position"),
        "last_field_size": last.get("field_size"),
        "last_prb": None if last.get("prb") is None else float(last["prb"]),
        "was_beaten_favourite": (bool(last["is_favourite"]) and not last["won"]) if last else None,
    }
    for rating in RATINGS:
        values = [run[rating] for run in runs[:3]]
        form |= {
            f"{rating}_last": last.get(rating),
            f"{rating}_best_of_three": best(values),
            f"{rating}_best_in_year": best([run[rating] for run in runs if within(run, day, 365)]),
            f"{rating}_change": less(values[0], values[1]) if len(values) > 1 else None,
        }
    return form | {
        "official_rating_since_last": less(judged["official_rating"], last.get("official_rating")),
        "class_change": less(judged["class_rank"], last.get("class_rank")),
        "weight_change_lbs": less(judged["weight_lbs"], last.get("weight_lbs")),
        "distance_change_yards": less(judged["distance_yards"], last.get("distance_yards")),
        "is_headgear_changed": (judged["headgear"] or "") != (last["headgear"] or "") if last else None,
        "is_trainer_changed": judged["trainer_id"] != last["trainer_id"] if last else None,
        "is_jockey_changed": judged["jockey_id"] != last["jockey_id"] if last else None,
        "known_by": known_by(judged, runs),
    }


def form_of_entity(judged: Row, past: list[Row], conditions: dict[str, tuple[str, ...]]) -> Row:
    """Return a row of a form mart of an entity, lineage apart, from all its known runs."""
    day = judged["race_date"]
    form: Row = {}
    for window, days in WINDOWS.items():
        form |= record([run for run in past if within(run, day, days)], "", window)
    longest = [run for run in past if within(run, day, WINDOWS["5y"])]
    for name, columns in conditions.items():
        belongs = same(judged, *columns)
        form |= record([run for run in longest if belongs(run)] if belongs else None, f"{name}_", "5y")
    return form | {"known_by": known_by(judged, longest)}


def form_of_draw(judged: Row, past: list[Row]) -> Row:
    """Return a row of fct_draw_bias, lineage apart, from the known runs from like stalls in like races on the course."""
    longest = [run for run in past if within(run, judged["race_date"], WINDOWS["5y"])]
    return record(longest, "", "5y") | {"known_by": known_by(judged, longest)}


def record(runs: list[Row] | None, prefix: str, window: str) -> Row:
    """The measures over some runs; all unknown for None."""
    some = runs or []
    staked = [run["profit"] for run in some if run["profit"] is not None]
    priced = [run for run in some if run["fair"] is not None]
    expected = sum(run["fair"] for run in priced)
    told = {
        "runs": None if runs is None else len(some),
        "wins": None if runs is None else sum(run["won"] for run in some),
        "strike_rate": sum(run["won"] for run in some) / len(some) if some else None,
        "place_rate": sum(bool(run["placed"]) for run in some) / len(some) if some else None,
        "prb": mean([run["prb"] for run in some]),
        "profit_at_sp": float(sum(staked)) if staked else None,
        "actual_over_expected": float(sum(run["win_share"] for run in priced) / expected) if expected else None,
    }
    return {f"{prefix}{name}_{window}": value for name, value in told.items()}


def within(run: Row, day: date, days: int) -> bool:
    """Whether a run is not further back than that."""
    return bool(run["race_date"] >= day - timedelta(days=days))


def same(judged: Row, *columns: str) -> Callable[[Row], bool] | None:
    """A condition: a run shares what is known of the judged; None where that is not known."""
    if any(judged[column] is None for column in columns):
        return None
    return lambda run: all(run[column] == judged[column] for column in columns)


def known_by(judged: Row, runs: list[Row]) -> str:
    """Whether a later scrape could still change what the row rests on."""
    began = judged["race_date"] >= judged["log_begins_on"]
    return "observed" if began and not any(run["assumed"] for run in runs) else "assumed"


def figures(runs: list[Row]) -> str | None:
    """The last outcomes as punters write them; the newest run comes first here and last there."""
    text, before = "", None
    for run in reversed(runs):
        year = run["race_date"].year
        text += "" if before is None or before == year else "-" if year - before == 1 else "/"
        text, before = text + run["figure"], year
    return text or None


def away_band(days: int | None) -> str:
    """How long a horse had been away."""
    if days is None:
        return "first run"
    bands = ((7, "1-7"), (14, "8-14"), (30, "15-30"), (60, "31-60"), (120, "61-120"))
    return next((band for most, band in bands if days <= most), "over 120")


def mean(values: list[Any]) -> float | None:
    """The mean of what is known."""
    known = [value for value in values if value is not None]
    return float(sum(known) / len(known)) if known else None


def best(values: list[int | None]) -> int | None:
    """The greatest of what is known."""
    return max((value for value in values if value is not None), default=None)


def less(one: int | None, other: int | None) -> int | None:
    """The difference, where both are known."""
    return None if one is None or other is None else one - other
