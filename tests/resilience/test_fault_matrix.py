"""Every fault, on the index and on a race's page, once and always, on a first scrape and on a later one.

For each cell: the exit code, the seconds it may take, and that no slice is called complete with less than the truth.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.cli.app import extract
from extract.errors import ExtractError
from extract.source.sample import Fault, World
from extract.stage.manifest import committed_runs, read_races, read_slices
from extract.stage.folder import FolderStorage
from tests.resilience import spoiled
from tests.resilience.spoiled import Spoil, SpoiledServer

DAY = date(2025, 5, 10)
FIRST, LATER = datetime(2025, 5, 11, 6, tzinfo=UTC), datetime(2025, 5, 12, 6, tzinfo=UTC)
COUNTRIES = ("gb", "ire", "fr")
PATIENCE = 20.0
"""Seconds; a cell takes about one on an idle machine."""
A_RACE = r"/results/9000\d/.*[05]/?$"
"""Some races of British courses."""
GOOD, PARTIAL, REFUSED, BROKEN = 0, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Row:
    """One fault, and the exit code when it strikes each address once, and when it always does."""

    fault: Fault | Spoil
    once: int
    always: int
    first: bool = True
    """Whether it can be told on a first scrape, when nothing is known to compare with."""


ON_THE_INDEX = {
    "500": Row(Fault("status", "/time-order", status=500), GOOD, PARTIAL),
    "503, come back tomorrow": Row(Fault("status", "/time-order", status=503, retry_after="86400"), PARTIAL, PARTIAL),
    "404": Row(Fault("status", "/time-order", status=404), PARTIAL, PARTIAL),
    "406": Row(Fault("status", "/time-order", status=406), GOOD, REFUSED),
    "429, come back tomorrow": Row(Fault("status", "/time-order", status=429, retry_after="86400"), REFUSED, REFUSED),
    "truncated": Row(Fault("truncate", "/time-order"), GOOD, PARTIAL),
    "disconnect": Row(Fault("disconnect", "/time-order"), GOOD, PARTIAL),
    "broken json": Row(Fault("bad-json", "/time-order"), GOOD, BROKEN),
    "error shell": Row(Spoil("index", spoiled.without_data), GOOD, PARTIAL),
    "block page": Row(Fault("block-page", "/time-order"), GOOD, REFUSED),
    "login page": Row(Spoil("index", spoiled.body(spoiled.LOGIN)), GOOD, BROKEN),
    "maintenance page": Row(Spoil("index", spoiled.body(spoiled.MAINTENANCE)), GOOD, BROKEN),
    "empty page": Row(Spoil("index", spoiled.body("")), GOOD, BROKEN),
    "no meeting": Row(Spoil("index", spoiled.nothing_listed), GOOD, PARTIAL),
    "meetings without races": Row(Spoil("index", spoiled.races_are([])), GOOD, PARTIAL),
    "races null": Row(Spoil("index", spoiled.races_are(None)), GOOD, PARTIAL),
    "another day": Row(Spoil("index", spoiled.of_another_day), GOOD, BROKEN),
    "Britain missing": Row(Spoil("index", spoiled.without_country("GB")), GOOD, PARTIAL),
    "France missing": Row(Spoil("index", spoiled.without_country("FR")), GOOD, PARTIAL, first=False),
    "a race missing": Row(Spoil("index", spoiled.without_last_race("FR")), GOOD, PARTIAL, first=False),
    "an odd race of an asked country": Row(Spoil("index", spoiled.odd_race("FR")), GOOD, PARTIAL),
}
ON_A_PAGE = {
    "500": Row(Fault("status", A_RACE, status=500), GOOD, PARTIAL),
    "503, come back tomorrow": Row(Fault("status", A_RACE, status=503, retry_after="86400"), PARTIAL, PARTIAL),
    "404": Row(Fault("status", A_RACE, status=404), PARTIAL, PARTIAL),
    "406": Row(Fault("status", A_RACE, status=406), GOOD, REFUSED),
    "truncated": Row(Fault("truncate", A_RACE), GOOD, PARTIAL),
    "disconnect": Row(Fault("disconnect", A_RACE), GOOD, PARTIAL),
    "broken json": Row(Fault("bad-json", A_RACE), GOOD, PARTIAL),
    "error shell": Row(Spoil("page", spoiled.without_data, A_RACE), GOOD, PARTIAL),
    "block page": Row(Fault("block-page", A_RACE), GOOD, REFUSED),
    "login page": Row(Spoil("page", spoiled.body(spoiled.LOGIN), A_RACE), GOOD, PARTIAL),
    "maintenance page": Row(Spoil("page", spoiled.body(spoiled.MAINTENANCE), A_RACE), GOOD, PARTIAL),
    "empty page": Row(Spoil("page", spoiled.body(""), A_RACE), GOOD, PARTIAL),
    "another race": Row(Spoil("page", spoiled.of_another_race, A_RACE), GOOD, PARTIAL),
    "a runner missing": Row(Spoil("page", spoiled.fewer_runners, A_RACE), GOOD, PARTIAL),
    "half the runners": Row(Spoil("page", spoiled.half_the_runners, A_RACE), GOOD, PARTIAL),
    "cut runners": Row(Spoil("page", spoiled.runners_cut_off, A_RACE), GOOD, PARTIAL),
    "a field gone": Row(Spoil("page", spoiled.field_gone, A_RACE), GOOD, PARTIAL),
}
CELLS = [
    pytest.param(row, where, again, scrape, id=f"{where}: {name}, {again}, {scrape} scrape")
    for where, rows in (("index", ON_THE_INDEX), ("page", ON_A_PAGE))
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
        assert scrape(serving, staging) == GOOD
    return staging


def scrape(server: SpoiledServer, staging: Path) -> int:
    """Scrape the day from the server; return the exit code."""
    arguments = [
        "--source", server.base_url, "--from", str(DAY), "--to", str(DAY), "--staging", str(staging), "--rate", "1000",
        "--timeout", "1", "--backoff", "0.01", "--log-file", str(staging.parent / "extract.log"), "--quiet",
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
        missing = [
            race.race_id
            for race in true
            if race.race_id not in races or int(races[race.race_id]["rows_staged"] or 0) < len(race.runners)
        ]
        if item["status"] == "complete" and missing:
            found.append(f"{item['country']} lacks {missing}")
    return found


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
    if isinstance(row.fault, Spoil):
        server.spoil = Spoil(where, row.fault.change, row.fault.address, 1 if again == "once" else None)  # type: ignore[arg-type]
    else:
        fault = row.fault
        times = 1 if again == "once" else None
        server.faults.add(Fault(fault.kind, fault.path, fault.status, fault.seconds, times, fault.retry_after))
    started = time.monotonic()
    code = scrape(server, staging)
    assert time.monotonic() - started < PATIENCE
    assert code == (row.once if again == "once" else row.always)
    assert falsely_complete(staging, world, server.as_of) == []
    assert {path: path.read_bytes() for path in before} == before
