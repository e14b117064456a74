"""What an import was asked for, kept in staging from its beginning: an interrupted one is told of, and gone on with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from extract.errors import StagingError, UsageError
from extract.importing.earlier import Earlier
from extract.importing.glue_table import GlueTable
from extract.importing.reading import Read, Source, newest
from extract.stage import layout
from extract.stage.layout import Run, moment, timestamp
from extract.stage.manifest import unfinished_imports
from extract.stage.storage import Storage


@dataclass(frozen=True, slots=True)
class Started:
    """An import that has a name: its run, and the time that its rows carry as that of their scrape."""

    run: Run
    scraped_at: str


def fingerprint(options: dict[str, Any], sources: Sequence[Source], read: Read, earlier: Earlier) -> str:
    """Return what tells two imports apart: the options, the files and their rows, and the imports before it."""
    files = [
        [source.name, source.state if isinstance(source, GlueTable) else source.size, timestamp(source.modified)]
        for source in sources
    ]
    text = json.dumps([options, files, read.rows.fingerprint(), earlier.counting], sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()


def scraped_at(asked: datetime | None, sources: Sequence[Source], read: Read, now: datetime) -> datetime:
    """Return the time that counts as that of the scrape: as asked, else the newest file's.

    Raises:
        UsageError: it is in the future, or before a race that it is to know the result of.
    """
    found = asked or newest(sources)
    what = "--scraped-at" if asked else "The newest file's time"
    remedy = "Give the time at which the files were scraped: --scraped-at 2025-11-18T06:00"
    if found > now:
        raise UsageError(f"{what}, {found:%Y-%m-%d %H:%M} UTC, is in the future. {remedy}")
    if read.last_date and timestamp(found)[:10] < read.last_date:
        raise UsageError(f"{what}, {found:%Y-%m-%d}, is before the last race in the files, {read.last_date}. {remedy}")
    return found


def apart(wanted: datetime, earlier: Earlier, read: Read) -> str:
    """Return a time of its own for an import: a later import of a slice comes after every earlier one of it."""
    before = earlier.newest_of(read.races.slices)
    text = timestamp(wanted)
    if before is not None and text <= before:
        text = timestamp(moment(before) + timedelta(microseconds=1))
    while text in earlier.times:
        text = timestamp(moment(text) + timedelta(microseconds=1))
    return text


def interrupted(storage: Storage, mark: str) -> Started | None:
    """Return the same import where it was interrupted; None when none was.

    Raises:
        StagingError: what an interrupted import left cannot be read.
    """
    for run_id in unfinished_imports(storage):
        path = layout.import_path(run_id)
        try:
            told = json.loads(storage.read(path))
            if told["fingerprint"] == mark:
                return Started(Run.of(run_id), str(told["scraped_at"]))
        except (ValueError, TypeError, LookupError) as error:
            raise StagingError(f"{path} is damaged. Put it back from a backup, or move it out of staging.") from error
    return None


def start(storage: Storage, now: datetime, mark: str, asked: dict[str, Any], time: str) -> Started:
    """Write down what is asked for, under a new run id."""
    run = Run(now.astimezone(UTC))
    while any(storage.exists(path(run.run_id)) for path in (layout.request_path, layout.import_path)):
        run = Run(run.scraped_at + timedelta(seconds=1))
    document = {"fingerprint": mark, "scraped_at": time, **asked}
    storage.write_new(layout.import_path(run.run_id), json.dumps(document, indent=1, default=str).encode())
    return Started(run, time)
