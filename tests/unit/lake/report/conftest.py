"""Tables written by another hand, so that they can say what ours never would."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import duckdb

from lake.iceberg.catalog import open_catalog

DAY, NEXT = date(2025, 11, 17), date(2025, 11, 18)
RESULTS = (
    "race_id bigint, horse_id bigint, country varchar, race_date date, rpr integer, topspeed integer, "
    "official_rating integer"
)
DECISIONS = (
    "run_id varchar, country varchar, race_date date, scraped_at timestamp, decision varchar, rows_before integer, "
    "rows_lost integer, loaded_at timestamp"
)
LOG = "race_id bigint, horse_id bigint, scraped_at timestamp, country varchar, race_date date, change varchar"
AT, LATER = datetime(2025, 11, 19, 6), datetime(2025, 11, 20, 6)
GOOD = [("r1", "gb", DAY, AT, "accepted", None, 0, AT), ("r1", "gb", NEXT, AT, "accepted", None, 0, AT)]
ROWS = [
    (1, 10, "gb", DAY, 100, 90, 80), (1, 11, "gb", DAY, None, None, 70), (2, 20, "gb", NEXT, None, None, None),
]  # fmt: skip


def write(folder: Path, name: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Add rows to a table of the warehouse; make it if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute(f"create table t ({columns})")
    for row in rows:
        connection.execute(f"insert into t values ({', '.join('?' * len(row))})", list(row))
    found = connection.table("t").to_arrow_table()
    catalog = open_catalog(folder)
    catalog.create_namespace_if_not_exists("racing")
    catalog.create_table_if_not_exists(("racing", name), found.schema).append(found)


def write_lake(
    folder: Path,
    rows: Iterable[tuple[object, ...]] = ROWS,
    decisions: Iterable[tuple[object, ...]] = GOOD,
) -> Path:
    """A warehouse with `results` and `slice_decisions`."""
    write(folder, "results", RESULTS, rows)
    write(folder, "slice_decisions", DECISIONS, decisions)
    return folder
