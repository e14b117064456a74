"""Time the daily build on a table of full size: 2.5 million rows over eighteen years.

    python benchmarks/full_size.py [folder]

One scraped week of the sample world is copied over the years under other ids, straight into the Iceberg tables; then
a later scrape of that week is built, and then nothing new. Prints seconds for each build and for its slowest nodes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from lake.duck.views import scan_sql
from lake.iceberg.catalog import open_catalog, tables
from lake.iceberg.files import data_files
from lake.iceberg.readings import Readings
from lake.merge.plan import MergeConfig
from lake.merge.store import Store

ROOT = Path(__file__).resolve().parents[1]
COPIES = 1000
KEYS = {
    "scraped_races": ["race_id"],
    "result_versions": ["race_id", "horse_id", "scraped_at"],
    "results": ["race_id", "horse_id"],
}
NEED_STAGING = ("slices_match_their_latest_whole_scrape", "tables_rest_on_accepted_scrapes")
WEEK = ("--source", "sample", "--days", "7", "--until", "2026-04-17", "--rate", "1000")


def run(folder: Path, *command: str, allowed: tuple[int, ...] = ()) -> float:
    """Run a command of the project on the folder's staging and warehouse; return its seconds."""
    environment = os.environ | {
        "EXTRACT_STAGING": str(folder / "staging"),
        "LAKE_WAREHOUSE": str(folder / "warehouse"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, *allowed):
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
    return seconds


def multiply(folder: Path) -> None:
    """Copy the week's rows over eighteen years, in each of the three tables."""
    catalog = open_catalog(folder / "warehouse")
    for name, key in KEYS.items():
        table = catalog.load_table(("racing", name))
        names = [field.name for field in table.schema().fields]
        moved = {
            "race_id": "race_id + 100000000 * copy",
            # The first copy is the week itself; the others lie on the weeks before it, so its slices keep their size.
            "race_date": "cast(race_date - cast(if(copy = 0, 0, 7 * (1 + copy % 939)) as integer) as date)",
        }
        columns = ", ".join(f"{moved.get(column, column)} as {column}" for column in names)
        connection = duckdb.connect()
        connection.execute(
            f"create table source as select {columns} "
            f"from ({scan_sql(table.schema(), data_files(table))}), range({COPIES}) as copies(copy)"
        )
        config = MergeConfig(key, ["country", "year(race_date)"])
        Store(connection, Readings(catalog, tables(catalog)), ("racing", name), "source", config).create_or_replace()


def build(folder: Path, label: str, *options: str) -> None:
    """Build, and print how long it took and what took longest."""
    # The copies' slices were never staged, so the tests that compare with them are left out.
    seconds = run(folder, "dbt", "build", "--exclude", *NEED_STAGING, *options)
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    slowest = sorted(results, key=lambda node: -node["execution_time"])[:8]
    print(f"{label}: {seconds:.1f} s")
    for node in slowest:
        print(f"    {node['execution_time']:6.2f} s  {node['status']:<8} {node['unique_id'].split('.')[2]}")


def main() -> None:
    """Make the table, then time the builds."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="full_size_"))
    run(folder, "extract", *WEEK, "--as-of", "2026-04-18T06:00", "--log-file", str(folder / "extract.log"))
    build(folder, "first build, one week")
    multiply(folder)
    build(folder, "nothing new, full size")
    run(
        folder, "extract", *WEEK, "--as-of", "2026-04-21T06:00", "--log-file", str(folder / "extract.log"), allowed=(3,)
    )
    # A race that has left the index is believed to be gone when that is seen again, some minutes later.
    run(folder, "extract", "retry", "--as-of", "2026-04-21T06:10", "--log-file", str(folder / "extract.log"))
    build(folder, "a later scrape, full size")
    build(folder, "nothing new, full size, again")


if __name__ == "__main__":
    main()
