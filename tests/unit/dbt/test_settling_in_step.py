"""The lake and `extract --unsettled` learn the same settling age from the same looks."""

from __future__ import annotations

import ast
import re
from datetime import date, timedelta
from pathlib import Path
from random import Random

import duckdb
import jinja2
import pyarrow as pa

from extract.run.settled import WEEK
from extract.run.settling import OLDEST_AGE, WINDOW_DAYS, Look, settling_age
from tests.conftest import examples

ROOT = Path(__file__).parents[3]
NEWEST = date(2025, 11, 20)
Seen = dict[date, dict[int, int]]
"""Ratings by race day and age."""


def learned_by_the_lake(histories: list[Seen]) -> list[int]:
    """What the model says of each history, each in a country of its own."""
    rule = re.search(r"{{- return\(({.*?})\) -}}", (ROOT / "macros/corrections/settling.sql").read_text(), re.DOTALL)
    assert rule
    model = (ROOT / "dbt_project/models/marts/settling_ages.sql").read_text(encoding="utf-8")
    sql = jinja2.Template(model).render(
        settling_rule=lambda: ast.literal_eval(rule[1]), oldest_rating_age=lambda: OLDEST_AGE, ref=str,
        var=lambda name: {"settling_days": WEEK}[name],
    )  # fmt: skip
    rows = [
        (country, day, age, count - count // 3, count // 3)
        for country, seen in enumerate(histories)
        for day, looks in seen.items()
        for age, count in looks.items()
    ]
    names = ["country", "race_date", "age_days", "runners_with_rpr", "runners_with_topspeed"]
    with duckdb.connect() as lake:
        lake.register("rating_looks", pa.table(dict(zip(names, zip(*rows, strict=True), strict=True))))
        lake.execute(
            f"create table slice_decisions as select range as country, timestamp '{NEWEST} 06:00:00' as scraped_at, "
            f"'accepted' as decision, 'all' as selection from range({len(histories)})"
        )
        found = lake.execute(f"select settling_age_days from ({sql}) order by country").fetchall()
    return [int(age) for (age,) in found]


def learned_from_staging(seen: Seen) -> int:
    taught = [
        [Look(age, count) for age, count in looks.items()]
        for day, looks in seen.items()
        if WEEK <= (NEWEST - day).days <= WINDOW_DAYS
    ]
    return settling_age(taught)


def some_history(rng: Random) -> Seen:
    """Race days whose ratings come at some age, seen on some days, once in a while not at all or by leaps."""
    usual, seen = rng.randint(1, 12), {}
    for number in rng.sample(range(110), rng.randint(0, 60)):
        total, comes = rng.choice([0, 7, 300]), max(usual + rng.choice([0, 0, 0, 0, 1, -1, 5]), 0)
        ages = [age for age in range(OLDEST_AGE + 1) if rng.random() < rng.choice([1, 0.9, 0.4])]
        until = rng.choice([comes, comes + 1, OLDEST_AGE])
        seen[NEWEST - timedelta(days=number)] = {
            age: total if age >= comes else round(total * rng.choice([0, 0.5, 0.98])) for age in ages if age <= until
        }
    return seen


def test_both_learn_the_same_age() -> None:
    rng = Random(15)
    histories = [some_history(rng) for _ in range(examples(300))]
    ages = [learned_from_staging(seen) for seen in histories]
    assert learned_by_the_lake(histories) == ages
    assert set(ages) >= {5, 7, 8, 10}
