"""The form marts: which records they keep, and so their columns, descriptions, and what their macros are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

WINDOWS: Final = {"14d": 14, "21d": 21, "42d": 42, "365d": 365, "5y": 1826}
"""Days before the race, by name; conditions are kept over the longest."""
IN_WINDOW: Final = {
    "14d": "in the 14 days before the race",
    "21d": "in the 21 days before the race",
    "42d": "in the 42 days before the race",
    "365d": "in the 365 days before the race",
    "5y": "in the 5 years (1826 days) before the race",
}
CONDITIONS: Final = {
    "course": (("course_id",), "on this course"),
    "distance": (("distance_band",), "in this distance band"),
    "course_distance": (("course_id", "distance_band"), "on this course in this distance band"),
    "race_type": (("race_type", "surface"), "in races of this type on this surface"),
    "handicap": (("is_handicap",), "in handicaps if this is one, else in other races"),
    "age": (("age",), "with horses of this age"),
    "going": (("going_band",), "on this going band"),
    "days_since_run": (
        ("days_since_run_band",),
        "with horses that had been away as long as this one (see days_since_run_band)",
    ),
}
COMMON: Final = ("course", "distance", "course_distance", "race_type", "handicap", "age")


class Entity(NamedTuple):
    """Whose record a mart keeps."""

    columns: tuple[str, ...]
    noun: str
    conditions: tuple[str, ...]


ENTITIES: Final = {
    "trainer": Entity(("trainer_id",), "the trainer", (*COMMON, "days_since_run")),
    "jockey": Entity(("jockey_id",), "the jockey", COMMON),
    "partnership": Entity(("trainer_id", "jockey_id"), "trainer and jockey together", COMMON),
    "sire": Entity(("sire_id",), "the sire's offspring", (*COMMON, "going")),
    "damsire": Entity(("damsire_id",), "the damsire's grandchildren", (*COMMON, "going")),
    "owner": Entity(("owner_id",), "the owner", COMMON),
}


@dataclass(frozen=True)
class Item:
    """One column: name, SQL type, description."""

    name: str
    type: str
    description: str


KEY: Final = (
    Item("race_id", "bigint", "{{ doc('results__race_id') }}"),
    Item("horse_id", "bigint", "{{ doc('results__horse_id') }}"),
    Item("country", "varchar", "{{ doc('results__country') }}"),
    Item("race_date", "date", "{{ doc('results__race_date') }}"),
)
LINEAGE: Final = (
    Item("judged_hash", "varchar", "{{ doc('judged_hash') }}"),
    Item("change", "varchar", "{{ doc('form_change') }}"),
    Item("loaded_at", "timestamp(6)", "{{ doc('decided_until') }}"),
)
KNOWN_BY: Final = Item("known_by", "varchar", "{{ doc('known_by') }}")


def entity_columns(entity: Entity) -> list[Item]:
    """Return the columns of an entity's mart in order."""
    longest = list(WINDOWS)[-1]
    ids = [Item(column, "bigint", f"{{{{ doc('results__{column}') }}}}") for column in entity.columns]
    measured = [item for window in WINDOWS for item in record(entity.noun, window, "", "")]
    for name in entity.conditions:
        measured += record(entity.noun, longest, f"{name}_", f" {CONDITIONS[name][1]}")
    return [*KEY, *ids, KNOWN_BY, *measured, *LINEAGE]


def record(noun: str, window: str, prefix: str, condition: str) -> list[Item]:
    """Return the measures of a record over a window."""
    scope = f"of {noun}{condition} {IN_WINDOW[window]}"
    return [
        Item(f"{prefix}runs_{window}", "integer", f"Runs {scope}."),
        Item(f"{prefix}wins_{window}", "integer", f"Wins {scope}, dead heats included."),
        Item(f"{prefix}strike_rate_{window}", "double", f"Share of runs won, 0 to 1, {scope}."),
        Item(f"{prefix}place_rate_{window}", "double", f"Share of runs placed by each-way terms, 0 to 1, {scope}."),
        Item(f"{prefix}prb_{window}", "double", f"Mean share of rivals beaten, 0 to 1, {scope}."),
        Item(f"{prefix}profit_at_sp_{window}", "double", f"Profit in stakes of 1 on every run with an SP {scope}."),
        Item(
            f"{prefix}actual_over_expected_{window}",
            "double",
            f"Wins over the sum of fair market probabilities {scope}; above 1 is better than the market thought.",
        ),
    ]


DRAW_BIAS: Final = [
    Item("race_id", "bigint", "{{ doc('results__race_id') }}"),
    Item("draw_third", "varchar", "{{ doc('draw_third') }}"),
    Item("country", "varchar", "{{ doc('results__country') }}"),
    Item("race_date", "date", "{{ doc('results__race_date') }}"),
    Item("course_id", "bigint", "{{ doc('results__course_id') }}"),
    Item("distance_band", "varchar", "{{ doc('measure__distance_band') }}"),
    Item("going_band", "varchar", "{{ doc('measure__going_band') }}"),
    Item("field_size_band", "varchar", "{{ doc('measure__field_size_band') }}"),
    KNOWN_BY,
    *record("runners from this third of the stalls in like races on this course", "5y", "", ""),
    *LINEAGE,
]
"""Like races: the same course, distance band, going band and field-size band."""

_RUNNER_SCOPES: Final = {
    "career": "in its career",
    "year": "in the 365 days before the race",
    "course": "on this course",
    "distance": "in this distance band",
    "course_distance": "on this course in this distance band",
    "going": "on this going band",
    "surface": "on this surface",
    "race_type": "in races of this type",
    "class_or_better": "in this class or a better one; NULL where the race has none",
    "handicap": "in handicaps",
}
_RATINGS: Final = {"rpr": "RPR", "topspeed": "topspeed", "official_rating": "official rating"}


