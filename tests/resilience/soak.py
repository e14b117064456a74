"""The long proof, unattended: `make soak`. Ends with one table, which it also writes to logs/soak.md.

Sizes come from the environment; each part is ended after its share of time, and what it did until then is told.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "logs"
FUZZ_TESTS = [
    "tests/unit/parse/test_mutations.py",
    "tests/unit/stage",
    "tests/unit/fetch/test_fuzz.py",
    "tests/unit/cli/test_argument_fuzz.py",
]
PASSING = re.compile(r"(\d+) passing(?: examples)?, (\d+) failing")


def size(name: str, usual: int) -> str:
    """Return how much of something to do: from the environment, else as usual."""
    return os.environ.get(name, str(usual))


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the soak."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    minutes: float
    done: Callable[[str], int]
    """How many were done, told from the output."""
    faults: Callable[[str], int]


def parts() -> list[Part]:
    pytest = (sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider")
    module = (sys.executable, "-m")
    failed = _number(r"(\d+) failed")
    return [
        Part("faults of the matrix", (*pytest, "tests/resilience/test_fault_matrix.py"), {}, 10, _tests, failed),
        Part(
            "kills",
            (*pytest, "tests/resilience/test_kills.py"),
            {"SOAK_KILLS": size("SOAK_KILLS", 200)},
            70,
            _count(r"^(?:.*)kill \d+ of \d+: .* killed after"),
            _count(r"^(?:.*)kill \d+ of \d+: FAULT"),
        ),
        Part(
            "random walks",
            (*pytest, "tests/resilience/test_walk.py"),
            {"SOAK_WALKS": size("SOAK_WALKS", 15), "SOAK_BUILDS_A_WALK": size("SOAK_BUILDS_A_WALK", 8)},
            40,
            _count(r"seed \d+: "),
            failed,
        ),
        Part(
            "orders of arrival",
            (*pytest, "tests/unit/dbt/test_log_against_oracle.py", "-k", "any_order"),
            {"SOAK_ORDERS": size("SOAK_ORDERS", 15)},
            30,
            _tests,
            failed,
        ),
        Part(
            "fuzzed inputs",
            (*pytest, "--hypothesis-show-statistics", *FUZZ_TESTS),
            {"SOAK_FUZZ": size("SOAK_FUZZ", 40)},
            40,
            _inputs,
            failed,
        ),
        Part(
            "mornings",
            (*module, "tests.resilience.mornings", size("SOAK_MORNINGS", 60)),
            {},
            40,
            _count(r"^morning \d+ of"),
            _count(r"became|and takes"),
        ),
        Part(
            "mornings by lake morning",
            (*module, "tests.resilience.by_lake_morning", size("SOAK_LAKE_MORNINGS", 30)),
            {},
            30,
            _count(r"^morning \d+ of"),
            _count(r"^DIFFERS: "),
        ),
        Part(
            "an import, built and scraped over",
            (*module, "tests.resilience.imported", size("SOAK_IMPORT", 25_000)),
            {},
            20,
            _count(r"^    \w"),
            _count(r" should be "),
        ),
        Part(
            "safeties taken out",
            (*module, "tests.resilience.mutations"),
            {},
            20,
            _count(r"^(noticed|NOT NOTICED): "),
            _count(r"^NOT NOTICED: "),
        ),
    ]


def run(part: Part) -> tuple[int, int, float, str]:
    """Run a part; return how many were done, faults, seconds, and how it ended."""
    log = LOGS / f"soak_{part.name.replace(' ', '_')}.log"
    started = time.monotonic()
    with log.open("w") as output:
        running = subprocess.Popen(
            part.command,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | part.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code: int | None = running.wait(60 * part.minutes)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()
    said = log.read_text(errors="replace")
    faults = part.faults(said)
    if code not in (0, None) and not faults:
        faults = 1
    ended = "whole" if code == 0 else f"out of time ({part.minutes:g} min)" if code is None else f"failed: {log}"
    return part.done(said), faults, time.monotonic() - started, ended


def main(names: list[str]) -> int:
    LOGS.mkdir(exist_ok=True)
    chosen = [part for part in parts() if not names or part.name in names]
    lines = [
        f"Soak of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "",
        "| What | How many | Faults found | Seconds | Ended |",
    ]
    lines += ["|---|---|---|---|---|"]
    total = 0
    for part in chosen:
        print(f"{part.name} (at most {part.minutes:g} min) …", flush=True)
        done, faults, seconds, ended = run(part)
        total += faults or (done == 0)
        lines.append(f"| {part.name} | {done} | {faults} | {seconds:.0f} | {ended} |")
    table = "\n".join(lines) + "\n"
    (LOGS / "soak.md").write_text(table)
    print(table)
    return 1 if total else 0


def _count(pattern: str) -> Callable[[str], int]:
    return lambda said: len(re.findall(pattern, said, re.MULTILINE))


def _number(pattern: str) -> Callable[[str], int]:
    return lambda said: sum(map(int, re.findall(pattern, said)[-1:]))


def _tests(said: str) -> int:
    return sum(map(int, re.findall(r"(\d+) (?:passed|failed)", said)))


def _inputs(said: str) -> int:
    """Count what hypothesis tried, and the cases of the tests that count their own."""
    tried = sum(int(good) + int(bad) for good, bad in PASSING.findall(said))
    return tried + sum(map(int, re.findall(r"^\.*(\d+) cases", said, re.MULTILINE)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
