"""A small committed run, made as `extract` makes one."""

from __future__ import annotations

from datetime import UTC, date, datetime

from extract.contract import RACES, RESULTS, SLICES, Column, Record, names
from extract.stage.layout import Run
from extract.stage.run_writer import RunWriter
from extract.stage.storage import Storage

RUN = Run(datetime(2025, 11, 18, 6, tzinfo=UTC))
DAY = date(2025, 11, 11)
RUNNERS = {"gb": {7: 3, 8: 2}, "ire": {9: 4}}
"""Runners by country and race; the run also has a slice without racing, fr."""


def blank(columns: tuple[Column, ...], run: Run = RUN, **values: str | int | None) -> Record:
    lineage: Record = {"run_id": run.run_id, "scraped_at": run.scraped_at_text}
    return dict.fromkeys(names(columns)) | lineage | values


def slice_row(run: Run, country: str, **values: str | int | None) -> Record:
    counts: dict[str, str | int | None] = dict.fromkeys(
        ("races_listed", "races_result", "races_void", "races_abandoned", "races_pending", "races_failed"), 0
    )
    usual = {"status": "complete", "selection": "all", "rows_staged": 0, "source": "sample"}
    where = {"country": country, "race_date": DAY.isoformat()}
    return blank(SLICES, run, **(counts | usual | where | values))


def commit_run(storage: Storage, run: Run = RUN, **values: str | int | None) -> None:
    """Stage three slices: two with results, one without racing; `values` are what each says besides."""
    writer = RunWriter(storage, run)
    races, slices = [], [slice_row(run, "fr", **values)]
    for country, field in RUNNERS.items():
        rows = [
            blank(
                RESULTS, run, country=country, race_date=DAY.isoformat(), race_id=race, horse_id=horse, weight_lbs=126
            )
            for race, runners in field.items()
            for horse in range(1, runners + 1)
        ]
        file = writer.write_results(country, DAY, rows)
        for race, runners in field.items():
            place = {"country": country, "race_date": DAY.isoformat(), "race_id": race, "rows_staged": runners}
            races.append(blank(RACES, run, status="result", **place))
        found = {"races_listed": len(field), "races_result": len(field), "rows_staged": len(rows)} | values
        slices.append(slice_row(run, country, results_file=file.path, results_sha256=file.sha256, **found))
    writer.commit(races, slices)
