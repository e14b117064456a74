"""Tables and marts as plain Parquet files by year, for whoever has neither DuckDB's views nor Iceberg."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from duckdb import DuckDBPyConnection

from lake.duck.quoting import literal, quote

DATE = "race_date"
"""The column by whose year a table is split, where it has it."""
YEAR = "year"
NO_YEAR = "__HIVE_DEFAULT_PARTITION__"
"""How folders name the rows without a date, as Hive does."""
PART = "part-0.parquet"
WRITTEN = "(format parquet, compression zstd)"
SPILL = ".spill"


@dataclass(frozen=True, slots=True)
class Exported:
    """One table that was written: rows in all, rows by year where it is split, and bytes."""

    name: str
    rows: int
    size: int
    years: dict[str, int] = field(default_factory=dict)


@contextmanager
def bounded(connection: DuckDBPyConnection, folder: Path, memory: str) -> Iterator[None]:
    """Let a connection take no more memory than this; what does not fit goes to disk, below the folder meanwhile."""
    spill = folder / SPILL
    connection.execute(f"set memory_limit = {literal(memory)}")
    connection.execute(f"set temp_directory = {literal(str(spill))}")
    try:
        yield
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def export_table(connection: DuckDBPyConnection, name: str, folder: Path) -> Exported:
    """Write a table or view into `folder/name/year=YYYY`; into `folder/name` where it has no date of a race.

    Raises:
        duckdb.Error: it cannot be read or written, or an integer is larger than Parquet has.
    """
    home = folder / name
    home.mkdir(parents=True)
    # Worked out once, however many years there are: a view may cost minutes.
    whole = home / PART
    columns = {row[0]: row[1] for row in connection.execute(f"describe {quote(name)}").fetchall()}
    # DuckDB would write an integer of 128 bits, such as a sum, as a rounded number.
    exact = ", ".join(
        f"{quote(column)}::bigint as {quote(column)}" for column, kind in columns.items() if kind == "HUGEINT"
    )
    chosen = f"* replace ({exact})" if exact else "*"
    rows = _copy(connection, f"select {chosen} from {quote(name)}", whole)
    years: dict[str, int] = {}
    if columns.get(DATE) == "DATE" and YEAR not in columns:
        source = f"read_parquet({literal(str(whole))}, hive_partitioning = false)"
        found = connection.execute(f"select distinct year({DATE}) from {source} order by all").fetchall()
        for (year,) in found:
            part = home / f"{YEAR}={NO_YEAR if year is None else year}" / PART
            part.parent.mkdir()
            wanted = f"{DATE} between date '{year}-01-01' and date '{year}-12-31'" if year else f"{DATE} is null"
            years[str(year)] = _copy(connection, f"select * from {source} where {wanted}", part)
        if found:
            whole.unlink()
    if years and sum(years.values()) != rows:
        raise AssertionError(f"{name}: {rows} rows, of which the years have {sum(years.values())}")
    return Exported(name, rows, sum(path.stat().st_size for path in home.rglob("*.parquet")), years)


def _copy(connection: DuckDBPyConnection, query: str, file: Path) -> int:
    return int(connection.execute(f"copy ({query}) to {literal(str(file))} {WRITTEN}").fetchall()[0][0])
