"""A project that stays at one path, so that its state can be put aside and put back, and what is in it compared."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner
from pyiceberg.table import Table

from extract.contract import RESULTS, Record
from extract.stage.dialect import decode
from extract.stage.manifest import committed_runs, read_races, read_slices
from extract.stage.storage import Storage, open_storage
from lake.cli.app import lake
from lake.errors import LakeError
from lake.iceberg.catalog import new_catalog
from lake.iceberg.files import local_path
from lake.iceberg.together import entries
from tests.pipeline.conftest import BIN, ROOT, Project

WHEN_BUILT = {"loaded_at", "listed_at"}
"""Columns that tell when a build was, and so differ between two builds of the same."""
STATE = ("staging", "warehouse")
TWO_DAYS = 2 * 86400


@dataclass
class Place(Project):
    """A staging area and a warehouse. An Iceberg table knows absolute paths, so all states live at this one."""

    @property
    def staging(self) -> Storage:
        return open_storage(str(self.folder / "staging"))

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse"

    def put_aside(self, name: str) -> None:
        for part in STATE:
            if (self.folder / part).exists():
                shutil.copytree(self.folder / part, self.folder / "aside" / name / part)

    def put_back(self, name: str) -> None:
        for part in STATE:
            shutil.rmtree(self.folder / part, ignore_errors=True)
            if (self.folder / "aside" / name / part).exists():
                shutil.copytree(self.folder / "aside" / name / part, self.folder / part)

    def move_run(self, run_id: str, source: str, target: str) -> None:
        """Move a run's files, all but its pages, between the staging area and another folder."""
        for path in sorted((self.folder / source).rglob(f"{run_id}*")):
            if "pages" not in path.parts:
                there = self.folder / target / path.relative_to(self.folder / source)
                there.parent.mkdir(parents=True, exist_ok=True)
                path.rename(there)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own, so that it can be killed whole."""
        return subprocess.Popen(
            [str(BIN / command[0]), *command[1:]],
            cwd=ROOT if command[0] == "dbt" else self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def lake(self, *arguments: str) -> tuple[int, str]:
        """Run a `lake` command in this process; return exit code and output."""
        where = ("--target", "embedded", "--warehouse", str(self.warehouse), "--staging", str(self.folder / "staging"))
        done = CliRunner().invoke(lake, [*where, *arguments])
        if isinstance(done.exception, LakeError):
            return int(done.exception.exit_code), f"lake: {done.exception}"
        assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
        return done.exit_code, done.output

    def tables(self) -> dict[str, Table]:
        catalog = new_catalog(self.warehouse)
        return {name: catalog.load_table((schema, name)) for schema, name in entries(catalog)}

    def hashes(self) -> dict[str, str]:
        """Hash the rows of every table, in any order, without the columns that tell when a build was."""
        return {name: _hash_of(table) for name, table in self.tables().items()}

    def staged(self) -> dict[str, str]:
        """Hash what each committed run says, without its own name, time and files."""
        found = {}
        for number, run_id in enumerate(committed_runs(self.staging)):
            slices = read_slices(self.staging, run_id)
            files = [str(row["results_file"]) for row in slices if row["results_file"]]
            results = [row for file in files for row in decode(RESULTS, self.staging.read(file))]
            rows = [*slices, *read_races(self.staging, run_id), *results]
            found[f"run {number}"] = _digest(_said(row) for row in rows)
        return found

    def let_time_pass(self, *parts: str) -> None:
        """Make every file two days old: what is young may belong to a command at work and is not yet called left.

        (After that in staging, a build looks at all of it again: it knows slices files by their time.)
        """
        then = time.time() - TWO_DAYS
        for part in parts or STATE:
            for path in (self.folder / part).rglob("*"):
                os.utime(path, (then, then))

    def leftovers(self) -> dict[str, set[Path]]:
        """Return, by table or 'staging' or 'warehouse', the files that nothing needs, found without `doctor`."""
        tables = self.tables()
        left = {name: set(_files(Path(local_path(t.location())))) - set(_needed(t)) for name, t in tables.items()}
        homes = {Path(local_path(table.location())) for table in tables.values()}
        known = {"catalog.db", "lake.duckdb", "racing.duckdb", ".lock", "notes.json"}
        loose = [p for p in _files(self.warehouse) if not homes & set(p.parents) and p.name not in known]
        left |= {"warehouse": set(loose), "staging": set((self.folder / "staging").rglob(".tmp-*"))}
        return {name: paths for name, paths in left.items() if paths}


def _said(row: Record) -> list[tuple[str, str | None]]:
    own = ("run_id", "scraped_at", "sha256", "_file", "fetched_at", "scraped_on")
    return sorted((name, value) for name, value in row.items() if not name.endswith(own))


def _hash_of(table: Table) -> str:
    rows = table.scan().to_arrow()
    kept = sorted(name for name in rows.column_names if name not in WHEN_BUILT)
    return _digest(rows.select(kept).to_pylist())


def _digest(rows: Iterator[object] | list[dict[str, object]]) -> str:
    return hashlib.sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _needed(table: Table) -> Iterator[Path]:
    yield Path(local_path(table.metadata_location))
    yield Path(local_path(table.metadata_location)).with_name("version-hint.text")
    yield from (Path(local_path(entry.metadata_file)) for entry in table.metadata.metadata_log)
    for snapshot in table.snapshots():
        yield Path(local_path(snapshot.manifest_list))
        for manifest in snapshot.manifests(table.io):
            yield Path(local_path(manifest.manifest_path))
            for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
                yield Path(local_path(entry.data_file.file_path))
