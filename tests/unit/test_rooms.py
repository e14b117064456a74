"""The rooms and their arrows: as docs/architecture.md draws them, and small enough to read."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("extract", "lake")
LONGEST_FILE = 300
ARROW = re.compile(r"^ {4}(\w+) --> (\w+)$", re.MULTILINE)
Arrows = set[tuple[str, str]]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).parent / "lint-imports"),
        "--no-cache",
        "--config",
        str(ROOT / "pyproject.toml"),
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("extract/parse/fields.py", "import extract.run.selection", "extract runs one way"),
        ("extract/stage/layout.py", "import extract.parse.titles", "extract runs one way"),
        ("extract/run/plan.py", "import lake.errors", "extract knows neither"),
        ("extract/importing/race.py", "import extract.run.plan", "extract runs one way"),
        ("extract/importing/race.py", "import pyiceberg", "extract knows neither"),
        ("extract/importing/race.py", "import extract.parse.page", "importing takes from parsing only"),
        ("extract/parse/titles.py", "import pathlib", "parsing is pure"),
        ("extract/run/plan.py", "import requests", "only fetch opens a socket"),
        ("lake/iceberg/files.py", "import lake.duck.views", "lake runs one way"),
        ("lake/merge/plan.py", "import extract.parse", "lake knows of extract only"),
        ("tools/generate/__init__.py", "import lake.errors", "tools know the contract"),
        ("extract/fetch/pace.py", "import extract.fetch.client", "no circles"),
    ],
)
def test_an_arrow_the_other_way_is_refused(tmp_path: Path, file: str, line: str, contract: str) -> None:
    for package in (*PACKAGES, "tools"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    spoiled = tmp_path / file
    spoiled.write_text(spoiled.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert re.search(rf"{contract}.* BROKEN", done.stdout), done.stdout


def room(module: str) -> str:
    """The room of a module as the picture names it: `extract.parse.race` is in `parse`, `lake.cli.app` in `lake_cli`."""
    package, *rest = module.split(".")
    name = rest[0] if rest else package
    return name if package == "extract" else f"lake_{name}"


def arrows() -> Arrows:
    """Which room imports which, of those that no longer way says already."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    found = {
        (room(importer), room(imported))
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if importer.count(".") and imported.count(".") and room(importer) != room(imported)
    }

    def reaches(start: str, goal: str, without: tuple[str, str]) -> bool:
        seen, ahead = {start}, [start]
        while ahead:
            here = ahead.pop()
            steps = {b for a, b in found if a == here and (a, b) != without} - seen
            seen |= steps
            ahead += steps
        return goal in seen

    return {arrow for arrow in found if not reaches(*arrow, without=arrow)}


def test_the_picture_of_the_rooms_shows_every_arrow_and_no_other() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = set(ARROW.findall(text[text.index("## Rooms") : text.index("## Words")]))
    assert drawn == arrows()


def test_no_file_is_longer_than_a_reader_holds() -> None:
    listed = subprocess.run(["git", "ls-files", "*.py", "*.sql"], cwd=ROOT, capture_output=True, text=True, check=True)
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in listed.stdout.split()}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
