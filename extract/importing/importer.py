"""One import: find the files, read them all, and stage what they hold as one run, or say what would be staged."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from extract.errors import ExitCode, ExtractError
from extract.importing import request
from extract.importing.earlier import Earlier
from extract.importing.files import find_local, in_order
from extract.importing.glue_table import GlueTable, find_in_glue
from extract.importing.known_ids import KnownIds
from extract.importing.reading import Progress, Read, Reading, Source, read_all
from extract.importing.s3_files import find_in_s3
from extract.importing.set_aside import SetAside
from extract.importing.staging import Stager
from extract.importing.tally import Tally
from extract.parse.countries import known_country
from extract.stage.layout import Run, set_aside_path
from extract.stage.lock import staging_lock
from extract.stage.run_writer import RunWriter
from extract.stage.storage import Storage

UK = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an import is asked for, as the user says it."""

    paths: tuple[str, ...]
    encoding: str = "utf-8"
    country: str | None = None
    scraped_at: datetime | None = None
    ids_from: tuple[str, ...] = ()
    expect_rows: int | None = None
    dry_run: bool = False


class RowsDiffer(ExtractError):
    """Staging would hold other rows than expected; the account says where they are."""

    def __init__(self, expected: int, tally: Tally) -> None:
        self.tally = tally
        super().__init__(
            f"Expected {expected} rows, and staging would hold {tally.accounted} of the {tally.rows_in} that were "
            "read. Nothing was staged. See the account for what was set aside, or correct --expect-rows."
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an import: the account of its rows, and its run, None where nothing was staged."""

    tally: Tally
    run_id: str | None
    scraped_at: str
    set_aside: str | None
    """The first file of the rows that were set aside."""

    @property
    def exit_code(self) -> ExitCode:
        """0 when every row is staged, known already or a duplicate; 3 when something is wrong with some."""
        return ExitCode.PARTIAL if self.tally.dirt else ExitCode.OK


def import_files(storage: Storage, asked: Asked, now: datetime, version: str, progress: Progress) -> Outcome:
    """Import files as one staged run. Nothing that is staged is changed; the run counts once it is committed.

    Raises:
        UsageError: a path, an option or a file is wrong; nothing was staged.
        ExtractError: the rows are not as many as expected; nothing was committed.
        StagingError: staging cannot be written; the same import, called again, goes on.
        StagingLocked: another run is writing there.
    """
    ids = KnownIds()
    for path in asked.ids_from:
        ids.read(path)
    country = known_country(asked.country) if asked.country else None
    sources, passed_over = find(asked.paths)
    read = read_all(sources, Reading(asked.encoding, country, now.astimezone(UK).date(), ids), progress)
    read.tally.passed_over = passed_over
    wanted = request.scraped_at(asked.scraped_at, sources, read, now)
    with nullcontext() if asked.dry_run else staging_lock(storage):
        earlier = Earlier(storage)
        if asked.expect_rows is not None:
            _expect(asked.expect_rows, read, earlier, version, progress)
        return _stage(storage, asked, (sources, read, earlier), (now, wanted), version, progress)


def _expect(rows: int, read: Read, earlier: Earlier, version: str, progress: Progress) -> None:
    """Count, before anything is written, what staging would hold.

    Raises:
        RowsDiffer: it is not as many rows as expected.
    """
    copy = replace(read, tally=deepcopy(read.tally), set_aside=SetAside())
    Stager(copy, earlier, "", version, progress, is_light=True).stage()
    if copy.tally.accounted != rows:
        raise RowsDiffer(rows, copy.tally)


def _stage(
    storage: Storage,
    asked: Asked,
    found: tuple[list[Source], Read, Earlier],
    times: tuple[datetime, datetime],
    version: str,
    progress: Progress,
) -> Outcome:
    (sources, read, earlier), (now, wanted) = found, times
    options = {
        "paths": list(asked.paths), "encoding": asked.encoding, "country": asked.country,
        "asked_time": asked.scraped_at, "ids_from": list(asked.ids_from),
    }  # fmt: skip
    mark = request.fingerprint(options, sources, read, earlier)
    started = request.interrupted(storage, mark)
    time = started.scraped_at if started else request.apart(wanted, earlier, read)

    def begin() -> RunWriter:
        return RunWriter(storage, (started or request.start(storage, now, mark, options, time)).run)

    stager = Stager(read, earlier, time, version, progress, None if asked.dry_run else begin)
    stager.stage()
    stager.commit()
    run_id = stager.writer.run.run_id if stager.writer else None
    if run_id is None and not asked.dry_run:
        read.set_aside.write(storage, Run(now).run_id)  # no run to lie beside, and yet not to be lost
    aside = set_aside_path(run_id or Run(now).run_id, 1) if read.set_aside.rows and not asked.dry_run else None
    return Outcome(read.tally, run_id, time, aside)


def find(paths: Sequence[str]) -> tuple[list[Source], list[str]]:
    """Return the files and tables that some paths mean, in the order in which they count, and the files passed over.

    Raises:
        UsageError: a path means nothing.
    """
    files, tables, passed_over = [], [], []
    for path in paths:
        found = (
            find_in_glue(path) if path.startswith("glue://")
            else find_in_s3(path) if path.startswith("s3://")
            else find_local(path)
        )  # fmt: skip
        if isinstance(found, GlueTable):
            tables.append(found)
        else:
            files += found.files
            passed_over += found.passed_over
    sources: list[Source] = [*in_order(files), *tables]
    return sorted(sources, key=lambda source: (source.modified, source.name)), passed_over