def runner_columns() -> list[Item]:
    """Return the columns of fct_runner_form in order."""
    items = [*KEY, KNOWN_BY]
    for name, scope in _RUNNER_SCOPES.items():
        items += [
            Item(f"{name}_runs", "integer", f"Runs of the horse {scope}, before the race."),
            Item(f"{name}_wins", "integer", f"Wins of the horse {scope}, before the race, dead heats included."),
            Item(f"{name}_places", "integer", f"Runs placed by each-way terms {scope}, before the race."),
            Item(f"{name}_prb", "double", f"Mean share of rivals beaten, 0 to 1, {scope}, before the race."),
        ]
    items += [
        Item("days_since_run", "integer", "Days since the horse's last run; NULL where none is known."),
        Item("days_since_run_band", "varchar", "{{ doc('days_since_run_band') }}"),
        Item("last_six", "varchar", "{{ doc('last_six') }}"),
        Item("last_position", "integer", "Finishing position in the last run; NULL for a non-finisher."),
        Item("last_field_size", "integer", "Runners in the last run's race."),
        Item("last_prb", "double", "Share of rivals beaten in the last run, 0 to 1."),
        Item("was_beaten_favourite", "boolean", "Whether the horse was favourite last time and did not win."),
    ]
    for name, title in _RATINGS.items():
        items += [
            Item(f"{name}_last", "integer", f"Last run's {title}, as published by the morning."),
            Item(
                f"{name}_best_of_three", "integer", f"Best {title} of the last three runs, as published by the morning."
            ),
            Item(f"{name}_best_in_year", "integer", f"Best {title} of the 365 days before the race."),
            Item(f"{name}_change", "integer", f"Last run's {title} less that of the run before it."),
        ]
    return [
        *items,
        Item("official_rating_since_last", "integer", "Official rating in this race less that in the last run."),
        Item("class_change", "integer", "Class of this race less that of the last; below 0 is a step up."),
        Item("weight_change_lbs", "integer", "Weight carried less that carried last time, pounds."),
        Item("distance_change_yards", "integer", "Distance less that of the last race, yards."),
        Item(
            "is_headgear_changed",
            "boolean",
            "Whether the headgear differs from last time's; none is a kind of its own.",
        ),
        Item("is_trainer_changed", "boolean", "Whether the trainer differs from last time's."),
        Item("is_jockey_changed", "boolean", "Whether the jockey differs from last time's."),
        *LINEAGE,
    ]


_CONDITIONS: Final = [
    *(
        Item(column, "bigint", f"{{{{ doc('results__{column}') }}}}")
        for column in ("jockey_id", "trainer_id", "owner_id", "sire_id", "damsire_id", "course_id")
    ),
    Item("race_type", "varchar", "{{ doc('results__race_type') }}"),
    Item("surface", "varchar", "{{ doc('results__surface') }}"),
    Item("class_rank", "integer", "{{ doc('class_rank') }}"),
    Item("is_handicap", "boolean", "{{ doc('results__is_handicap') }}"),
    Item("distance_yards", "integer", "{{ doc('results__distance_yards') }}"),
    Item("distance_band", "varchar", "{{ doc('measure__distance_band') }}"),
    Item("going_band", "varchar", "{{ doc('measure__going_band') }}"),
    Item("field_size", "integer", "{{ doc('known_field_size') }}"),
    Item("field_size_band", "varchar", "{{ doc('measure__field_size_band') }}"),
    Item("draw_third", "varchar", "{{ doc('draw_third') }}"),
    Item("age", "integer", "{{ doc('results__age') }}"),
    Item("weight_lbs", "integer", "{{ doc('results__weight_lbs') }}"),
    Item("headgear", "varchar", "{{ doc('results__headgear') }}"),
    Item("official_rating", "integer", "{{ doc('results__official_rating') }}"),
]
TO_JUDGE: Final = [*KEY, *_CONDITIONS, *LINEAGE]

AS_KNOWN: Final = [
    *KEY[:2],
    Item(
        "from_morning",
        "date",
        "First morning (09:00 in London) on which this was how the run was known, or taken to be.",
    ),
    Item("to_morning", "date", "First morning on which it no longer was; NULL for what still stands."),
    Item("observed_from", "date", "First morning that had seen it; on mornings before it, it stands in: assumed."),
    *KEY[2:],
    Item("off_at", "timestamp(6)", "{{ doc('results__off_at') }}"),
    *_CONDITIONS,
    Item("outcome_code", "varchar", "{{ doc('results__outcome_code') }}"),
    Item("outcome_figure", "varchar", "The outcome as one letter or digit of a form figure, see last_six."),
    Item("position", "integer", "{{ doc('results__position') }}"),
    Item("is_favourite", "boolean", "{{ doc('results__is_favourite') }}"),
    Item("rpr", "integer", "{{ doc('results__rpr') }}"),
    Item("topspeed", "integer", "{{ doc('results__topspeed') }}"),
    Item("is_placed", "boolean", "Whether the run was placed by each-way terms."),
    Item("win_share", "double", "1 for a winner, split in a dead heat, else 0."),
    Item("percent_rivals_beaten", "double", "Share of rivals beaten, 0 to 1."),
    Item("fair_probability", "double", "Market probability with the overround taken out."),
    Item("profit_at_sp", "double", "Profit of a stake of 1 at SP."),
    *LINEAGE[1:],
]
