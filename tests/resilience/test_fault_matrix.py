"""Every fault, on the index and on a race's page, once and always, on a first scrape and on a later one.

For each cell: the exit code, the seconds it may take, and that no slice is called complete with less than the truth.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.cli.app import extract
from extract.errors import ExtractError
from extract.source.sample import World
from extract.stage.folder import FolderStorage
from extract.stage.manifest import committed_runs, read_races, read_slices
from tests.resilience.faults import ON_A_PAGE, ON_ROBOTS_TXT, ON_THE_INDEX, Row
from tests.resilience.spoiled import Spoil, SpoiledServer

DAY = date(2025, 5, 10)
FIRST, LATER = datetime(2025, 5, 11, 6, tzinfo=UTC), datetime(2025, 5, 12, 6, tzinfo=UTC)
COUNTRIES = ("gb", "ire", "fr")
PATIENCE = 20.0
"""Seconds; a cell takes about one on an idle machine."""
CELLS = [
    pytest.param(row, where, again, scrape, id=f"{where}: {name}, {again}, {scrape} scrape")
    for where, rows in (("index", ON_THE_INDEX), ("page", ON_A_PAGE), ("robots.txt", ON_ROBOTS_TXT))
    for name, row in rows.items()
    for again in ("once", "always")
    for scrape in ("first", "later")
    if row.first or scrape == "later"
]


@pytest.fixture
def server(world: World) -> Iterator[SpoiledServer]:
    with SpoiledServer(world, FIRST) as serving:
        yield serving


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    """A staging area with one good run of the day."""
    staging = tmp_path_factory.mktemp("scraped") / "staging"
    with SpoiledServer(world, FIRST) as serving:
        assert scrape(serving, staging) == 0
    return staging


def scrape(server: SpoiledServer, staging: Path, timeout: float = 2.0) -> int:
    """Scrape the day from the server; return the exit code."""
    arguments = [
        "--source", server.base_url, "--from", str(DAY), "--to", str(DAY), "--staging", str(staging), "--rate", "1000",
        "--timeout", str(timeout), "--backoff", "0.01", "--log-file", str(staging.parent / "extract.log"), "--quiet",
    ]  # fmt: skip
    done = CliRunner().invoke(extract, arguments)
    if isinstance(done.exception, ExtractError):
        return int(done.exception.exit_code)
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done.exit_code


def falsely_complete(staging: Path, world: World, as_of: datetime) -> list[str]:
    """Name every slice that the newest run calls complete although it holds less than the truth."""
    storage = FolderStorage(staging)
    runs = committed_runs(storage)
    if not runs:
        return []
    races = {int(row["race_id"] or 0): row for row in read_races(storage, runs[-1])}
    found = []
    for item in read_slices(storage, runs[-1]):
        true = world.truth(date.fromisoformat(str(item["race_date"])), str(item["country"]), as_of)
        missing = [race.race_id for race in true if not _holds(races.get(race.race_id), len(race.runners))]
        if item["status"] == "complete" and missing:
            found.append(f"{item['country']} lacks {missing}")
    return found


def _holds(race: dict[str, str | None] | None, runners: int) -> bool:
    """Say whether a staged race has all its runners, or is marked as lacking some."""
    return race is not None and (int(race["rows_staged"] or 0) >= runners or bool(race["is_doubtful"]))


@pytest.mark.parametrize(("row", "where", "again", "scrape_number"), CELLS)
def test_no_fault_passes_for_the_truth(
    row: Row,
    where: str,
    again: str,
    scrape_number: str,
    server: SpoiledServer,
    world: World,
    scraped: Path,
    tmp_path: Path,
) -> None:
    staging = tmp_path / "staging"
    if scrape_number == "later":
        shutil.copytree(scraped, staging)
        server.as_of = LATER
    before = {path: path.read_bytes() for path in staging.rglob("*.csv")}
    fault = replace(row.fault, times=1 if again == "once" else None)
    if isinstance(fault, Spoil):
        server.spoil = fault
    else:
        server.faults.add(fault)
    started = time.monotonic()
    code = scrape(server, staging, row.timeout)
    assert time.monotonic() - started < PATIENCE
    assert code in (row.once if again == "once" else row.always)
    assert falsely_complete(staging, world, server.as_of) == []
    assert {path: path.read_bytes() for path in before} == before
