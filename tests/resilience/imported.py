"""An import of any size, built, imported again, scraped over and built anew: `python -m tests.resilience.imported [ROWS] [FOLDER]`.

Generated rpscrape files with every kind of dirt have to reconcile to the row; importing them again changes nothing; a scrape of
an imported day wins; a full refresh comes to the same tables. Prints what each step cost; ends with 1 at the first that is not so.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.measured import measure
from extract.source.sample import World
from lake.duck.views import create_view
from tests import rpscrape_files
from tests.pipeline.conftest import TABLES, truth
from tests.pipeline.test_daily_run import as_truth
from tests.resilience.place import Place

DAY = rpscrape_files.LAST
SCRAPED = datetime(2025, 11, 21, 6, tzinfo=UTC)
BUILD = ("dbt", "--quiet", "build")


def answer(place: Place, name: str, question: str) -> duckdb.DuckDBPyRelation:
    """Ask a table, as the catalog has it now, a question about `{table}`."""
    connection = duckdb.connect()
    create_view(connection, place.tables()[name])
    return connection.sql(question.format(table=f"racing.{name}"))


def hashes(place: Place) -> dict[str, object]:
    """Count and add up the hashes of the rows of each table, but for the time of the build."""
    question = "select count(*), sum(hash(t)::hugeint) from (select * exclude (loaded_at) from {table}) as t"
    return {name: answer(place, name, question).fetchone() for name in TABLES}


def snapshots(place: Place) -> dict[str, int]:
    return {name: len(table.snapshots()) for name, table in place.tables().items()}


def step(place: Place, name: str, *command: str, allowed: tuple[int, ...] = ()) -> None:
    print(f"{name}: {measure(place.folder, *command, allowed=allowed)}", flush=True)


def holds(name: str, told: object, wanted: object) -> None:
    """End the program where something is not as it should be."""
    if told != wanted:
        sys.exit(f"{name}: {told} should be {wanted}")
    print(f"    {name}", flush=True)


def main(rows: int, folder: Path) -> None:
    place = Place(folder)
    place.warehouse.mkdir(parents=True, exist_ok=True)
    written = rpscrape_files.write(folder / "data", rows, dirt=0.01)
    importing = ("extract", "import", str(folder / "data"), "--output", "json")

    step(place, "import", *importing, allowed=(3,))
    told = json.loads((folder / "output.txt").read_text())
    counts = (told["rows"], told["staged"], told["duplicates"])
    holds("reconciles to the row", counts, (written.rows, written.clean, written.duplicates))
    step(place, "build", *BUILD)
    holds(
        "every clean row is in the table",
        answer(place, "results", "select count(*) from {table}").fetchone(),
        (written.clean,),
    )

    before = snapshots(place)
    step(place, "import again", *importing, allowed=(3,))
    again = json.loads((folder / "output.txt").read_text())
    holds("imported again, nothing is staged", (again["run_id"], again["imported_already"]), (None, written.clean))
    step(place, "build of nothing new", *BUILD)
    holds("no table has another snapshot", snapshots(place), before)

    place.scrape(DAY, DAY, SCRAPED)
    step(place, "build of a scrape over it", *BUILD, "--vars", "allow_shrink: all")
    day = answer(place, "results", f"select * from {{table}} where race_date = '{DAY}'").df()
    holds("the scrape has won", as_truth(day), truth(World(), DAY, DAY, SCRAPED).runners)

    before_refresh = hashes(place)
    step(place, "full refresh", *BUILD, "--full-refresh", "--vars", "allow_shrink: all")
    holds("a full refresh comes to the same tables", hashes(place), before_refresh)


if __name__ == "__main__":
    os.environ["LAKE_INSIGHTS"] = "off"
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 25_000
    if len(sys.argv) > 2:
        main(asked, Path(sys.argv[2]).absolute())
    else:
        with tempfile.TemporaryDirectory() as made:
            main(asked, Path(made))
