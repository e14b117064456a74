"""The form marts: right, the same however they came to be, and never wiser than the morning."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.insights.conftest import FIRST, INSIGHTS, Built, Workshop
from tests.insights.known import Row
from tests.insights.notebook import FIRST_LOOK, run_notebook
from tests.insights.truth import MARTS, differences, true_forms
from tests.questions import QUESTIONS, compiled

KEYS = {"int_runs_as_known": ("race_id", "horse_id", "from_morning"), "fct_draw_bias": ("race_id", "draw_third")}
FORMS = (*MARTS, "fct_draw_bias")
FIRST_BUILD_KNEW = datetime(2025, 11, 13, 12)
"""After the second scrape, and before the third."""
MIDDLE = FIRST + timedelta(days=6)


def keyed(name: str, rows: list[Row]) -> dict[tuple[Any, ...], Row]:
    key = KEYS.get(name, ("race_id", "horse_id"))
    return {tuple(row[column] for column in key): {k: v for k, v in row.items() if k != "loaded_at"} for row in rows}


@pytest.fixture(scope="module")
def worked_out(built: Built) -> dict[str, list[Row]]:
    return Workshop(built.inputs()).work_out(built.compiled)


def test_every_variable_is_what_a_slow_look_at_the_log_says(built: Built) -> None:
    forms = true_forms(built.rows)
    assert differences(built.rows, forms) == []
    assert sum(len(row) - 1 for row in (next(iter(rows.values())) for rows in forms.values())) > 150
    for name in FORMS:
        assert {row["known_by"] for row in built.rows(name)} == {"observed", "assumed"}, name


def test_a_race_is_one_race_whoever_comes_later_or_under_another_id(built: Built) -> None:
    inputs = built.inputs()
    log = by_race(inputs["result_versions"])
    drawn = [
        race
        for race in log.values()
        if len(race) > 5 and all(row["draw"] and row["change"] == "insert" for row in race)
    ]
    later, renamed = (sorted(drawn, key=lambda race: (race[0]["race_date"], race[0]["race_id"]))[n] for n in (0, 1))
    versions = [row for race in log.values() for row in race if race not in (later, renamed)]
    seen_again = {
        "scraped_at": max(row["scraped_at"] for row in later + renamed) + timedelta(hours=30),
        "change": "update",
    }
    corrected = seen_again | {"going": "Heavy" if later[0]["going"] != "Heavy" else "Firm"}
    versions += [row | {"ran": len(later) - 1} for row in later[1:]] + [row | corrected for row in later[1:]]
    versions += [later[0] | corrected | {"change": "insert"}]
    new_id = max(row["horse_id"] for row in versions) + 1
    versions += [*renamed, renamed[0] | seen_again | {"change": "delete"}]
    versions += [renamed[0] | seen_again | {"change": "insert", "horse_id": new_id}]
    inputs["result_versions"] = pa.Table.from_pylist(versions, schema=inputs["result_versions"].schema)
    inputs["results"] = newest(inputs["result_versions"])
    tables = {
        **{name: table.to_pylist() for name, table in inputs.items()},
        **Workshop(inputs).work_out(built.compiled),
    }
    assert differences(tables.__getitem__, true_forms(tables.__getitem__)) == []
    sizes = {race[0]["race_id"]: len(race) for race in (later, renamed)}
    told = {(row["race_id"], row["field_size"]) for row in tables["int_runners_to_judge"] if row["race_id"] in sizes}
    assert told == set(sizes.items())
    for name in FORMS:
        assert len(keyed(name, tables[name])) == len(tables[name]), name


@pytest.mark.parametrize("name", INSIGHTS)
def test_built_day_by_day_or_all_at_once_is_the_same(built: Built, worked_out: dict[str, list[Row]], name: str) -> None:
    assert keyed(name, built.rows(name)) == keyed(name, worked_out[name])


def test_later_scrapes_change_no_observed_row(built: Built, worked_out: dict[str, list[Row]]) -> None:
    assert changed_by_later_scrapes(built, built.compiled, worked_out) == []


def test_nonsense_from_a_day_on_changes_no_row_up_to_it(built: Built, worked_out: dict[str, list[Row]]) -> None:
    assert changed_by_nonsense(built, built.compiled, worked_out) == []


def changed_by_later_scrapes(built: Built, compiled: Any, later: dict[str, list[Row]]) -> list[str]:
    """Observed rows that are not what they were before the last scrape; of runners that a scrape took out there is none."""
    inputs = built.inputs()
    inputs["result_versions"] = until(inputs["result_versions"], FIRST_BUILD_KNEW)
    inputs["slice_decisions"] = until(inputs["slice_decisions"], FIRST_BUILD_KNEW)
    inputs["results"] = newest(inputs["result_versions"])
    changed = []
    for name, rows in Workshop(inputs).work_out(compiled, later).items():
        now, before = keyed(name, later[name]), keyed(name, rows)
        assert len(before) < len(now)
        changed += [
            f"{name} {key}"
            for key, row in before.items()
            if row.get("known_by") == "observed" and now.get(key, row) != row
        ]
    return changed


def changed_by_nonsense(built: Built, compiled: Any, sense: dict[str, list[Row]]) -> list[str]:
    """Rows of races up to a day that change when everything that happened from that day on is nonsense."""
    inputs = built.inputs()
    days = Counter(row["race_date"] for row in sense["int_runs_as_known"] if row["draw_third"])
    day = max((day for day in days if abs((day - MIDDLE).days) < 4), key=lambda day: days[day])
    for name in ("result_versions", "results"):
        inputs[name] = nonsense(inputs[name], day)
    changed = []
    for name, rows in Workshop(inputs).work_out(compiled, sense).items():
        now, before = keyed(name, rows), keyed(name, sense[name])
        changed += [
            f"{name} {key}"
            for key, row in before.items()
            if "known_by" in row and row["race_date"] <= day and now.get(key) != row
        ]
    return changed


def until(table: pa.Table, moment: datetime) -> pa.Table:
    """The rows that were scraped by a moment."""
    return table.filter(pc.less_equal(table["scraped_at"], pa.scalar(moment, table["scraped_at"].type)))


def newest(versions: pa.Table) -> pa.Table:
    """The newest version of every runner, unless it is gone."""
    rows = {(row["race_id"], row["horse_id"]): row for row in sorted(versions.to_pylist(), key=scraped_at)}
    return pa.Table.from_pylist([row for row in rows.values() if row["change"] != "delete"], schema=versions.schema)


def by_race(versions: pa.Table) -> dict[int, list[Row]]:
    """The rows of the log by race."""
    races: dict[int, list[Row]] = {}
    for row in versions.to_pylist():
        races.setdefault(row["race_id"], []).append(row)
    return races


def scraped_at(row: Row) -> datetime:
    return row["scraped_at"]  # type: ignore[no-any-return]


def nonsense(table: pa.Table, day: date) -> pa.Table:
    """The same races, in which from a day on the last are the first, at silly prices and ratings."""
    rows = table.to_pylist()
    for row in rows:
        if row["race_date"] >= day:
            place = row["ran"] + 1 - row["position"] if row["position"] else None
            row |= {"position": place, "outcome_code": str(place or "PU"), "sp_decimal": 1.5, "rpr": 1, "topspeed": 1}
            row["is_favourite"] = not row["is_favourite"]
    return pa.Table.from_pylist(rows, schema=table.schema)


MUTANTS = {
    "runs of the same day count": ("int_runs_as_known", "+ interval '1' day as date)", "+ interval '0' day as date)"),
    "later states of a run are known at once": ("fct_runner_form", "and judged.race_date >= runs.from_morning", ""),
    "a record counts from the day of the race": (
        "fct_trainer_form", "when 0 then runs.from_morning", "when 0 then cast(runs.from_morning - interval '1' day as date)",
    ),
    "stalls are judged from the day of the race": (
        "fct_draw_bias", "when 0 then runs.from_morning", "when 0 then cast(runs.from_morning - interval '1' day as date)",
    ),
}  # fmt: skip
"""What a macro would have to get wrong to know more than the morning: the model, the condition, and what stands in its place."""


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_wiser_morning_is_found_out(built: Built, worked_out: dict[str, list[Row]], mutant: str) -> None:
    name, right, wrong = MUTANTS[mutant]
    assert right in built.compiled[name]
    compiled = {**built.compiled, name: built.compiled[name].replace(right, wrong)}
    marts = {"int_runs_as_known": ["fct_runner_form"], "fct_trainer_form": ["fct_runner_form", "fct_trainer_form"]}
    wiser = Workshop(built.inputs()).work_out(compiled, [*INSIGHTS[:2], *marts.get(name, [name])])
    assert changed_by_later_scrapes(built, compiled, wiser) or changed_by_nonsense(built, compiled, wiser)


def test_questions_of_form_are_answered(built: Built) -> None:
    asked = compiled(built.project.folder / "target")
    with duckdb.connect(str(built.project.folder / "warehouse" / "lake.duckdb"), read_only=True) as lake:
        for name, question in QUESTIONS.items():
            answer = lake.execute(asked[name])
            assert [column[0] for column in answer.description or []] == question.columns, name
            if question.needs_form:
                assert answer.fetchall(), f"{name} has no answer"


def test_the_first_look_notebook_runs_and_gives_a_verdict(built: Built, tmp_path: Path) -> None:
    said = run_notebook(FIRST_LOOK, built.project, tmp_path)
    assert re.search(
        r"^The model with form (beats|is worse than|cannot be told from) the market.* over \d+ races\.$", said
    )
