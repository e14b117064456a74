"""The form marts as they should be, from the tables they rest on; and where a mart differs from that."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from tests.insights.known import Log, Row, measured
from tests.insights.slow_form import BY_ENTITY, CONDITIONS, away_band, form_of_draw, form_of_entity, form_of_runner

Rows = Callable[[str], list[Row]]
"""The rows of a table by its name."""
Key = tuple[Any, ...]
ENTITIES = {
    "trainer": ("trainer_id",),
    "jockey": ("jockey_id",),
    "partnership": ("trainer_id", "jockey_id"),
    "sire": ("sire_id",),
    "damsire": ("damsire_id",),
    "owner": ("owner_id",),
}
MARTS = ("fct_runner_form", *(f"fct_{entity}_form" for entity in ENTITIES))
LIKE_STALLS = ("course_id", "distance_band", "going_band", "field_size_band", "draw_third")
PART = {"fct_draw_bias": "draw_third"}
"""What tells the rows of a race apart, where it is not the horse."""
WHO_RAN = ("jockey_id", "trainer_id", "owner_id", "sire_id", "damsire_id", "country", "race_date")
OF_THE_RACE = (
    "off_at", "course_id", "race_type", "race_code", "surface", "race_class", "pattern", "is_handicap", "distance_yards",
    "going",
)  # fmt: skip
CLOSE = 1e-7
"""The marts add up whole billionths, the truth fractions."""


def judged_runners(log: Log, results: Iterable[Row]) -> list[Row]:
    """Everyone who ran, under the conditions that the log first told of the runner, and of the race."""
    races: dict[int, list[Row]] = defaultdict(list)
    for row in results:
        first = next(version for version in log.races[row["race_id"]] if version["horse_id"] == row["horse_id"])
        races[row["race_id"]].append(first | {column: row[column] for column in WHO_RAN})
    judged = []
    for race in races.values():
        begins = min(race, key=lambda runner: (runner["scraped_at"], runner["horse_id"]))
        alike = {column: begins[column] for column in OF_THE_RACE}
        judged += measured([runner | alike for runner in race])
    return [runner | {"log_begins_on": log.begins[runner["country"]]} for runner in judged]


def true_forms(rows: Rows) -> dict[str, dict[Key, Row]]:
    """Return every form mart's rows by key, from result_versions, slice_decisions and results."""
    log = Log.of(rows("result_versions"), rows("slice_decisions"))
    judged = judged_runners(log, rows("results"))
    known = {day: list(log.known_on(day)) for day in sorted({runner["race_date"] for runner in judged})}
    forms: dict[str, dict[Key, Row]] = {"fct_runner_form": {}}
    by_horse = by_entity(known, ("horse_id",))
    for runner in judged:
        past = by_horse[runner["race_date"], runner["horse_id"]]
        forms["fct_runner_form"][runner["race_id"], runner["horse_id"]] = form_of_runner(runner, past)
    for runner in (*judged, *(run for runs in known.values() for run in runs)):
        past = by_horse[runner["race_date"], runner["horse_id"]]
        last = max((run["race_date"] for run in past), default=None)
        runner["days_since_run_band"] = away_band((runner["race_date"] - last).days if last else None)
    for entity, columns in ENTITIES.items():
        past_of = by_entity(known, columns)
        forms[f"fct_{entity}_form"] = {
            (runner["race_id"], runner["horse_id"]): form_of_entity(
                runner,
                past_of[(runner["race_date"], *(runner[column] for column in columns))],
                CONDITIONS | BY_ENTITY.get(entity, {}),
            )
            for runner in judged
            if all(runner[column] is not None for column in columns)
        }
    past_of = by_entity(known, LIKE_STALLS)
    forms["fct_draw_bias"] = {
        (runner["race_id"], runner["draw_third"]): form_of_draw(
            runner, past_of[(runner["race_date"], *(runner[column] for column in LIKE_STALLS))]
        )
        for runner in judged
        if all(runner[column] is not None for column in LIKE_STALLS)
    }
    return forms


def by_entity(known: dict[date, list[Row]], columns: tuple[str, ...]) -> dict[tuple[Any, ...], list[Row]]:
    """Known runs by morning and entity."""
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for day, runs in known.items():
        for run in runs:
            found[(day, *(run[column] for column in columns))].append(run)
    return found


def differences(rows: Rows, forms: dict[str, dict[Key, Row]]) -> list[str]:
    """Say where the marts are not as they should be."""
    found = []
    for mart, wanted in forms.items():
        told = {(row["race_id"], row[PART.get(mart, "horse_id")]): row for row in rows(mart)}
        if told.keys() != wanted.keys():
            found.append(
                f"{mart}: {len(told.keys() - wanted.keys())} rows too many, {len(wanted.keys() - told.keys())} missing"
            )
        for key in told.keys() & wanted.keys():
            found += [
                f"{mart} {key} {name}: {told[key][name]!r} should be {value!r}"
                for name, value in wanted[key].items()
                if not same_value(told[key][name], value)
            ]
    return found


def same_value(told: Any, wanted: Any) -> bool:
    """Whether two values are equal, as nearly as billionths can tell."""
    if isinstance(told, float) and isinstance(wanted, int | float):
        return math.isclose(told, wanted, rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(told == wanted)
