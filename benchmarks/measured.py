"""Run a command of the project and say what it cost: seconds, CPU, memory, bytes written, files opened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.opened import Opened

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command came to. CPU seconds, bytes and files are steadier than seconds on a busy machine."""

    seconds: float
    cpu_seconds: float
    peak_megabytes: float
    written_megabytes: float
    files_opened: int | None
    """Staged files and data files that were opened, each counted once; None where they were too many to count."""

    def __str__(self) -> str:
        files = "too many to count" if self.files_opened is None else f"{self.files_opened}"
        return (
            f"{self.seconds:.1f} s, {self.cpu_seconds:.1f} CPU s, {self.peak_megabytes:.0f} MB at most, "
            f"{self.written_megabytes:.1f} MB written, {files} files opened"
        )


def environment(folder: Path) -> dict[str, str]:
    """Return the environment in which the commands work on a folder's staging and warehouse.

    Form marts are built only where the environment says so: what a build costs without them is measured first.
    """
    return (
        {"LAKE_INSIGHTS": "off"}
        | os.environ
        | {
            "RACING_HOME": str(folder),
            "EXTRACT_STAGING": str(folder / "staging"),
            "LAKE_WAREHOUSE": str(folder / "warehouse"),
            "DBT_PROFILES_DIR": str(ROOT),
            "DBT_PROJECT_DIR": str(ROOT),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
    )


def measure(folder: Path, *command: str, allowed: tuple[int, ...] = (), insights: str | None = None) -> Cost:
    """Run a command on a folder's staging and warehouse; end the program with its output where it fails.

    Args:
        folder: It has both.
        command: What to run.
        allowed: Exit codes that are no failure, besides 0.
        insights: Whether form marts are built: on or off. As the environment says, where it is not given; else off.
    """
    output = folder / "output.txt"
    with output.open("wb") as out, Opened(folder / "staging", folder / "warehouse") as opened:
        started = time.perf_counter()
        variables = environment(folder) | ({"LAKE_INSIGHTS": insights} if insights else {})
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=out, stderr=out)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, *allowed):
        sys.exit(f"{' '.join(command)} gave {process.returncode}\n{output.read_text()[-5000:]}")
    cpu = used.ru_utime + used.ru_stime
    files = None if opened.lost else sum(path.suffix in (".csv", ".parquet") for path in opened.files)
    return Cost(seconds, cpu, used.ru_maxrss / 1024, used.ru_oublock * 512 / 1e6, files)


def slowest(folder: Path, number: int = 12) -> list[tuple[float, str]]:
    """Return the nodes of the last dbt invocation that took longest, in seconds."""
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    found = sorted(((node["execution_time"], node["unique_id"]) for node in results), reverse=True)
    return [(seconds, name.split(".")[0] + " " + name.split(".")[2]) for seconds, name in found[:number]]


def main() -> None:
    """Measure the command that is given; print the cost and the slowest nodes."""
    folder = Path(sys.argv[1])
    cost = measure(folder, *sys.argv[2:])
    print(cost)
    print(json.dumps(asdict(cost)))
    if sys.argv[2] == "dbt":
        for seconds, name in slowest(folder):
            print(f"    {seconds:6.2f} s  {name}")


if __name__ == "__main__":
    main()
