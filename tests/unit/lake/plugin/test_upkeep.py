"""Upkeep runs by itself once a week, is bounded, keeps what readers need, and fails no build."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from lake.cli.maintain import maintain as command
from lake.iceberg import maintain
from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.files import data_files
from lake.iceberg.readings import Readings
from lake.merge.compact import compact, scattered
from lake.merge.plan import MergeConfig
from lake.merge.store import Store
from lake.plugin import upkeep
from lake.plugin.notes import Notes
from lake.plugin.upkeep import look_after

CONFIG = MergeConfig(["id"], ["country", "year(race_date)"], ["race_date", "id"])


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return open_catalog(tmp_path / "warehouse")


def store(catalog: Catalog, name: str, first: str, last: str) -> Table:
    """Rows of every fifth day of a span."""
    connection = duckdb.connect()
    connection.execute(
        f"create table source as select epoch(day)::bigint as id, day::date as race_date, 'gb' as country "
        f"from range(date '{first}', date '{last}', interval 5 day) as days (day)"
    )
    made = Store(connection, Readings(catalog, tables(catalog)), ("racing", name), "source", CONFIG, "build-1")
    return made.merge()[0] if made.readings.load(made.identifier) else made.create_or_replace()


def run(catalog: Catalog, tmp_path: Path, clock: list[float] | None = None) -> tuple[list[str], list[str]]:
    warnings: list[str] = []
    ticks = iter(clock or [])
    done = look_after(
        duckdb.connect(), catalog, Readings(catalog, tables(catalog)), Notes(tmp_path / "warehouse"), "build-9",
        warnings.append, (lambda: next(ticks)) if clock else time.monotonic,
    )  # fmt: skip
    return done, warnings


def test_months_become_one_file_when_their_year_is_over(catalog: Catalog) -> None:
    store(catalog, "t", "2024-10-02", "2024-12-30")
    table = store(catalog, "t", "2025-01-02", "2025-01-20")
    assert len(data_files(table)) == 4
    assert scattered(table) == []  # December still comes in
    table = store(catalog, "t", "2025-02-05", "2025-02-20")
    before = sorted(map(str, table.scan().to_arrow().to_pylist()))
    assert compact(duckdb.connect(), table, "build-9") == 2
    table = catalog.load_table("racing.t")
    assert len(data_files(table)) == 3
    assert sorted(map(str, table.scan().to_arrow().to_pylist())) == before
    assert compact(duckdb.connect(), table, "build-9") == 0
    snapshot = table.current_snapshot()
    assert snapshot is not None
    assert snapshot.summary is not None
    assert snapshot.summary.additional_properties["racing.compacted-files"] == "2"


def test_every_table_has_its_turn_once_a_week(catalog: Catalog, tmp_path: Path) -> None:
    for name in ("a", "b"):
        store(catalog, name, "2025-01-02", "2025-03-20")
    assert run(catalog, tmp_path) == (["racing.a", "racing.b"], [])
    assert run(catalog, tmp_path) == ([], [])
    notes = Notes(tmp_path / "warehouse")
    long_ago = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    notes.write("maintained", notes.read("maintained") | {"racing.b": long_ago})
    assert run(catalog, tmp_path) == (["racing.b"], [])


def test_tables_for_which_there_is_no_time_are_the_first_next_time(catalog: Catalog, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        store(catalog, name, "2025-01-02", "2025-03-20")
    assert run(catalog, tmp_path, [0.0, 1.0, 61.0, 61.0]) == (["racing.a"], [])
    assert run(catalog, tmp_path) == (["racing.b", "racing.c"], [])


def test_what_goes_wrong_is_one_warning_and_the_other_tables_have_their_turn(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        store(catalog, name, "2025-01-02", "2025-03-20")
    real = upkeep.maintain

    def fail_once(catalog: Catalog, table: Table, **options: object) -> object:
        if table.name()[-1] == "a":
            raise OSError("no space left")
        return real(catalog, table, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(upkeep, "maintain", fail_once)
    done, warnings = run(catalog, tmp_path)
    assert done == ["racing.b"]
    assert warnings == [
        "Upkeep of racing.a did not come to its end (no space left). The build is good. Try: lake maintain --yes"
    ]


def test_files_that_a_reader_may_be_reading_stay(catalog: Catalog, tmp_path: Path) -> None:
    store(catalog, "t", "2025-01-02", "2025-03-20")
    before = data_files(catalog.load_table("racing.t")).keys()
    store(catalog, "t", "2025-01-03", "2025-03-20")
    for path in (tmp_path / "warehouse" / "racing").rglob("*"):
        os.utime(path, (time.time() - 30 * 86400,) * 2)
    assert run(catalog, tmp_path) == (["racing.t"], [])
    assert all(Path(path).exists() for path in before), "time travel of 35 days needs them"


def test_upkeep_is_what_the_command_does_unasked() -> None:
    defaults = {option.name: option.default for option in command.params}
    assert (defaults["keep_days"], defaults["keep_last"]) == (maintain.KEEP_DAYS, maintain.KEEP_LAST)
    assert defaults["minimum_age_hours"] == maintain.MINIMUM_AGE.total_seconds() / 3600
