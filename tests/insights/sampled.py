"""Compare the form of some runners of a lake of any size with the slow truth.

    python -m tests.insights.sampled WAREHOUSE [--runners 200] [--seed 1]

Of each runner picked at random, the log is read for the races of the horse, and of its trainer, jockey, owner, sire,
damsire and course in the five years before; what mornings knew of these is worked out as in known.py. Exit code 1 names differences.
"""

from __future__ import annotations

import argparse
import random
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import duckdb

from tests.insights.known import Log, Row
from tests.insights.slow_form import BY_ENTITY, CONDITIONS, form_of_draw, form_of_entity, form_of_runner
from tests.insights.truth import ENTITIES, LIKE_STALLS, MARTS, PART, judged_runners, same_value

FIVE_YEARS = timedelta(days=1826)
READ = (
    "race_id", "horse_id", "scraped_at", "change", "country", "race_date", "off_at", "course_id", "race_type", "race_code",
    "surface", "distance_yards", "going", "race_class", "pattern", "is_handicap", "age", "draw", "weight_lbs", "headgear", "position",
    "outcome_code", "is_disqualified", "is_favourite", "sp_decimal", "rpr", "topspeed", "official_rating", "jockey_id",
    "trainer_id", "owner_id", "sire_id", "damsire_id",
)  # fmt: skip
SLOW_TO_JUDGE = {"days_since_run"}
"""Left out here: it asks for the form of every earlier runner, of which only a whole lake can tell."""


def rows(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[Row]:
    """The rows of a query, by name of column."""
    found = connection.execute(query, list(values))
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def is_like(judged: Row, columns: tuple[str, ...], run: Row) -> bool:
    """Whether a run has the judged runner's values."""
    return all(run[column] == judged[column] for column in columns)


def keep_log(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep what is read of the log beside the lake, race by race: it is asked for again and again."""
    connection.execute(
        f"create temp table log as select {', '.join(READ)} from racing.result_versions order by race_id, scraped_at"
    )


def races_of(connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...], runner: Row, since: object) -> list[Row]:
    """The log of every race in which one with the runner's ids ran, since a date."""
    ids = [runner[column] for column in columns]
    condition = " and ".join(f"{column} = ?" for column in columns)
    return rows(
        connection,
        f"select * from log where race_id in (select race_id from log where {condition} and race_date between ? and ?)",
        *ids, since, runner["race_date"],
    )  # fmt: skip


def differences_of(connection: duckdb.DuckDBPyConnection, key: Row, whole: Log, marts: set[str]) -> list[str]:
    """Say where the form of one runner is not as it should be."""
    own_race = rows(connection, "select * from log where race_id = ?", key["race_id"])
    results = rows(connection, "select * from racing.results where race_id = ?", key["race_id"])
    judged = next(
        runner
        for runner in judged_runners(whole.with_versions(own_race), results)
        if runner["horse_id"] == key["horse_id"]
    )
    found = []
    for mart, columns, since in (
        ("fct_runner_form", ("horse_id",), judged["race_date"].min),
        *((f"fct_{name}_form", columns, judged["race_date"] - FIVE_YEARS) for name, columns in ENTITIES.items()),
        ("fct_draw_bias", LIKE_STALLS, judged["race_date"] - FIVE_YEARS),
    ):
        if mart not in marts or any(judged[column] is None for column in columns):
            continue
        ids = tuple(column for column in columns if column in READ)  # the rest is worked out from whole races
        log = whole.with_versions(races_of(connection, ids, judged, since))
        known = log.known_on(judged["race_date"], partial(is_like, judged, ids))
        wanted = form(mart, judged, [run for run in known if is_like(judged, columns, run)])
        part = PART.get(mart, "horse_id")
        told = rows(
            connection, f"select * from racing.{mart} where race_id = ? and {part} = ?", key["race_id"], judged[part]
        )[0]
        found += [
            f"{mart} {key} {name}: {told[name]!r} should be {value!r}"
            for name, value in wanted.items()
            if not same_value(told[name], value)
        ]
    return found


def form(mart: str, judged: Row, past: list[Row]) -> Row:
    """Return the slow row of a mart, lineage apart."""
    if mart == "fct_runner_form":
        return form_of_runner(judged, past)
    if mart == "fct_draw_bias":
        return form_of_draw(judged, past)
    extra = BY_ENTITY.get(mart.removeprefix("fct_").removesuffix("_form"), {})
    conditions = CONDITIONS | {name: by for name, by in extra.items() if name not in SLOW_TO_JUDGE}
    return form_of_entity(judged, past, conditions)


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--runners", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with duckdb.connect(str(asked.warehouse / "lake.duckdb"), read_only=True) as connection:
        there = {row[0] for row in connection.execute("select table_name from information_schema.tables").fetchall()}
        marts = there & {*MARTS, "fct_draw_bias"}
        keys = rows(connection, "select race_id, horse_id from racing.results order by race_id, horse_id")
        whole = Log.of((), rows(connection, "select * from racing.slice_decisions"))
        keep_log(connection)
        picked = random.Random(asked.seed).sample(keys, min(asked.runners, len(keys)))
        found: list[str] = []
        for number, key in enumerate(picked, 1):
            found += differences_of(connection, key, whole, marts)
            if number % 10 == 0:  # it takes seconds for each
                print(f"{number} of {len(picked)} runners, {len(found)} differences", file=sys.stderr, flush=True)
    print(f"{len(picked)} of {len(keys)} runners in {', '.join(sorted(marts))}: {len(found)} differences")
    print("\n".join(found[:50]))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
