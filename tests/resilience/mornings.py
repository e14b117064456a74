"""Many simulated mornings with upkeep: nothing grows but the data, and a build costs the same on the last as on the first.

    python -m tests.resilience.mornings [NUMBER] [--size 0.1] [--folder FOLDER] [--begin N]

Size is the share of 2.5 million runners that are there before the first morning. One morning a week runs the data tests too,
before upkeep; some of these sweep the whole history, so that they may grow with its rows. Ends with 1 if something grew that
should not.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.history import WEEKS, stage_history
from benchmarks.measured import measure
from lake.duck.views import create_view
from tests.dbt_process import run_dbt
from tests.pipeline.conftest import ROOT
from tests.resilience.place import Place

FIRST = datetime(2025, 5, 12, 6, tzinfo=UTC)
WEEK, MONTH = 7, 28
FULL = 56
"""Mornings after which a table has the hundred older metadata files that it keeps (two or three a morning)."""
SLACK = 1.25
"""What the end may cost of what the beginning cost."""


@dataclass(frozen=True, slots=True)
class Morning:
    """What one morning came to."""

    build_seconds: float
    """CPU seconds of the dbt process, but for its imports; with data tests on the last morning of a week."""
    files: int
    metadata_bytes: int
    data_bytes: int
    rows: int
    query_seconds: float
    """CPU seconds of counting the runners and ratings of the last seven days, the second time."""


def query_seconds(place: Place, last: date) -> float:
    """Ask `results` for a week, as an analyst does; the first time warms the cache."""
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    create_view(connection, place.tables()["results"])
    for _ in range(2):
        before = time.process_time()
        connection.execute(
            "select country, count(*), count(rpr) from racing.results where race_date > ? group by country",
            [last - timedelta(days=WEEK)],
        ).fetchall()
    return time.process_time() - before


def build(place: Place, *options: str) -> float:
    """Build; return the CPU seconds it took."""
    done = run_dbt(["--quiet", "build", *options], ROOT, place.environment)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.cpu_seconds


def morning(place: Place, number: int) -> Morning:
    """Scrape the last seven days, build, and look after the tables once a week."""
    moment = FIRST + timedelta(days=number)
    done = place.extract(
        "--source", "sample", "--rate", "1000", "--days", "7", "--quiet", "--as-of", moment.isoformat(), expect=None,
    )  # fmt: skip
    if done.returncode == 3:  # a list that shrank is believed when seen again
        again = (moment + timedelta(minutes=10)).isoformat()
        done = place.extract("retry", "--rate", "1000", "--as-of", again, "--quiet", expect=None)
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stdout + done.stderr)
    ends_week = number % WEEK == WEEK - 1
    seconds = build(place, *([] if ends_week else ["--exclude-resource-type", "test"]))
    if ends_week:
        for _ in range(2):  # what expires now is swept by the next call
            place.let_time_pass("warehouse")
            code, said = place.lake("maintain", "--keep-days", "0", "--keep-last", "3", "--yes")
            if code:
                raise RuntimeError(said)
    files = [path for path in place.warehouse.rglob("*") if path.is_file()]
    metadata = sum(path.stat().st_size for path in files if path.parent.name == "metadata")
    data = sum(path.stat().st_size for path in files if path.suffix == ".parquet")
    rows = sum(table.scan().count() for table in place.tables().values())
    return Morning(seconds, len(files), metadata, data, rows, query_seconds(place, moment.date()))


def table(seen: list[Morning], begin: int) -> str:
    """Return a table of the states after upkeep, one in four weeks, as docs/performance.md has it."""
    heads = ("Mornings", "Build with tests, CPU s", "Files", "Metadata kB", "Data kB", "Rows", "A query, CPU ms")
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines += [
        f"| {number} | {now.build_seconds:.1f} | {now.files} | {now.metadata_bytes / 1e3:.0f} "
        f"| {now.data_bytes / 1e3:.0f} | {now.rows} | {now.query_seconds * 1e3:.1f} |"
        for number, now in enumerate(seen, begin + 1)
        if number % MONTH == 0
    ]
    return "\n".join(lines)


def quick_builds(seen: list[Morning]) -> float:
    """CPU seconds that a quarter of the builds without tests took at most, of whole weeks."""
    return statistics.quantiles([now.build_seconds for n, now in enumerate(seen, 1) if n % WEEK], n=4)[0]


def growth(seen: list[Morning]) -> list[str]:
    """Say what grew that should not have, in words.

    Compares states just after upkeep, the last with the first that has all the old metadata a table keeps (or with one
    half way, where the mornings are fewer), builds with tests by their median, and those without by the quarter that took
    least: other work on the machine only adds.
    """
    kept = seen[WEEK - 1 :: WEEK]
    weeks = seen[: WEEK * len(kept)]
    full = min(FULL // WEEK, len(kept) // 2)
    early, late = kept[full], kept[-1]
    first, last = (quick_builds(part) for part in (weeks[WEEK * full :][:MONTH], weeks[-MONTH:]))
    tested, tested_last = (
        statistics.median(m.build_seconds for m in part) for part in (kept[full : full + 4], kept[-4:])
    )
    grown = []
    if last > first * SLACK:
        grown.append(f"a build took {first:.1f} CPU seconds and takes {last:.1f}")
    if tested_last > tested * SLACK * late.rows / early.rows:
        grown.append(f"a build with tests took {tested:.1f} CPU seconds and takes {tested_last:.1f}")
    if late.files > early.files * SLACK:
        grown.append(f"{early.files} files became {late.files}")
    if late.metadata_bytes > early.metadata_bytes * SLACK * 2:
        grown.append(f"{early.metadata_bytes} bytes of metadata became {late.metadata_bytes}")
    if late.data_bytes / late.rows > SLACK * early.data_bytes / early.rows:
        grown.append(f"{early.data_bytes / early.rows:.0f} bytes a row became {late.data_bytes / late.rows:.0f}")
    print(f"after {WEEK * (full + 1)} mornings: {early}\nafter {WEEK * len(kept)}: {late}")
    print(f"CPU seconds of a build without tests in the four weeks from then on: {first:.1f}, in the last: {last:.1f}")
    print(f"median of a build with tests in the four weeks from then on: {tested:.1f}, in the last: {tested_last:.1f}")
    return grown


def run(place: Place, number: int, size: float, begin: int) -> list[Morning]:
    """Stage and build what is behind the first morning, then go through the mornings."""
    if size and not (place.folder / "staging").exists():
        behind = stage_history(place.folder, math.ceil(WEEKS * size), before=FIRST.date() - timedelta(days=WEEK))
        print(f"{behind:,} runners behind the first morning", flush=True)
    print(f"the first build: {measure(place.folder, 'dbt', '--quiet', 'build')}", flush=True)
    seen: list[Morning] = []
    for day in range(begin, number):
        seen.append(morning(place, day))
        print(f"morning {day + 1} of {number}: {seen[-1]}", flush=True)
    return seen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int, nargs="?", default=60)
    parser.add_argument(
        "--begin", type=int, default=0, help="go on in a folder after so many mornings, a multiple of 7"
    )
    parser.add_argument("--size", type=float, default=0.1, help="0 begins with nothing")
    parser.add_argument(
        "--folder",
        type=Path,
        help="where to work, and what is staged there is behind the first morning; if not given, one of its own",
    )
    asked = parser.parse_args()
    if asked.number - asked.begin < 2 * WEEK or asked.begin % WEEK:
        parser.error("two weeks of mornings at least, from the beginning of a week")
    with tempfile.TemporaryDirectory() as own:
        place = Place(asked.folder.absolute() if asked.folder else Path(own))
        place.folder.mkdir(parents=True, exist_ok=True)
        seen = run(place, asked.number, asked.size, asked.begin)
        code, said = place.lake("doctor", "--deep")
    print(table(seen, asked.begin))
    grown = growth(seen)
    print("\n".join(grown) or "nothing grew but the data")
    print(said if code else "doctor finds nothing")
    return 1 if grown or code else 0


if __name__ == "__main__":
    sys.exit(main())
