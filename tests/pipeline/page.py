"""The page of a lake, read back from its HTML and compared with what SQL of another hand says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from bs4 import BeautifulSoup

LARGEST = 2_000_000
"""Bytes that a page may have."""
TOTALS = """select count(*), count(distinct race_id), 0, 100.0 * count(rpr) / count(*), 100.0 * count(topspeed) / count(*),
    100.0 * count(official_rating) / count(*) from racing.results"""
HEAT = """select strftime(race_date, '%a %d %b'), country, days.status || ', ' || (select count(*) from racing.results
    where results.race_date = days.race_date and results.country = days.country) from racing.day_status as days"""
RUNS = """select run_id, strftime(max(scraped_at), '%Y-%m-%d %H:%M'), count(decision), sum(rows_staged), sum(rows_new),
    sum(rows_corrected), sum(rows_gone) from racing.run_history group by run_id"""
LOG = "select run_id, count(*) filter (change = 'insert') from racing.result_versions group by run_id"
FIELDS = """select field, kind, count(*), count(distinct race_id) from racing.fct_corrections
    where scraped_at::date = (select max(scraped_at)::date from racing.slice_decisions) group by all"""
RATINGS = """select country, age_days, sum(runners), 100.0 * sum(runners_with_rpr) / sum(runners),
    100.0 * sum(runners_with_topspeed) / sum(runners), 100.0 * sum(runners_with_official_rating) / sum(runners)
    from racing.rating_coverage group by all"""
INDEX = """select country || ' ' || race_date, count(*) filter (races.status <> 'unlisted'),
    sum(declared_runners) filter (races.status = 'result'),
    (select count(*) from racing.results where country = races.country and race_date = races.race_date)
    from racing.scraped_races as races group by races.country, races.race_date"""


def check_page(file: Path, con: duckdb.DuckDBPyConnection) -> None:
    """Compare the numbers of a page with the lake's."""
    assert file.stat().st_size < LARGEST
    page = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
    assert page.find_all(["script", "link", "img"], src=True) == []

    def rows(table: str) -> list[list[str]]:
        return [[cell.text for cell in line.find_all(["th", "td"])] for line in page.select(f"#{table} tbody tr")]

    def sql(asked: str) -> list[tuple[Any, ...]]:
        return con.execute(asked).fetchall()

    totals = dict(rows("totals-table"))
    names = ("rows", "races", "duplicates", "RPR known, %", "Topspeed known, %", "official rating known, %")
    assert [totals[name] for name in names] == [_text(value) for value in sql(TOTALS)[0]]
    countries = [head.text for head in page.select("#heat thead th")][1:]
    heat = {(line[0], code): said for line in rows("heat") for code, said in zip(countries, line[1:], strict=True)}
    assert {key: said for key, said in heat.items() if said != "not scraped"} == {
        (day, country): said for day, country, said in sql(HEAT)
    }
    runs = {(run[0], run[1], run[2], *run[8:]) for run in rows("runs-table")}
    assert runs == {tuple(map(_text, run)) for run in sql(RUNS)}
    logged = dict(sql(LOG))
    assert {run[0]: run[9] for run in rows("runs-table")} == {run[0]: _text(logged.get(run[0], 0)) for run in runs}
    assert logged.keys() <= {run[0] for run in runs}
    fields = sql(FIELDS)
    assert {tuple(line) for line in rows("corrections-count")} == {tuple(map(_text, line)) for line in fields}
    listed = rows("corrections-list")
    assert f"{sum(line[2] for line in fields if line[1] != 'late arrival'):,} corrections" in page.text
    assert [line[5] for line in listed][:1] == ["runner gone"]
    assert {(line[2], line[5]) for line in listed} <= {line[:2] for line in fields}
    ratings = sql(RATINGS)
    assert len(ratings) > len(countries)
    by_hand = {(line[0], *map(_text, line[1:])) for line in ratings}
    assert {(line[0], line[1], *line[3:]) for line in rows("ratings-table")} == by_hand
    agreed = {(line[0], line[2], line[4], line[5]) for line in rows("index-all")}
    assert agreed == {(slice_, *(_text(value or 0) for value in counts)) for slice_, *counts in sql(INDEX)} | {
        line for line in agreed if line[1:] == ("0", "0", "0")
    }
    sizes = {line[0]: line[1] for line in rows("tables-table")}
    assert sizes["results"] == totals["rows"]
    assert sizes["result_versions"] == _text(sql("select count(*) from racing.result_versions")[0][0])


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.1f}" if isinstance(value, float) else f"{int(value):,}"
