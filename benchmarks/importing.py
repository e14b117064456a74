"""What an import costs, beside the least that can be done with the same files: to read their cells."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measured import ROOT, Cost, measure


def files(folder: Path, rows: int) -> Path:
    """Return a folder of rpscrape's files: so many rows, a hundredth of them dirty. Made where it is not there."""
    place = folder / "rpscrape"
    if not place.exists():
        subprocess.run(
            [sys.executable, "-m", "tests.rpscrape_files", str(place), "--rows", str(rows), "--dirt", "0.01"],
            cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return place


def import_files(folder: Path, place: Path) -> tuple[Cost, float]:
    """Import files into a staging area of their own; return the cost, and the CPU seconds of reading cells alone."""
    work = folder / "imported"
    (work / "staging").mkdir(parents=True, exist_ok=True)
    (work / "warehouse").mkdir(exist_ok=True)
    # 3: some rows are set aside, as they should be
    cost = measure(work, "extract", "import", str(place), "--quiet", allowed=(3,))
    started = time.process_time()
    for file in place.rglob("*.csv"):
        with file.open(encoding="utf-8", errors="replace", newline="") as lines:
            for _ in csv.reader(lines):
                pass
    return cost, time.process_time() - started
