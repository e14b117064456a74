"""Sections of the page about what changes after a race: the corrections of the last day, and how ratings arrive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from lake.report.charts import COLOURS, lines
from lake.report.page import Cell, Chart, Section, Table
from lake.report.page_days import SHOWN, Rows, in_order
from lake.report.state import State

OUTCOME = ("outcome_code", "position", "is_disqualified", "is_dead_heat")
"""Fields that say who won: the first to look at, after runners added or gone."""
MONEY = ("sp_fractional", "sp_decimal", "prize", "horse_id", "jockey_id", "trainer_id", "weight_lbs", "distance_yards")
PER_RACE = 3
"""Rows of one field of one race that come before those of other races; a void race has as many as runners."""
RATING_DAYS = 90
"""Race days, counted back from the newest, whose ratings make the curves."""
SEEN = """from {schema}.fct_corrections where race_date >= ? and cast(scraped_at as date) = ?"""


def corrections(state: State, rows: Rows) -> Section:
    """Return what the runs of the last day corrected: how much by field, then row by row, the most telling first."""
    if state.last_scrape is None:
        return Section("corrections", "Corrections", ("Nothing was scraped yet.",))
    day = state.last_scrape.date()
    ((since,),) = rows("select min(race_date) from {schema}.slice_decisions where cast(scraped_at as date) = ?", [day])
    by_field = rows(
        f"""select field, kind, count(*), count(distinct race_id) {SEEN} group by all
            order by min({_interest("field", "kind", "is_volatile")}), count(*) desc, field, kind""",
        [since, day],
    )
    ((total,),) = rows(f"select count(*) {SEEN} and kind <> 'late arrival'", [since, day])
    listed = rows(
        f"""with seen as (
                select *, row_number() over (partition by race_id, field order by horse_id) as place {SEEN}
                    and kind <> 'late arrival'
            )
            select seen.race_date, seen.country, races.off_time, races.course, runners.horse, seen.horse_id, field,
                value_before, value_after, kind
            from seen
            left join {{schema}}.scraped_races as races using (race_id)
            left join {{schema}}.results as runners on runners.race_id = seen.race_id and
                runners.horse_id = seen.horse_id and runners.race_date >= ?
            order by place > {PER_RACE}, {_interest("field", "kind", "is_volatile")}, seen.race_date desc, seen.race_id,
                field, seen.horse_id
            limit {SHOWN}""",
        [since, day, since],
    )
    found = [
        [f"{race_day} {country} {off or ''} {course or ''}".strip(), horse or before or f"horse {horse_id}", field,
         _value(before), _value(after), Cell(kind, "warn" if kind.startswith("runner") else "")]
        for race_day, country, off, course, horse, horse_id, field, before, after, kind in listed
    ]  # fmt: skip
    note = f"First seen by the runs of {day}. Values that came late, such as ratings, are counted and not listed."
    heads = ("Race", "Horse", "Field", "Before", "After", "Kind")
    more = total - len(found)
    return Section(
        "corrections", "Corrections of the last day", (note,), (),
        (
            Table("corrections-list", f"{total:,} corrections, the most telling first", heads, found, more),
            Table("corrections-count", "By field", ("Field", "Kind", "Rows", "Races"), by_field, is_folded=True),
        ),
    )  # fmt: skip


def ratings(state: State, rows: Rows) -> Section:
    """Return the share of runners rated, by country and age of the race day in days."""
    window = state.window(RATING_DAYS)
    since = window[0][0] if window else date.max - timedelta(days=1)
    found = rows(
        """select country, age_days, count(distinct race_date), sum(runners)::bigint,
                100.0 * sum(runners_with_rpr) / sum(runners), 100.0 * sum(runners_with_topspeed) / sum(runners),
                100.0 * sum(runners_with_official_rating) / sum(runners)
            from {schema}.rating_looks where race_date >= ? group by all order by country, age_days""",
        [since],
    )
    heads = ("Country", "Age, days", "Race days", "Runners", "RPR, %", "Topspeed, %", "Official rating, %")
    note = (
        f"Runners rated so many days after the races, over the race days of the last {RATING_DAYS} days that were seen "
        "whole at that age. 14 stands for all later ones."
    )
    table = Table("ratings-table", "The same in numbers", heads, found, is_folded=True)
    return Section("ratings", "How ratings arrive", (note,), tuple(_curves(found)), (table,))


def _curves(found: list[tuple[Any, ...]]) -> Iterable[Chart]:
    countries = in_order(row[0] for row in found)[: len(COLOURS)]
    for place, name, title in ((4, "rpr", "RPR"), (5, "topspeed", "Topspeed")):
        points = [(row[1], row[place], country) for country in countries for row in found if row[0] == country]
        last = [
            f"{row[0]} {row[place]:.0f} % at {row[1]} days" for row in _oldest(found).values() if row[0] in countries
        ]
        yield from lines(
            f"{name}-chart", f"{title} known, by age of the race day", f"At the greatest age seen: {', '.join(last)}.",
            points, "days after the races", "% of runners",
        )  # fmt: skip


def _oldest(found: list[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row for row in found}


def _interest(field: str, kind: str, is_volatile: str) -> str:
    """Return the SQL for how telling a correction is, from 0."""
    return (
        f"case when {kind} = 'late arrival' then 6 when {kind} = 'read anew' or {is_volatile} then 5 "
        f"when {field} = '(runner)' then 0 when {field} in {OUTCOME} then 1 when {field} in {MONEY} then 2 "
        f"when {field} in ('rpr', 'topspeed', 'official_rating') then 4 else 3 end"
    )


def _value(said: str | None) -> str | Cell:
    return Cell("nothing", "none") if said is None else said
