"""The same work done by others, to compare with in one run: the floor that this machine sets."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa
from pyiceberg.expressions import And, EqualTo, GreaterThanOrEqual, LessThanOrEqual
from pyiceberg.table import Table

from extract.contract import CONTRACT
from lake.duck.quoting import literal
from lake.duck.staging_views import read_sql
from lake.duck.views import table_sql
from lake.iceberg.catalog import open_catalog
from lake.iceberg.commit import stage_change
from lake.merge.plan import MergeConfig, check_source, plan_merge

OURS = MergeConfig(
    unique_key=["race_id", "horse_id"],
    partitioned_by=["country", "year(race_date)"],
    sorted_by=["race_date", "race_id", "horse_id"],
)


def typed_copy(staging: Path, target: Path) -> None:
    """Read every staged results file, typed, into one Parquet file, and no more: what a rebuild cannot do without."""
    columns = ", ".join(
        f"cast(nullif({column.name}, '') as {column.type}) as {column.name}" for column in CONTRACT["results"]
    )
    connection = duckdb.connect()
    connection.execute("set threads = 2; set preserve_insertion_order = false")
    source = read_sql(literal(f"{staging}/results/scraped_on=*/[0-9]*.csv"), CONTRACT["results"])
    connection.execute(f"copy (select {columns} from ({source})) to '{target}' (format parquet)")


def window(table: Table, days: tuple[str, str]) -> pa.Table:
    """Return the rows of some dates, of which a third is changed."""
    connection = duckdb.connect()
    rows = connection.execute(
        f"select * replace (case when horse_id % 3 = 0 then coalesce(rpr, 0) + 1 else rpr end as rpr) "
        f"from ({table_sql(table, table.schema())}) where race_date between '{days[0]}' and '{days[1]}'"
    ).to_arrow_table()
    return rows.cast(table.schema().as_arrow())


def delete_and_append(table: Table, rows: pa.Table, days: tuple[str, str]) -> None:
    """What one does with PyIceberg alone, quickest: delete the dates, append the rows, in one transaction."""
    with table.transaction() as transaction:
        transaction.delete(And(GreaterThanOrEqual("race_date", days[0]), LessThanOrEqual("race_date", days[1])))
        transaction.append(rows)


def merge(table: Table, rows: pa.Table) -> None:
    """What this project does, less the look at the other tables of its catalog."""
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    connection.register("source", rows)
    check_source(connection, "source", OURS.unique_key)
    with table.transaction() as transaction:
        _, change = plan_merge(connection, table, table.schema(), "source", OURS)
        if change is not None:
            stage_change(transaction, change)


def upsert(table: Table, rows: pa.Table) -> None:
    """What PyIceberg offers for it."""
    table.upsert(rows, join_cols=["race_id", "horse_id"])


def overwrite_year(table: Table, year: int) -> None:
    """What awswrangler and the like do: write the partitions anew."""
    connection = duckdb.connect()
    rows = connection.execute(
        f"select * from ({table_sql(table, table.schema())}) where year(race_date) = {year}"
    ).to_arrow_table()
    for country in rows["country"].unique().to_pylist():
        part = rows.filter(pa.compute.equal(rows["country"], country)).cast(table.schema().as_arrow())
        filter_ = And(
            EqualTo("country", country),
            And(GreaterThanOrEqual("race_date", f"{year}-01-01"), LessThanOrEqual("race_date", f"{year}-12-31")),
        )
        table.overwrite(part, overwrite_filter=filter_)


def main() -> None:
    """Time one of them, on a table of its own: `python -m benchmarks.anchors FOLDER NAME [FIRST_DAY LAST_DAY]`."""
    folder, name, *days = Path(sys.argv[1]), *sys.argv[2:]
    between = (days[0], days[1]) if len(days) == 2 else ("2026-04-11", "2026-04-17")
    if name == "typed_copy":
        work = lambda: typed_copy(folder / "staging", folder / "typed.parquet")  # noqa: E731
    else:
        table = open_catalog(folder / "warehouse").load_table("racing.results")
        copy = copy_of(folder, table)
        rows = window(copy, between)
        work = {
            "merge": lambda: merge(copy, rows),
            "upsert": lambda: upsert(copy, rows),
            "delete_and_append": lambda: delete_and_append(copy, rows, between),
            "overwrite_year": lambda: overwrite_year(copy, int(between[0][:4])),
        }[name]
    written = resource.getrusage(resource.RUSAGE_SELF).ru_oublock
    started, cpu = time.perf_counter(), time.process_time()
    work()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"{name}: {time.perf_counter() - started:.2f} s, {time.process_time() - cpu:.2f} CPU s, "
        f"{used.ru_maxrss / 1024:.0f} MB at most, {(used.ru_oublock - written) * 512 / 1e6:.1f} MB written"
    )


def copy_of(folder: Path, table: Table) -> Table:
    """Return a table of its own with the same data files, so that the lake is left as it is."""
    catalog = open_catalog(folder / "anchors")
    catalog.create_namespace_if_not_exists("anchors")
    if catalog.table_exists("anchors.results"):
        catalog.drop_table("anchors.results")
    return catalog.register_table("anchors.results", table.metadata_location)


if __name__ == "__main__":
    main()
