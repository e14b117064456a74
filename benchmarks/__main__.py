"""All benchmarks, one table, and whether the ratios are within their limits: `make bench`.

    python -m benchmarks [--size 0.01] [--folder FOLDER]

Ends with 1 where a ratio is beyond its limit. Ratios are of CPU seconds, bytes and files, which are steadier than time;
the limits leave room for noise, and hold from a hundredth of the size on. The table is also in `FOLDER/bench.md`.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks import full_size, importing, parsing
from benchmarks.measured import ROOT, Cost

LINE = re.compile(r"(\w+): ([\d.]+) s, ([\d.]+) CPU s, (\d+) MB at most, ([\d.]+) MB written")
PACKAGES = ("dbt-core", "duckdb", "pyiceberg", "pyarrow", "polars")
ROWS = 2_570_000
"""Rows of rpscrape's files at full size."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Something to hold: what it is, what it came to, and the most that it may come to."""

    name: str
    value: float
    most: float


Anchors = dict[str, tuple[float, float, float]]
Questions = dict[str, tuple[float, float]]


def anchors(folder: Path) -> Anchors:
    """Return CPU seconds, megabytes of memory and megabytes written of the same work done by others."""
    found = {}
    for name in full_size.ANCHORS:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.anchors", str(folder), name], cwd=ROOT, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        said = LINE.search(done.stdout)
        assert said is not None, done.stdout
        found[name] = (float(said[3]), float(said[4]), float(said[5]))
    return found


def asked_by_analysts(folder: Path) -> tuple[Questions, Questions]:
    """Return CPU seconds and seconds of each question, now and after sixty mornings."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reading", str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    now, later = json.loads(done.stdout)
    return now, later


def rows(
    builds: dict[str, dict[str, object]],
    others: Anchors,
    imported: tuple[Cost, float],
    questions: tuple[Questions, Questions],
) -> list[str]:
    """Return the rows of the table of costs."""
    ours, decoded = parsing.rates()
    cost, cells = imported
    now, later = questions
    return [
        *(
            f"| {name} | {cost['cpu_seconds']:.1f} | {cost['seconds']:.1f} | {cost['peak_megabytes']:.0f} "
            f"| {cost['written_megabytes']:.1f} | {cost['files_opened']} |"
            for name, cost in builds.items()
        ),
        *(f"| {name} | {cpu:.2f} | | {most:.0f} | {wrote:.1f} | |" for name, (cpu, most, wrote) in others.items()),
        f"| import of rpscrape's files | {cost.cpu_seconds:.1f} | {cost.seconds:.1f} | {cost.peak_megabytes:.0f} "
        f"| {cost.written_megabytes:.1f} | |",
        f"| the cells of those files, read by Python's csv and no more | {cells:.2f} | | | | |",
        *(f"| {name} | {cpu:.3f} | {seconds:.3f} | | | |" for name, (cpu, seconds) in now.items()),
        *(f"| after 60 mornings: {name} | {cpu:.3f} | {seconds:.3f} | | | |" for name, (cpu, seconds) in later.items()),
        f"| parse, pages a CPU second: {ours:.0f} | | | | | |",
        f"| find and decode alone, pages a CPU second: {decoded:.0f} | | | | | |",
    ]


def held(
    builds: dict[str, dict[str, object]],
    others: Anchors,
    imported: tuple[Cost, float],
    questions: tuple[Questions, Questions],
) -> list[Ratio]:
    """Return what has to stay within its limit."""
    merge, (cost, cells) = others["merge"], imported
    now, later = (sum(cpu for cpu, _ in asked.values()) for asked in questions)
    morning, idle = builds["morning 2"], builds["nothing new"]
    with_form, idle_with_form = builds["morning 3, with form marts"], builds["nothing new, with form marts"]
    return [
        Ratio("merge / PyIceberg delete + append, CPU", merge[0] / others["delete_and_append"][0], 1.5),
        Ratio("merge / PyIceberg upsert, CPU", merge[0] / others["upsert"][0], 0.35),
        Ratio("merge, MB written", merge[2], 2.0),
        Ratio("morning, files opened", float(str(morning["files_opened"])), 250),
        Ratio("nothing new, files opened", float(str(idle["files_opened"])), 150),
        Ratio("morning with form marts, files opened", float(str(with_form["files_opened"])), 700),
        Ratio("nothing new with form marts, files opened", float(str(idle_with_form["files_opened"])), 150),
        Ratio("import / the cells of its files, CPU", cost.cpu_seconds / cells, 60),
        Ratio("all questions, after 60 mornings / now, CPU", later / now, 2.0),
        Ratio("nothing new / morning, CPU", float(str(idle["cpu_seconds"])) / float(str(morning["cpu_seconds"])), 1.1),
    ]


def main() -> int:
    """Run everything of the size that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=0.01, help="share of 2.5 million runners; 0.01 takes minutes")
    parser.add_argument("--folder", type=Path, help="where to work; what is staged there is used again")
    asked = parser.parse_args()
    folder = (asked.folder or Path(tempfile.mkdtemp(prefix="bench-"))).absolute()
    folder.mkdir(parents=True, exist_ok=True)

    builds = {str(cost["work"]): cost for cost in full_size.run(folder, asked.size, with_anchors=False)}
    others = anchors(folder)
    imported = importing.import_files(folder, importing.files(folder, math.ceil(ROWS * asked.size)))
    questions = asked_by_analysts(folder)
    ratios = held(builds, others, imported, questions)
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    lines = [
        f"{machine}, {', '.join(f'{name} {version(name)}' for name in PACKAGES)}; size {asked.size:g}",
        "",
        "| Work | CPU s | Seconds | MB at most | MB written | Files opened |",
        "|---|---|---|---|---|---|",
        *rows(builds, others, imported, questions),
        "",
        "| Ratio | Is | At most |",
        "|---|---|---|",
        *(f"| {ratio.name} | {ratio.value:.2f} | {ratio.most:g} |" for ratio in ratios),
    ]
    table = "\n".join(lines) + "\n"
    (folder / "bench.md").write_text(table)
    print(table)
    beyond = [ratio.name for ratio in ratios if ratio.value > ratio.most]
    if beyond:
        print(f"Beyond the limit: {', '.join(beyond)}. See docs/performance.md for what it was.", file=sys.stderr)
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
