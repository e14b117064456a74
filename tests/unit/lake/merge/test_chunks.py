"""How rows are divided into files, which files a merge writes anew, and which a reader opens."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from benchmarks.opened import Opened
from lake.duck.views import create_view
from lake.iceberg.bounds import bounds
from lake.iceberg.catalog import open_catalog
from lake.iceberg.files import data_files
from lake.merge.plan import MergeConfig
from tests.unit.lake.merge.test_merge import fill, make

LIST = MergeConfig(unique_key=["race_id", "horse_id"], partitioned_by=["country"], sorted_by=["race_date", "race_id"])


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return open_catalog(tmp_path / "warehouse")


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def rows(first: date, last: date, horses: range = range(3), countries: tuple[str, ...] = ("gb", "fr")) -> list[Any]:
    """Some runners of a race a country every ten days; race ids grow with time."""
    days = (first + timedelta(days=n) for n in range(0, (last - first).days + 1, 10))
    return [
        (day.toordinal() * 10 + place, horse, country, str(day), 60, "insert", "run-1")
        for day in days
        for place, country in enumerate(countries)
        for horse in horses
    ]


def dates_by_file(table: Table) -> dict[str, tuple[date, date]]:
    found = {path: bounds(table.schema(), task.file, "race_date") for path, task in data_files(table).items()}
    return {path: between for path, between in found.items() if between is not None}


def test_a_closed_year_is_one_file_a_partition_and_an_open_one_a_file_a_month(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    fill(connection, rows(date(2023, 1, 5), date(2025, 6, 20)))
    table = make(connection, catalog).create_or_replace()
    for run in range(3):  # more of the same dates: no more files
        fill(connection, rows(date(2025, 3, 6), date(2025, 6, 20), horses=range(9 + run, 10 + run)))
        table, _ = make(connection, catalog).merge()
    found = dates_by_file(table)
    assert len(found) == 2 * (1 + 1 + 6)
    for path, (first, last) in found.items():
        assert first.year == last.year
        assert first.year < 2025 or first.month == last.month
        keys = duckdb.execute("select race_date, race_id, horse_id from read_parquet(?)", [path]).fetchall()
        assert keys == sorted(keys)


def test_a_year_stays_open_through_january(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    fill(connection, rows(date(2024, 11, 1), date(2025, 1, 20)))
    months = dates_by_file(make(connection, catalog).create_or_replace()).values()
    assert {(first.month, last.month) for first, last in months} == {(11, 11), (12, 12), (1, 1)}


def test_a_week_rewrites_its_month_and_opens_nothing_older(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    fill(connection, rows(date(2020, 1, 5), date(2025, 6, 20)))
    table = make(connection, catalog).create_or_replace()
    before, dates_by_file_before = data_files(table), dates_by_file(table)
    fill(connection, rows(date(2025, 6, 15), date(2025, 6, 25), horses=range(2, 5), countries=("gb",)))
    with Opened(tmp_path / "warehouse") as seen:
        table, counts = make(connection, catalog).merge()
    opened = {str(path) for path in seen.files if path.suffix == ".parquet"}
    assert counts.inserted == 6
    gone, new = before.keys() - data_files(table).keys(), data_files(table).keys() - before.keys()
    assert (len(gone), len(new)) == (1, 1)
    assert gone <= opened & before.keys()
    assert {dates_by_file_before[path][0].strftime("%Y-%m") for path in opened & before.keys()} == {"2025-06"}


def test_a_row_that_moves_to_another_date_leaves_no_copy(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    fill(connection, rows(date(2023, 1, 5), date(2025, 6, 20)))
    make(connection, catalog).create_or_replace()
    moved = [
        (race, horse, country, "2025-05-01", *rest)
        for race, horse, country, _, *rest in rows(date(2023, 3, 6), date(2023, 3, 6))
    ]
    fill(connection, moved)
    table, counts = make(connection, catalog).merge()
    assert (counts.updated, counts.inserted) == (6, 0)
    found = table.scan().to_arrow().to_pylist()
    assert len(found) == len({(row["race_id"], row["horse_id"]) for row in found})
    assert sum(row["race_date"] == date(2025, 5, 1) for row in found) >= 6
    for path, (first, last) in dates_by_file(table).items():
        assert (first.year, first.year < 2025 or first.month) == (last.year, last.year < 2025 or last.month), path


def test_a_list_has_one_file_a_country_for_all_closed_years(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    fill(connection, rows(date(2015, 1, 5), date(2025, 2, 25)))
    table = make(connection, catalog, LIST).create_or_replace()
    assert len(data_files(table)) == 2 * (1 + 2)
    fill(connection, rows(date(2025, 2, 24), date(2025, 2, 24), horses=range(7, 9)))
    table, _ = make(connection, catalog, LIST).merge()
    assert len(data_files(table)) == 2 * (1 + 2)


def test_a_filter_on_recent_dates_opens_no_file_of_old_years(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    fill(connection, rows(date(2018, 1, 5), date(2025, 6, 20)))
    table = make(connection, catalog).create_or_replace()
    query = "select count(*) from racing.results where race_date between date '2025-06-01' and date '2025-06-30'"
    with Opened(tmp_path / "warehouse") as seen:
        create_view(connection, table)
    assert not [path for path in seen.files if path.suffix == ".parquet"]
    with Opened(tmp_path / "warehouse") as seen:
        assert connection.execute(query).fetchall()[0][0] > 0
    opened = {path for path in seen.files if path.suffix == ".parquet"}
    assert 0 < len(opened) <= 12
    assert all("race_date_year=2025" in str(path) for path in opened)
    everything = connection.execute("select count(*) from racing.results").fetchall()[0][0]
    assert everything == table.scan().count()


def test_rows_without_a_date_are_read_too(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    fill(connection, [*rows(date(2024, 5, 1), date(2025, 6, 20)), (1, 1, "gb", None, 60, "insert", "run-1")])
    table = make(connection, catalog).create_or_replace()
    create_view(connection, table)
    assert connection.execute("select count(*) from racing.results where race_date is null").fetchall() == [(1,)]


@pytest.mark.parametrize("seed", range(3))
def test_the_view_shows_what_pyiceberg_reads_whatever_the_filter(
    seed: int, connection: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    rng = random.Random(seed)
    everything = rows(date(2021, 1, 1), date(2025, 3, 1))
    fill(connection, rng.sample(everything, 200))
    table = make(connection, catalog).create_or_replace()
    for _ in range(3):
        fill(connection, rng.sample(everything, 50))
        table, _ = make(connection, catalog).merge()
    create_view(connection, table)
    frame = [tuple(row.values()) for row in table.scan().to_arrow().to_pylist()]
    for _ in range(10):
        low, high = sorted(rng.choice(everything)[3] for _ in range(2))
        found = connection.execute(
            "select * from racing.results where race_date between ? and ?", [low, high]
        ).fetchall()
        assert sorted(found) == sorted(row for row in frame if low <= str(row[3]) <= high)


def test_it_is_told_which_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("read", "left", "inner/read"):
        (tmp_path / name).write_text("x")
    with Opened(tmp_path) as seen:
        for name in ("read", "inner/read", "read"):
            (tmp_path / name).read_text()
        assert (tmp_path / "left").stat().st_size == 1
        assert len(list(tmp_path.iterdir())) == 3
    assert seen.files == {tmp_path / "read", tmp_path / "inner" / "read"}
