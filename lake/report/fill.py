"""How full the fields of staged runs are, counted in the rows that they staged. Needs no build, writes nothing."""

from __future__ import annotations

from pathlib import Path

import duckdb

from extract.contract import RESULTS, Record
from extract.stage.manifest import committed_runs
from extract.stage.scrapes import newest_scrapes
from extract.stage.storage import open_storage
from lake.duck.quoting import literal, quote, unglobbed
from lake.duck.staging_views import read_sql, staging_folder
from lake.errors import LakeError
from lake.report.drift import RUNS, Fill, Rate, drifts

WITH_RATINGS = "official_rating_unit"
"""Comes and goes with a rating."""
OF_THE_KIND = ("race_code", "race_type", "race_type_code")
"""What a kind of row is told by: these are counted over a country's rows, else a code that is gone would not show."""
FIELDS = tuple(
    column.name
    for column in RESULTS
    if column.role in ("fact", "volatile")
    and column.name not in ("country", "race_date", "race_id", WITH_RATINGS, *OF_THE_KIND)
)
"""The other fields whose drift is told, by kind of row."""
KIND = "country || case when race_code = 'flat' then ' flat' else ' jumps' end"
OLDEST_DAYS = 14
"""Races that were older when scraped are no morning's: what is published of old ones differs."""
STORED_HOURS = 12
"""Rows whose page was fetched so long before the run come from a stored page, and say nothing of today's."""


def drifted(staging: str, run_id: str | None = None) -> list[Rate]:
    """Return the fields that a staged run fills far less often than the runs before it, the greatest falls first.

    Args:
        staging: Folder of the staging area.
        run_id: A committed run; the newest that asked a source, if None.

    Raises:
        LakeError: staging is no local folder, or its files cannot be read.
        StagingError: a slices file is missing or damaged.
    """
    fills = count_fills(staging, run_id)
    newest = run_id or max((fill.run_id for fill in fills), default="")
    return drifts(fills, newest)


def count_fills(staging: str, run_id: str | None = None) -> list[Fill]:
    """Count the fields of a run, the newest if None, and of the runs before it that asked a source.

    Raises:
        LakeError: staging is no local folder, or its files cannot be read.
        StagingError: a slices file is missing or damaged.
    """
    folder = staging_folder(staging)
    storage = open_storage(staging)
    wanted = [found for found in committed_runs(storage) if run_id is None or found <= run_id]
    files: list[str] = []
    for number, (_, slices) in enumerate(newest_scrapes(storage, wanted)):
        if number > RUNS:
            break
        files += _files(folder, slices)
    if not files:
        return []
    with duckdb.connect() as connection:
        try:
            return [
                Fill(run, kind, rows, dict(zip(fields, counts, strict=True)))
                for kind_of, fields in ((KIND, FIELDS), ("country", OF_THE_KIND))
                for run, kind, rows, *counts in connection.execute(_sql(files, kind_of, fields)).fetchall()
            ]
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            raise LakeError(f"Staged rows cannot be read: {said} `extract verify` says which files.") from error


def _files(folder: Path, slices: list[Record]) -> list[str]:
    """Return the results files of a run that are there; which ones are lost, `extract verify` says."""
    named = [folder / str(row["results_file"]) for row in slices if row["results_file"]]
    return [str(file) for file in named if file.is_file()]


def _sql(files: list[str], kind: str, fields: tuple[str, ...]) -> str:
    listed = ", ".join(literal(unglobbed(file)) for file in files)
    counted = ", ".join(f"count(nullif({quote(name)}, ''))" for name in fields)
    return (
        f"select run_id, {kind}, count(*), {counted} from ({read_sql(f'[{listed}]', RESULTS)}) "
        f"where try_cast(race_date as date) >= try_cast(scraped_at as date) - {OLDEST_DAYS} "
        f"and try_cast(fetched_at as timestamp) >= try_cast(scraped_at as timestamp) - interval {STORED_HOURS} hour "
        "group by all order by all"
    )
