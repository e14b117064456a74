"""Is a warehouse in order? Each finding says what is wrong and ends with the command that mends it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path, PurePosixPath

import duckdb
from packaging.requirements import Requirement
from pyiceberg.table import Table

from extract.errors import StagingError
from extract.stage.manifest import committed_runs
from extract.stage.storage import open_storage
from extract.stage.strays import strays
from extract.stage.verify import verify_runs
from extract.stage.withdrawals import withdrawn_runs
from lake.duck.file import NAME, is_locked
from lake.duck.published import NEXT
from lake.errors import LakeError
from lake.iceberg.catalog import load, new_catalog
from lake.iceberg.files import local_path
from lake.iceberg.health import file_faults, lost_snapshots
from lake.iceberg.maintain import MINIMUM_AGE, orphans
from lake.iceberg.register import register_again, register_newest
from lake.iceberg.together import entries
from lake.iceberg.warehouse import CATALOG, MEND, catalog_fault, is_below, newest_metadata

SETTLED = timedelta(hours=1)
"""A file being written is younger than this."""
SKEW = timedelta(minutes=5)
CLOCK = "set the clock of this machine (timedatectl), then look again"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something out of order, and the command that mends it."""

    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.what}\n    {self.cure}"


def examine(folder: Path, staging: Path | None, *, deep: bool = False) -> Iterator[Finding]:
    """Yield what is out of order with a warehouse folder and, where it is local, its staging area.

    Raises:
        LakeError: the folder cannot be read at all.
    """
    yield from _versions()
    fault = catalog_fault(folder)
    if fault:
        yield Finding(f"{fault}.", MEND)
    elif not (folder / CATALOG).exists() or not entries(new_catalog(folder)):
        yield Finding(f"There are no tables in {folder}.", "dbt build (or set LAKE_WAREHOUSE)")
    else:
        yield from _tables(folder, deep)
    yield from _duckdb_file(folder)
    yield from _unpublished(folder)
    for path in sorted(folder.glob("*.broken-*")):
        yield Finding(f"{path} was moved aside and is no longer needed.", f"rm '{path}'")
    if staging is not None:
        yield from _staging(staging, deep)


def mend(folder: Path) -> list[str]:
    """Register again what the catalog lost, and say what was done, a line each. Holds no lock: the caller does.

    Raises:
        LakeError: it cannot be mended so; the message says what else to do.
    """
    if catalog_fault(folder):
        return register_again(folder)
    done = []
    catalog = new_catalog(folder)
    for identifier, location in entries(catalog).items():
        try:
            load(catalog, ".".join(identifier))
        except LakeError:
            if _cure(folder, identifier, location) == MEND:
                done.append(register_newest(folder, identifier))
    return done


def _versions() -> Iterator[Finding]:
    for line in requires("racing-lakehouse") or []:
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            found = None
        if found is None or not wanted.specifier.contains(found, prereleases=True):
            yield Finding(f"{wanted.name} is {found or 'missing'}, not {wanted.specifier}.", "pip install -e .")


def _tables(folder: Path, deep: bool) -> Iterator[Finding]:
    catalog = new_catalog(folder)
    for identifier, location in entries(catalog).items():
        name = ".".join(identifier)
        try:
            table = load(catalog, name)
        except LakeError as error:
            yield Finding(str(error), _cure(folder, identifier, location))
        else:
            yield from _table(table, name, deep)


def _cure(folder: Path, identifier: tuple[str, str], location: str) -> str:
    """Return what brings back a table whose metadata cannot be loaded."""
    if newest_metadata(folder.joinpath(*identifier)) is None:
        return f"lake drop {'.'.join(identifier)} --yes && dbt build --full-refresh"
    return MEND if is_below(local_path(location), folder) else "lake relocate"


def _table(table: Table, name: str, deep: bool) -> Iterator[Finding]:
    faults = file_faults(table, deep=deep)
    if faults.found:
        yield Finding(f"{name} is not whole: {faults}.", f"lake drop {name} --yes && dbt build --full-refresh")
        return
    lost = lost_snapshots(table)
    if lost:
        yield Finding(
            f"{name} has {len(lost)} earlier snapshots whose files are gone; the current one is whole.",
            "lake maintain --keep-days 0 --keep-last 1 --yes",
        )
    left = orphans(table, MINIMUM_AGE)
    if left:
        yield Finding(f"{name} has {len(left)} files that no snapshot needs.", "lake maintain --yes")
    newest = datetime.fromtimestamp(table.metadata.last_updated_ms / 1000, UTC)
    if newest > datetime.now(UTC) + SKEW:
        yield Finding(f"{name} was last written at {newest:%Y-%m-%d %H:%M:%S} UTC, which is later than now.", CLOCK)


def _duckdb_file(folder: Path) -> Iterator[Finding]:
    file = folder / NAME
    if not file.is_file():
        return
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            left = connection.execute(
                "select schema_name || '.' || table_name from duckdb_tables() where contains(table_name, '__dbt_')"
            ).fetchall()
    except duckdb.Error as error:
        if not is_locked(error):
            yield Finding(f"{file} cannot be read ({str(error).splitlines()[0]}). It holds views only.", "dbt build")
        return
    for (name,) in left:
        yield Finding(f"{name} in {NAME} was left by a build that did not end.", "dbt build")


def _unpublished(folder: Path) -> Iterator[Finding]:
    settled = time.time() - SETTLED.total_seconds()
    for path in sorted(folder.glob(f"{NEXT}*")):
        if path.stat().st_mtime < settled:
            yield Finding(f"{path} was left by a command that did not end.", "lake maintain --yes")


def _staging(staging: Path, deep: bool) -> Iterator[Finding]:
    storage = open_storage(str(staging))
    try:
        for stray in strays(storage):
            if not PurePosixPath(stray.path).name.startswith(".tmp-"):
                yield Finding(f"{staging / stray.path} is none of the files that `extract` stages.", stray.remedy)
        counting = sorted(set(committed_runs(storage)) - withdrawn_runs(storage).keys())
        for check in verify_runs(storage, counting if deep else []):
            for found in check.findings:
                yield Finding(f"{staging / found.file} {found.fault}.", found.remedy)
    except StagingError as error:
        yield Finding(f"Staging cannot be read whole: {error}", "mend that, then look again")
    settled = time.time() - SETTLED.total_seconds()
    left = [path for path in staging.rglob(".tmp-*") if path.stat().st_mtime < settled]
    if left:
        yield Finding(
            f"{len(left)} files in {staging} were left by a run that was killed, such as {left[0]}.",
            f"find '{staging}' -name '.tmp-*' -mmin +60 -delete",
        )
    now = f"{datetime.now(UTC) + SKEW:%Y%m%dT%H%M%S%fZ}"
    for run_id in committed_runs(storage):
        if run_id > now:
            yield Finding(f"Run {run_id} is dated later than now.", CLOCK)
