"""Stage years of history in minutes: a scraped week of the sample world, copied to the weeks before it.

    python -m benchmarks.history FOLDER [--size 1.0]

Size 1 is 2.5 million runners in 1,190 weeks, one run a day: 8,330 runs with 24,990 slices, sealed and with checksums as
`extract` writes them, so that every check of a build holds. Races, dates and files are moved, and twelve weeks share
their horses, so that a horse has a dozen runs. (`facts_hash` and `content_hash` are the week's own, hashed with the
number of the copy: as telling as the real ones, and not worked out anew. There are no pages to replay.)
"""

from __future__ import annotations

import argparse
import csv
import math
import multiprocessing
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from extract.contract import RACES, RESULTS, SLICES, Record, names
from extract.stage import layout
from extract.stage.dialect import decode, encode
from extract.stage.layout import Run
from extract.stage.seal import sealed

WEEKS = 1190
WEEK = date(2026, 4, 11)
"""First day of the week that is scraped; the copies lie on the weeks before it."""
SEEN_AT = "2026-04-27T06:00"
"""When the week is scraped: ratings and corrections are in."""
RACE_IDS_A_WEEK = 700
WEEKS_A_HORSE = 12
HORSE_IDS = 120_000
"""More than lie between the first and the last horse of the week."""

Row = list[str]
Shift = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Day:
    """A scraped day: the runner rows of its slices by country, its races and its slices, as they are written."""

    day: date
    results: dict[str, list[Row]]
    races: list[Row]
    slices: list[Record]


def scrape_week(folder: Path) -> None:
    """Scrape the week into a staging area of its own, over real HTTP."""
    command = (
        "extract", "--source", "sample", "--rate", "1000", "--quiet",
        "--from", str(WEEK), "--to", str(WEEK + timedelta(days=6)), "--as-of", SEEN_AT,
        "--log-file", str(folder / "extract.log"),
    )  # fmt: skip
    environment = os.environ | {"EXTRACT_STAGING": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])


def read_week(folder: Path) -> list[Day]:
    """Return the days of a scraped week."""
    (races,), (slices,) = folder.glob("races/*/*.csv"), folder.glob("slices/*/*.csv")
    races_of, slices_of, results_of = defaultdict(list), defaultdict(list), defaultdict(dict)
    place = names(RACES).index("race_date")
    for row in _rows(races):
        races_of[row[place]].append(row)
    for record in decode(SLICES, slices.read_bytes()):
        slices_of[str(record["race_date"])].append(record)
        if record["results_file"]:
            results_of[str(record["race_date"])][str(record["country"])] = _rows(folder / str(record["results_file"]))
    days = (WEEK + timedelta(days=n) for n in range(7))
    return [Day(d, results_of[str(d)], races_of[str(d)], slices_of[str(d)]) for d in days]


def copy_week(staging: Path, week: list[Day], number: int) -> int:
    """Stage the copy that lies so many weeks before the week, one run a day; return its runners."""
    return sum(_copy_day(staging, day, number) for day in week)


def _copy_day(staging: Path, day: Day, number: int) -> int:
    moved = day.day - timedelta(weeks=number)
    run = Run(datetime.combine(moved + timedelta(days=1), time(6), UTC))
    shifts: dict[str, Shift] = {
        "run_id": lambda _: run.run_id,
        "scraped_at": lambda _: run.scraped_at_text,
        "fetched_at": lambda _: run.scraped_at_text,
        "race_date": lambda _: str(moved),
        "off_at": partial(_moved_moment, number),
        "off_at_local": partial(_moved_moment, number),
        "race_id": lambda text: str(int(text) - RACE_IDS_A_WEEK * number),
        "horse_id": lambda text: str(int(text) - HORSE_IDS * (number // WEEKS_A_HORSE)),
        "facts_hash": partial(_hashed, number),
        "content_hash": partial(_hashed, number),
        "page_file": lambda _: "",
    }
    races = _render(names(RACES), day.races, shifts)
    _write(staging / layout.races_path(run), races)
    slices: list[Record] = []
    runners = 0
    for record in day.slices:
        country = str(record["country"])
        moving: Record = {
            "run_id": run.run_id, "scraped_at": run.scraped_at_text, "race_date": str(moved),
            "index_fetched_at": run.scraped_at_text, "races_sha256": sha256(races).hexdigest(),
            "races_rows": len(day.races), "slices_sha256": None,
        }  # fmt: skip
        if country in day.results:
            data = _render(names(RESULTS), day.results[country], shifts)
            path = layout.results_path(run, country, moved)
            _write(staging / path, data)
            runners += len(day.results[country])
            moving |= {"results_file": path, "results_sha256": sha256(data).hexdigest()}
        slices.append(record | moving)
    _write(staging / layout.slices_path(run), encode(SLICES, sealed(SLICES, slices)))
    return runners


def _render(header: tuple[str, ...], rows: list[Row], shifts: dict[str, Shift]) -> bytes:
    """Return rows in the dialect of staged files, with the columns that move moved."""
    moving = [(place, shifts[name]) for place, name in enumerate(header) if name in shifts]
    lines = ['"' + '","'.join(header) + '"']
    for row in rows:
        cells = row.copy()
        for place, shift in moving:
            if cells[place]:
                cells[place] = shift(cells[place])
        lines.append('"' + '","'.join(cell.replace('"', '""') for cell in cells) + '"')
    return ("\n".join(lines) + "\n").encode()


def _moved_moment(weeks: int, text: str) -> str:
    return str(date.fromisoformat(text[:10]) - timedelta(weeks=weeks)) + text[10:]


def _hashed(number: int, text: str) -> str:
    return sha256(f"{text}{number}".encode()).hexdigest()


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def stage_history(folder: Path, weeks: int, days: int = 7, processes: int = 2, *, before: date = WEEK) -> int:
    """Stage so many weeks before a day, of each the first days, into `folder/staging`; return the runners."""
    week = the_week(folder)[:days]
    last = (WEEK + timedelta(days=6) - before).days // 7 + 1
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        copies = range(last, last + weeks)
        return sum(pool.map(partial(copy_week, folder / "staging", week), copies, chunksize=4))


def the_week(folder: Path) -> list[Day]:
    """Return the week that is copied, scraped into `folder/week` where it is not there."""
    scraped = folder / "week"
    if not scraped.exists():
        scrape_week(scraped)
    return read_week(scraped)


def main() -> None:
    """Stage the history that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=float, default=1.0, help="share of the full size; 0.01 takes seconds")
    asked = parser.parse_args()
    runners = stage_history(asked.folder, max(1, math.ceil(WEEKS * asked.size)))
    print(f"{runners:,} runners staged in {asked.folder / 'staging'}")


if __name__ == "__main__":
    main()
