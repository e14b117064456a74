"""How fresh tables are: when a source last gave something, and whether that is too long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from extract.errors import ExtractError
from extract.project.home import DBT_PROJECT
from extract.stage.layout import Run
from extract.stage.manifest import committed_runs
from extract.stage.scrapes import newest_fetch
from extract.stage.storage import open_storage
from lake.errors import LakeError
from lake.report.build import project_folder

VARIABLE: Final = "freshness_days"
USUAL_DAYS: Final = 3
DAYS_BEHIND: Final = 7
"""Days that a scrape after a gap takes beyond the gap, as any morning does."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the source last gave something, by what is staged; moments are UTC.

    `fetched_at` is the moment of run `run_id`, the newest that got an index; None where none did. `days` are whole days
    since then, or since the first run that asked, on the source's own clock; None where no run asked any. `tried` runs
    asked after that and got nothing. `missing` says why nothing is known, where it is so.
    """

    run_id: str | None = None
    fetched_at: datetime | None = None
    days: int | None = None
    tried: int = 0
    allowed_days: int = USUAL_DAYS
    missing: str = ""

    @property
    def is_stale(self) -> bool:
        """Whether nothing was had for more days than are allowed."""
        return self.days is not None and self.days > self.allowed_days

    @property
    def why(self) -> str:
        """Why it is stale, in words, and what there is to do."""
        since = f"since {self.fetched_at:%Y-%m-%d %H:%M} UTC (run {self.run_id})" if self.fetched_at else "yet"
        runs = "1 run has" if self.tried == 1 else f"{self.tried:,} runs have"
        tried = f"{runs} tried and got nothing" if self.tried else "no run has tried"
        days = self.days or 0
        return (
            f"nothing new was fetched {since}, {days:,} days; {tried}. Next: lake morning --days {days + DAYS_BEHIND}"
        )

    def document(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        at = f"{self.fetched_at:%Y-%m-%dT%H:%M:%S}Z" if self.fetched_at else None
        return {"run_id": self.run_id, "fetched_at": at, "days": self.days, "allowed_days": self.allowed_days} | {
            "missing": self.missing
        }


def freshness(staging: str, now: datetime) -> Freshness:
    """Return how fresh a staging area is at a moment. Imports, replays and withdrawn runs count for nothing."""
    allowed = allowed_days()
    try:
        storage = open_storage(staging)
        runs = committed_runs(storage)
        found = newest_fetch(storage, runs)
    except (LakeError, ExtractError) as error:
        return Freshness(allowed_days=allowed, missing=f"When something new was last fetched is not known: {error}")
    if found is None:
        missing = "" if runs else f"No run is staged in {staging}; when something new was fetched is not known."
        return Freshness(allowed_days=allowed, missing=missing)
    clock = now.astimezone(UTC) if found.is_live else Run.of(found.newest).scraped_at
    days = max(0, (clock - Run.of(found.since).scraped_at).days)
    fetched_at = Run.of(found.fetched).scraped_at if found.fetched else None
    return Freshness(found.fetched, fetched_at, days, found.tried, allowed)


def allowed_days() -> int:
    """Return `freshness_days` of the dbt project, for `dbt build` goes by it too; 3 where there is none.

    Raises:
        LakeError: it is no number of days.
    """
    try:
        file = project_folder() / DBT_PROJECT
        said = yaml.safe_load(file.read_text(encoding="utf-8"))["vars"][VARIABLE]
    except (LakeError, OSError, yaml.YAMLError, KeyError, TypeError):
        return USUAL_DAYS
    if not isinstance(said, int) or isinstance(said, bool) or said < 0:
        raise LakeError(f"{VARIABLE} is {said!r} in {Path(file)}. Write a whole number of days, such as {USUAL_DAYS}.")
    return said
