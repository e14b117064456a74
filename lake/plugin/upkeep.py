"""Upkeep at the end of a good build, once a week and bounded in time: nobody has to think of `lake maintain`.

It does what that command does, with its defaults: 35 days of time travel stay, and no file younger than a day is swept,
so that nobody who is reading loses what he reads. It never fails a build.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from duckdb import DuckDBPyConnection
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from lake.iceberg.maintain import KEEP_DAYS, KEEP_LAST, maintain
from lake.iceberg.readings import Readings
from lake.merge.compact import compact
from lake.plugin.notes import Notes

EVERY: Final = timedelta(days=7)
SECONDS: Final = 60.0
"""No table is begun after so long; those that are left are the first ones of the next build."""


def look_after(
    connection: DuckDBPyConnection,
    catalog: Catalog,
    readings: Readings,
    notes: Notes,
    invocation_id: str,
    warn: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> list[str]:
    """Compact, expire and sweep every table whose turn it is; return their names.

    What goes wrong is passed to `warn`, one line, and left to the next build.
    """
    began, done = clock(), []
    looked_after = {name: str(at) for name, at in notes.read("maintained").items()}
    for table in sorted(readings.unchanged(), key=lambda table: looked_after.get(_name(table), "")):
        name = _name(table)
        if not _is_due(looked_after.get(name)) or clock() - began > SECONDS:
            continue
        try:
            if compact(connection, table, invocation_id):
                table = catalog.load_table(table.name())
                readings.note(table)
            maintain(catalog, table, keep_days=KEEP_DAYS, keep_last=KEEP_LAST, dry_run=False)
            looked_after[name] = datetime.now(UTC).isoformat()
            notes.write("maintained", dict(looked_after))
            done.append(name)
        except Exception as error:
            warn(f"Upkeep of {name} did not come to its end ({error}). The build is good. Try: lake maintain --yes")
    return done


def _is_due(at: object) -> bool:
    try:
        return datetime.now(UTC) - datetime.fromisoformat(str(at)) > EVERY
    except (ValueError, TypeError):
        return True


def _name(table: Table) -> str:
    return ".".join(table.name()[-2:])
