"""The files of the form marts that derive from `forms.py`: their yml, and what their macros are told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.generate.forms import (
    AS_KNOWN,
    CONDITIONS,
    DRAW_BIAS,
    ENTITIES,
    TO_JUDGE,
    WINDOWS,
    Item,
    entity_columns,
    runner_columns,
)

ORIGIN: Final = "generated from tools/generate/forms.py by make generate"
HEADER: Final = f"Do not edit: {ORIGIN}."
FOLDER: Final = Path("dbt_project/models/insights")
MACRO: Final = Path("macros/insights/form_spec.sql")
NO_WARNINGS: Final = "warn_unsupported: false, warn_unenforced: false"
"""Of a constraint that is told, not enforced: docs/dbt.md."""

Model = tuple[str, tuple[str, ...], Sequence[Item]]
"""A model's description, its key, and its columns."""


def models() -> dict[str, Model]:
    """Return every model of the insights by name."""
    found: dict[str, Model] = {
        "int_runs_as_known": (
            "What mornings knew of past runs: each state of a race in the log, and the mornings for which it stood. "
            "One row per runner of a race and stretch of mornings.",
            ("race_id", "horse_id", "from_morning"),
            AS_KNOWN,
        ),
        "int_runners_to_judge": (
            "The runners that the form marts judge: who ran, as results says now, and under which conditions, as the "
            "log first said. One row per runner of a race.",
            ("race_id", "horse_id"),
            TO_JUDGE,
        ),
        "fct_runner_form": (
            "A horse's form before each of its races, from races on earlier days, as known at 09:00 in London on the "
            "day of the race. One row per runner of a race.",
            ("race_id", "horse_id"),
            runner_columns(),
        ),
        "fct_draw_bias": (
            "How each third of the stalls has fared in like races on the course, as known at 09:00 in London on the "
            "day of the race. One row per race and third of the stalls that was used.",
            ("race_id", "draw_third"),
            DRAW_BIAS,
        ),
    }
    for name, entity in ENTITIES.items():
        found[f"fct_{name}_form"] = (
            f"The record of {entity.noun} before each race, from races on earlier days, as known at 09:00 in London on "
            "the day of the race. One row per runner of a race.",
            ("race_id", "horse_id"),
            entity_columns(entity),
        )
    return dict(sorted(found.items()))


def files() -> dict[Path, str]:
    """Return every generated file's text by its path."""
    written = {FOLDER / f"{name}.yml": _yml(name, model) for name, model in models().items()}
    return written | {MACRO: _macros()}


def _yml(name: str, model: Model) -> str:
    description, key, columns = model
    lines = [
        f"# {HEADER}",
        "version: 2",
        "",
        "models:",
        f"  - name: {name}",
        f'    description: "{description}"',
        f"    constraints: [{{type: primary_key, columns: [{', '.join(key)}], {NO_WARNINGS}}}]",
        "    data_tests:",
        "      - unique_combination:",
        "          arguments:",
        f"            columns: [{', '.join(key)}]",
        "      - never_null:",
        "          arguments:",
        f"            columns: [{', '.join([*key, 'country', 'race_date', 'loaded_at'])}]",
    ]
    if any(column.name == "known_by" for column in columns):
        lines += [
            "      - accepted_values:",
            "          arguments:",
            "            column_name: known_by",
            "            values: [observed, assumed]",
        ]
    lines.append("    columns:")
    for column in columns:
        lines.append(f'      - {{name: {column.name}, data_type: {column.type}, description: "{column.description}"}}')
    return "\n".join(lines) + "\n"


def _macros() -> str:
    specified = ""
    for name, entity in ENTITIES.items():
        conditions = ", ".join(f"'{key}': {list(CONDITIONS[key][0])}" for key in entity.conditions)
        specified += (
            f"        'fct_{name}_form': {{\n            'entity': {list(entity.columns)},\n"
            f"            'windows': {WINDOWS},\n            'conditions': {{{conditions}}},\n        }},\n"
        )
    return (
        f"{{#- {HEADER}\n"
        "    Of each form mart: whose record it is, the windows in days, and the columns of each condition. -#}\n"
        "{% macro form_spec() %}\n    {{- return({\n" + specified + "    }) -}}\n{% endmacro %}\n"
    )
