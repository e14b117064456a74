"""The merge of seven days into ten times the table.

    python -m benchmarks.full_size FOLDER && python -m benchmarks.tenfold FOLDER

Nine tenths are copies of the table's rows under countries and race ids of their own, as if every country were scraped.
The same rows are merged into the table as it is and into ten times of it, and then a week of all those countries.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.table import Table

from benchmarks.anchors import copy_of, merge, window
from lake.duck.views import table_sql
from lake.iceberg.catalog import open_catalog

COPIES = 9
RACE_IDS = 100_000_000
"""More than there are race ids."""


def tenfold(folder: Path, table: Table) -> Table:
    """Return a table with the rows of another and nine times as many."""
    whole = copy_of(folder, table)
    columns = table.schema().as_arrow()
    for number in range(1, COPIES + 1):
        connection = duckdb.connect()
        connection.execute("set threads = 2; set preserve_insertion_order = false")
        rows = connection.execute(
            f"select * replace (country || '{number}' as country, race_id + {number * RACE_IDS} as race_id) "
            f"from ({table_sql(table, table.schema())})"
        ).to_arrow_table()
        whole.append(rows.cast(columns))
    return whole


def last_week(table: Table) -> tuple[str, str]:
    """Return the first and last of the seven days up to the last of which there are rows."""
    days = table.scan(selected_fields=("race_date",)).to_arrow()["race_date"]
    last: date = pc.max(days).as_py()
    return str(last - timedelta(days=6)), str(last)


def cost(name: str, table: Table, rows: pa.Table) -> None:
    """Merge rows and print what it came to."""
    written = resource.getrusage(resource.RUSAGE_SELF).ru_oublock
    started, cpu = time.perf_counter(), time.process_time()
    merge(table, rows)
    wrote = (resource.getrusage(resource.RUSAGE_SELF).ru_oublock - written) * 512 / 1e6
    print(
        f"{name}: {rows.num_rows} rows, {time.process_time() - cpu:.2f} CPU s, {time.perf_counter() - started:.2f} s, "
        f"{wrote:.1f} MB written",
        flush=True,
    )


def main(folder: Path) -> None:
    """Measure, each on a table in the state that the lake is in."""
    table = open_catalog(folder / "warehouse").load_table("racing.results")
    week = last_week(table)
    rows = window(table, week)
    cost("the table as it is", copy_of(folder, table), rows)
    whole = tenfold(folder, table)
    print(f"ten times: {whole.scan().count():,} rows in {len(list(whole.scan().plan_files()))} files", flush=True)
    cost("ten times the table", whole, rows)
    everywhere = window(whole, week)
    others = pc.match_substring_regex(everywhere["country"], "[0-9]$")
    cost("ten times the table, nine times the week", whole, everywhere.filter(others))


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
