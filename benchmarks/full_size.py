"""What builds cost on years of history, beside others doing the same work in the same run.

    python -m benchmarks.full_size FOLDER [--size 1.0]

Stages the history (see benchmarks.history), rebuilds, then scrapes two mornings of the sample world and builds each,
then builds with nothing new; then the same with the form marts. Ratios of CPU seconds say more than seconds: machines
and their loads differ.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path

from benchmarks.history import WEEK, WEEKS, stage_history
from benchmarks.measured import ROOT, Cost, environment, measure, slowest

BUILD = ("dbt", "--quiet", "build")
WORK = (
    ("full rebuild", None, "off"),
    ("morning 1", 1, "off"),
    ("morning 2", 2, "off"),
    ("nothing new", None, "off"),
    ("form marts, first build", None, "on"),
    ("morning 3, with form marts", 3, "on"),
    ("nothing new, with form marts", None, "on"),
)
"""Builds in their order: what it is, the morning that is scraped before it, whether form marts are built."""
ANCHORS = ("typed_copy", "merge", "delete_and_append", "upsert", "overwrite_year")


def scrape(folder: Path, morning: date) -> None:
    """Scrape the seven days before a morning; what is believed when seen again is seen again ten minutes later."""
    at = datetime.combine(morning, time(6))
    again = ("extract", "retry", "--rate", "1000", "--as-of", (at + timedelta(minutes=10)).isoformat(), "--quiet")
    first = (
        "extract", "--source", "sample", "--rate", "1000", "--days", "7", "--until", str(morning - timedelta(days=1)),
        "--as-of", at.isoformat(), "--quiet",
    )  # fmt: skip
    for command in (first, again):
        done = subprocess.run(
            [*command, "--log-file", str(folder / "extract.log")], cwd=ROOT, env=environment(folder),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return
        if done.returncode != 3:
            sys.exit(done.stdout + done.stderr)


def report(label: str, cost: Cost, folder: Path) -> dict[str, object]:
    """Print a cost and the nodes that took longest; return it."""
    print(f"{label}: {cost}")
    for seconds, name in slowest(folder, 6):
        print(f"    {seconds:6.2f} s  {name}")
    return {"work": label} | asdict(cost)


def run(folder: Path, size: float, *, with_anchors: bool = True) -> list[dict[str, object]]:
    """Run everything; return the costs of the builds."""
    if not (folder / "staging").exists():
        print(f"{stage_history(folder, max(1, math.ceil(WEEKS * size))):,} runners staged")
    (folder / "warehouse").mkdir(exist_ok=True)
    costs = []
    for work, morning, insights in WORK:
        if morning is not None:
            scrape(folder, WEEK + timedelta(days=6 + morning))
        costs.append(report(work, measure(folder, *BUILD, insights=insights), folder))
    for name in ANCHORS if with_anchors else ():
        subprocess.run(
            [sys.executable, "-m", "benchmarks.anchors", str(folder), name], cwd=ROOT, env=os.environ, check=True
        )
    return costs


def main() -> None:
    """Run the benchmark of the size that is asked for; keep the costs in `FOLDER/costs.json`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=float, default=1.0, help="share of 2.5 million runners; 0.01 takes minutes")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    costs = run(asked.folder.absolute(), asked.size)
    (asked.folder / "costs.json").write_text(json.dumps(costs, indent=2))


if __name__ == "__main__":
    main()
