"""Which days of staging a build lists anew: those whose slices files changed, whatever the change."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.readings import Readings
from lake.merge.plan import MergeConfig
from lake.merge.store import Store
from lake.plugin.notes import Notes
from lake.plugin.staged_days import condition, days_to_list, files_of, look, note_listed

DAYS = ("2025-11-18", "2025-11-19", "2025-11-20")


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    for day in DAYS:
        place = tmp_path / "staging" / "slices" / f"scraped_on={day}"
        place.mkdir(parents=True)
        (place / f"{day.replace('-', '')}T060000000000Z.csv").write_text("slices of a run\n")
    return tmp_path / "staging"


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return open_catalog(tmp_path / "warehouse")


def list_runs(catalog: Catalog, withdrawn: str = "", number: int = 0) -> Table:
    connection = duckdb.connect()
    listed = ", ".join(f"('{day}', '{day}', {day == withdrawn}, {number})" for day in DAYS)
    connection.execute(f"create table source as from (values {listed}) as runs (run_id, scraped_on, is_withdrawn, n)")
    store = Store(
        connection, Readings(catalog, tables(catalog)), ("racing", "run_slices"), "source", MergeConfig(["run_id"])
    )
    return store.merge()[0] if number else store.create_or_replace()


def days(catalog: Catalog, notes: Notes, staging: Path, withdrawn: str = "") -> str:
    connection = duckdb.connect()
    connection.execute("create schema racing")
    connection.execute(
        f"create table racing.run_slices as select '{withdrawn}' as scraped_on, {bool(withdrawn)} as is_withdrawn"
    )
    return condition(days_to_list(connection, notes, list(tables(catalog)), look(str(staging))))


def first(staging: Path) -> Path:
    return next(staging.glob("slices/scraped_on=2025-11-18/*.csv"))


def rewrite_with_the_same_time(path: Path) -> None:
    """What `cp -p` and `rsync -a` do: other bytes of the same number, dated as before."""
    seen = path.stat()
    path.write_text("Slices of a run\n")
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def put_a_copy_in_its_place(path: Path) -> None:
    shutil.copy2(path, path.with_suffix(".new"))
    path.with_suffix(".new").rename(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "it is mended": lambda path: path.write_text("mended\n"),
    "it is mended, and its size and time are as before": rewrite_with_the_same_time,
    "a copy takes its place": put_a_copy_in_its_place,
    "a run comes late": lambda path: path.with_name("20251118T070000000000Z.csv").write_text("late\n"),
    "it is gone and another run there": lambda path: path.rename(path.with_name("20251118T070000000000Z.csv")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_day_with_a_changed_file_is_listed_anew(change: str, staging: Path, catalog: Catalog) -> None:
    notes = Notes(list_runs(catalog) and Path(str(catalog.properties["warehouse"]).removeprefix("file://")))
    note_listed(notes, tables(catalog), look(str(staging)))
    assert days(catalog, notes, staging) == "false"
    CHANGES[change](first(staging))
    assert days(catalog, notes, staging) == (
        "scraped_on between '2025-11-18' and '2025-11-18' and scraped_on in ('2025-11-18')"
    )


def test_everything_is_listed_where_nothing_is_known_of_the_tables_as_they_are(staging: Path, catalog: Catalog) -> None:
    list_runs(catalog)
    notes = Notes(Path(str(catalog.properties["warehouse"]).removeprefix("file://")))
    assert days(catalog, notes, staging) == "true"
    note_listed(notes, tables(catalog), look(str(staging)))
    list_runs(catalog, number=1)  # a build that failed later, say
    assert days(catalog, notes, staging) == "true"
    note_listed(notes, tables(catalog), look(str(staging)))
    assert days(catalog, notes, staging.parent / "nowhere") == "true"
    (notes.folder / "notes.json").write_text("{")
    assert days(catalog, notes, staging) == "true"


def test_days_of_withdrawn_runs_are_always_listed(staging: Path, catalog: Catalog) -> None:
    list_runs(catalog, withdrawn="2025-11-19")
    notes = Notes(Path(str(catalog.properties["warehouse"]).removeprefix("file://")))
    note_listed(notes, tables(catalog), look(str(staging)))
    assert "in ('2025-11-19')" in days(catalog, notes, staging, withdrawn="2025-11-19")


def test_the_files_of_some_days_are_those_that_readers_read_as_they_were_looked_at(staging: Path) -> None:
    run, late = "scraped_on=2025-11-18/20251118T060000000000Z.csv", "scraped_on=2025-11-18/20251118T070000000000Z.csv"
    (staging / "races" / "scraped_on=2025-11-18").mkdir(parents=True)
    (staging / "races" / run).write_text("races of a run\n")
    (staging / "slices" / "scraped_on=2025-11-18" / "Copy of a run.csv").write_text("left by a desktop\n")
    seen = look(str(staging))
    (staging / "slices" / late).write_text("a run that is committed now\n")
    assert files_of(str(staging), ["2025-11-18", "2025-11-21"], seen) == [
        ("slices", f"slices/{run}"),
        ("races", f"races/{run}"),
    ]
    assert files_of(str(staging), [], seen) == []
