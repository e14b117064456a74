"""`lake export`: tables and marts as Parquet files."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from extract.project.option import project_of
from lake.cli.chosen import Chosen
from lake.errors import LakeError, UsageError

if TYPE_CHECKING:
    from lake.duck.export import Exported

STAMP = "export.json"
INNER = ("stg_", "int_")
"""How the names of models begin that nobody should build on; they are exported only by name."""
DEAD = 86_400.0
"""Seconds after which what an export left beside its folder was left by one that was killed."""


@click.command()
@click.option(
    "--to",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write; an earlier export in it is replaced, anything else is left alone.",
)
@click.option("--tables", help="Only these, with commas between; else every table and mart.")
@click.pass_obj
def export(chosen: Chosen, to: Path, tables: str | None) -> None:
    """Write tables and marts as Parquet files, each split by the year of race_date, and a stamp with what they rest on.

    All are of one moment. The folder is written aside and put in place at the end. LAKE_MEMORY (1500MB) is
    what DuckDB keeps in memory; more goes to disk.

    \b
    Example: lake export --to export
             lake export --to /data/racing --tables results,fct_runners
    """  # noqa: D301 - click's mark
    import duckdb

    from lake.duck.export import bounded, export_table
    from lake.query import Asked

    place = to.resolve()
    _refuse_other_things(place)
    target = chosen.open()
    found = list(target.tables())
    asked = Asked(target, found=found)
    names = _chosen(asked.relations(), tables, asked.missing)
    done = []
    memory, _ = project_of(click.get_current_context()).in_force("memory")
    with _aside(place) as folder, bounded(asked.connection, folder, memory):
        for name in names:
            try:
                done.append(export_table(asked.connection, name, folder))
            except duckdb.Error as error:
                raise LakeError(f"{name} cannot be exported: {error}. Leave it out with --tables.") from error
            click.echo(f"{name}: {done[-1].rows} rows, {done[-1].size / 1e6:.1f} MB")
        snapshots = {table.name()[-1]: table.metadata.current_snapshot_id for table in found}
        (folder / STAMP).write_text(json.dumps(_stamp(done, snapshots), indent=1) + "\n", encoding="utf-8")
    click.echo(f"{len(done)} tables are in {place}; {STAMP} says what they rest on.")


def _refuse_other_things(place: Path) -> None:
    """Do nothing where there is no folder, an empty one, or an earlier export.

    Raises:
        UsageError: it holds something that no export wrote.
    """
    if not place.is_dir():
        return
    try:
        said = json.loads((place / STAMP).read_text(encoding="utf-8"))
        ours = {STAMP, *said["tables"]}
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    other = sorted(path.name for path in place.iterdir() if path.name not in ours)
    if other:
        raise UsageError(f"{place} holds {other[0]}, which no export wrote. Choose a folder of its own.")


def _chosen(there: list[str], wanted: str | None, missing: str) -> list[str]:
    """Return the names to export.

    Raises:
        UsageError: one of those that are wanted is not there.
        LakeError: all are, and the marts are not there just now.
    """
    if wanted is None:
        if missing:
            raise LakeError(f"{missing} Name the tables that are to be exported without them: --tables results,…")
        return [name for name in there if not name.startswith(INNER)]
    names = list(dict.fromkeys(name.strip().removeprefix("racing.") for name in wanted.split(",") if name.strip()))
    unknown = [name for name in names if name not in there]
    if unknown or not names:
        known = ", ".join(there) or "none"
        raise UsageError(f"There is no {', '.join(unknown) or 'table named'}. There are: {known}. {missing}".rstrip())
    return names


def _stamp(done: list[Exported], snapshots: dict[str, int | None]) -> dict[str, object]:
    """Return what is to be known of an export; ids are texts, for JSON's numbers lose their last figures."""
    return {
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "snapshots": {name: str(snapshot) for name, snapshot in snapshots.items() if snapshot is not None},
        "tables": {
            table.name: {"rows": table.rows, "bytes": table.size, **({"years": table.years} if table.years else {})}
            for table in done
        },
    }


@contextmanager
def _aside(place: Path) -> Iterator[Path]:
    """Yield a new folder to write; in the end it takes the place of the old one. After an error nothing has changed.

    Raises:
        LakeError: it cannot be written there.
    """
    mark = f".{place.name}.export-"
    folder, old = (place.with_name(f"{mark}{uuid4().hex[:8]}.{kind}") for kind in ("new", "old"))
    try:
        for left in place.parent.glob(f"{mark}*") if place.parent.is_dir() else ():
            if left.stat().st_mtime < time.time() - DEAD:
                shutil.rmtree(left, ignore_errors=True)
        folder.mkdir(parents=True)
        yield folder
        if place.exists():
            place.rename(old)
        folder.rename(place)
    except OSError as error:
        if old.exists() and not place.exists():
            old.rename(place)
        raise LakeError(f"Cannot write {place}: {error.strerror or error}. Choose another folder.") from error
    finally:
        for left in (folder, old):
            shutil.rmtree(left, ignore_errors=True)
