"""What a run found out: per race and per slice, ready to be staged and told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from extract.contract import RaceStatus, Record, SliceStatus
from extract.parse import ListedRace
from extract.parse.content import content_hash
from extract.run.selection import ALL


@dataclass(slots=True)
class RaceOutcome:
    """One selected race of a slice, and how it went."""

    listed: ListedRace
    status: RaceStatus
    reason: str | None = None
    declared_runners: int | None = None
    rows: tuple[Record, ...] = ()
    page_file: str | None = None
    is_doubtful: bool = False
    is_reused: bool = False
    """Whether the page is one that an earlier run had fetched."""

    def record(self, lineage: Record) -> Record:
        """Return the race's row of the races file."""
        race = self.listed
        return lineage | {
            "country": race.country,
            "race_date": race.race_date.isoformat(),
            "race_id": race.race_id,
            "course_id": race.course_id,
            "course": race.course,
            "off_time": race.off_time,
            "race_name": race.race_name,
            "status": self.status,
            "reason": self.reason,
            "index_runners": race.index_runners,
            "declared_runners": self.declared_runners,
            "rows_staged": len(self.rows),
            "page_file": self.page_file,
            "content_hash": content_hash(self.rows),
            "is_doubtful": self.is_doubtful,
        }


@dataclass(slots=True)
class SliceOutcome:
    """One slice of a run. `listed` is None when the index could not be had or not be read whole: unknown is not 0."""

    race_date: date
    country: str
    selection: str = ALL
    listed: int | None = None
    reason: str | None = None
    statuses: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    rows_with_rpr: int = 0
    rows_with_topspeed: int = 0
    results_file: str | None = None
    results_sha256: str | None = None
    left_out: int = 0
    reasons: list[str] = field(default_factory=list)
    doubt: str | None = None
    doubtful_races: int = 0
    reused: int = 0
    """Races staged from a page that an earlier run had fetched."""
    index_fetched_at: str | None = None

    def add(self, race: RaceOutcome) -> None:
        """Count a race."""
        self.statuses[race.status] += 1
        self.rows += len(race.rows)
        self.rows_with_rpr += sum(row["rpr"] is not None for row in race.rows)
        self.rows_with_topspeed += sum(row["topspeed"] is not None for row in race.rows)
        self.doubtful_races += race.is_doubtful
        self.reused += race.is_reused
        if race.reason:
            self.reasons.append(f"{race.listed.course} {race.listed.off_time} ({race.listed.race_id}): {race.reason}")

    @property
    def is_good(self) -> bool:
        """Whether the index and every page is believed, and every race that was asked for is final."""
        known = self.listed is not None and self.doubt is None
        return known and not (self.doubtful_races or self.statuses["failed"] or self.statuses["pending"])

    @property
    def status(self) -> SliceStatus:
        """`complete` only when nothing was left out: a complete slice is believed about what it does not list."""
        return "complete" if self.is_good and self.selection == ALL else "partial"

    def told(self) -> list[str]:
        """Return what a person should know of the slice, in words."""
        if self.reason:
            return [self.reason]
        return ([f"{self.country} {self.race_date}: {self.doubt}"] if self.doubt else []) + self.reasons

    def why(self) -> str | None:
        """Return in words why the slice is partial, or that nothing was run."""
        if self.status == "complete":
            return None if sum(self.statuses.values()) else "no racing"
        if self.reason:
            return self.reason
        parts = [self.doubt] if self.doubt else []
        parts += [f"{self.statuses[name]} {name}" for name in ("failed", "pending") if self.statuses[name]]
        parts += [f"{self.doubtful_races} doubtful"] if self.doubtful_races else []
        parts += [f"{self.left_out} races left out by {self.selection}"] if self.selection != ALL else []
        return ", ".join(parts)

    def record(self, lineage: Record, source: str, version: str) -> Record:
        """Return the slice's row of the slices file."""
        had = self.index_fetched_at is not None
        return lineage | {
            "country": self.country,
            "race_date": self.race_date.isoformat(),
            "status": self.status,
            "reason": self.why(),
            "selection": self.selection,
            "races_listed": self.listed,
            "races_result": self.statuses["result"] if had else None,
            "races_void": self.statuses["void"] if had else None,
            "races_abandoned": self.statuses["abandoned"] if had else None,
            "races_pending": self.statuses["pending"] if had else None,
            "races_failed": self.statuses["failed"] if had else None,
            "rows_staged": self.rows if had else None,
            "results_file": self.results_file,
            "results_sha256": self.results_sha256,
            "source": source,
            "extract_version": version,
            "is_doubtful": self.doubt is not None,
            "index_fetched_at": self.index_fetched_at,
            "rows_with_rpr": self.rows_with_rpr if had else None,
            "rows_with_topspeed": self.rows_with_topspeed if had else None,
        }
