"""`make demo`: what it installs, in what environment it works, and that its last lines can be typed as printed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DBT = """
Concurrency: 2 threads
1 of 4 START hook: racing_lakehouse.on-run-start.0 ... [RUN]
1 of 4 OK hook: racing_lakehouse.on-run-start.0 ...... [OK in 0.01s]
1 of 4 START sql view model racing.a ................. [RUN]
1 of 4 OK created sql view model racing.a ............ [OK in 0.05s]
2 of 4 OK loaded seed file racing.b .................. [INSERT 5 in 0.05s]
3 of 4 PASS unique_a ................................. [PASS in 0.02s]
4 of 4 {last}
Done. PASS=4 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=4
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a space in its name, with the demo and commands that only say how they were called."""
    place = tmp_path / "a place"
    commands = place / ".venv" / "bin"
    commands.mkdir(parents=True)
    (place / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "demo.sh", place / "deploy")
    for name in ("extract", "lake", "dbt"):
        said = f'echo "{name} | $RACING_HOME | ${{EXTRACT_STAGING-}} | ${{LAKE_TARGET-}} | $*"'
        (commands / name).write_text(
            f'#!/bin/sh\n{said}\n[ {name} = dbt ] && cat "{place}/dbt.out" && exit "$(cat "{place}/code")"\ntrue\n'
        )
        (commands / name).chmod(0o755)
    says(place, "PASS unique_b ................................. [PASS in 0.02s]")
    return place


def says(place: Path, last: str, code: int = 0) -> None:
    """What dbt says as its last step, and how it ends."""
    (place / "dbt.out").write_text(DBT.format(last=last))
    (place / "code").write_text(str(code))


def demo(place: Path, stand: Path, code: int = 0) -> list[str]:
    environment = os.environ | {"EXTRACT_STAGING": "mine", "LAKE_TARGET": "athena", "STANDING": str(stand)}
    done = subprocess.run(
        ["bash", str(place / "deploy" / "demo.sh")], cwd=stand, env=environment, capture_output=True, text=True, timeout=60
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return done.stdout.splitlines()


def test_a_lake_of_the_user_s_own_is_none_of_its_business(place: Path) -> None:
    told = [line.split(" | ")[1:4] for line in demo(place, place) if line.startswith(("extract |", "lake |"))]
    assert len(told) > 4
    assert all(said == [f"{place}/demo", "", ""] for said in told), told


def test_it_says_how_much_was_built_and_how_many_tests_passed(place: Path) -> None:
    assert demo(place, place).count("   2 tables, views and seeds made, 2 tests passed.") == 2


def test_what_is_not_well_is_shown_and_ends_it(place: Path) -> None:
    says(place, "FAIL 3 unique_b ............................... [FAIL 3 in 0.02s]", code=1)
    lines = demo(place, place, code=1)
    assert any("FAIL 3 unique_b" in line for line in lines)
    assert "   2 tables, views and seeds made, 1 tests passed." in lines
    assert not any(line.startswith("lake |") for line in lines)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_its_last_lines_work_as_they_are_printed(place: Path, tmp_path: Path, elsewhere: bool) -> None:
    stand = tmp_path if elsewhere else place
    typed = [line for line in demo(place, stand) if re.match(r"    \S*\.venv|    /", line)]
    assert len(typed) == 3
    if not elsewhere:
        assert typed[1] == "    .venv/bin/lake --project demo status"
    for line in typed:
        done = subprocess.run(["bash", "-c", line], cwd=stand, capture_output=True, text=True, check=True, timeout=60)
        assert done.stdout.startswith("lake | "), line
        assert f" | --project {'demo' if stand == place else place / 'demo'} " in done.stdout


def recipe(target: str) -> str:
    """What make would run for a target in a folder where nothing is installed."""
    done = subprocess.run(
        ["make", "--dry-run", "VENV=none", target], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_the_demo_installs_the_project_alone_and_the_tests_install_the_rest_after_it() -> None:
    demo, test = recipe("demo"), recipe("test")
    assert "--editable ." in demo
    assert "--group dev" not in demo
    assert test.index("--editable .\n") < test.index('--editable ".[athena,notebook]" --group dev')
