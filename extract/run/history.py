"""What committed runs recorded of a slice, read once and only as far as a run needs it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from extract.contract import Record
from extract.parse import ListedRace
from extract.run.belief import APART, Sighting
from extract.run.outcome import RaceOutcome
from extract.run.selection import ALL
from extract.stage.layout import moment
from extract.stage.manifest import committed_runs, imported_runs, read_races, read_slices
from extract.stage.storage import Storage
from extract.stage.withdrawals import withdrawn_runs

Slice = tuple[str, str]


def runs_that_count(storage: Storage) -> list[str]:
    """Return the committed scrapes that are not withdrawn, oldest first. An import is none: it never saw the source."""
    left_out = withdrawn_runs(storage).keys() | set(imported_runs(storage))
    return [run_id for run_id in committed_runs(storage) if run_id not in left_out]


@dataclass(slots=True)
class History:
    """The committed runs since a date, as slices and races. A run never saw a slice before the slice's own date."""

    storage: Storage
    since: date
    after: str = ""
    """Where given, only runs later than this one count."""
    _slices: dict[Slice, list[Record]] | None = None
    _races: dict[str, dict[Slice, dict[int, Record]]] = field(default_factory=dict)

    def rows(self, race_date: date, country: str) -> list[Record]:
        """Return what the slices files say of a slice, oldest first."""
        return self.all_slices().get((race_date.isoformat(), country), [])

    def all_slices(self) -> dict[Slice, list[Record]]:
        """Return the recorded rows of every slice, by date and country, oldest first."""
        if self._slices is None:
            self._slices = defaultdict(list)
            for run_id in runs_that_count(self.storage):
                if run_id >= self.since.strftime("%Y%m%d") and run_id > self.after:
                    for row in read_slices(self.storage, run_id):
                        self._slices[str(row["race_date"]), str(row["country"])].append(row)
        return self._slices

    def sightings(self, race_date: date, country: str) -> list[Sighting]:
        """Return what committed runs saw of a slice's index, oldest first; runs that got none are left out."""
        return [
            Sighting(
                run_id=str(row["run_id"]),
                seen_at=moment(str(row["index_fetched_at"] or row["scraped_at"])),
                listed=int(row["races_listed"]),
                races=self._listed(str(row["run_id"]), race_date, country) if row["selection"] == ALL else None,
                doubted=bool(row["is_doubtful"]),
            )
            for row in self.rows(race_date, country)
            if row["races_listed"] is not None
        ]

    def _listed(self, run_id: str, race_date: date, country: str) -> frozenset[int]:
        return frozenset(self.recorded(run_id, race_date, country))

    def was_shown(self, race: RaceOutcome, seen_at: datetime) -> bool:
        """Say whether a committed run, `APART` or more before `seen_at`, met the same counts on another look.

        A page that shows fewer runners than the index is believed then. A replay reads the same page: no second look.
        """
        for row in self.rows(race.listed.race_date, race.listed.country):
            if moment(str(row["scraped_at"])) > seen_at - APART:
                continue
            before = self.recorded(str(row["run_id"]), race.listed.race_date, race.listed.country)
            known = before.get(race.listed.race_id)
            if (
                known is not None
                and known["page_file"] != race.page_file
                and known["rows_staged"] == len(race.rows)
                and known["index_runners"] == race.listed.index_runners
            ):
                return True
        return False

    def looks(self, race: ListedRace) -> list[Record]:
        """Return what runs recorded of a race in the slice where it is listed now, oldest first.

        Empty where the slice's newest run has nothing of it.
        """
        runs = [str(row["run_id"]) for row in self.rows(race.race_date, race.country)]
        found = [self.recorded(run_id, race.race_date, race.country).get(race.race_id) for run_id in runs]
        return [look for look in found if look is not None] if found and found[-1] is not None else []

    def recorded(self, run_id: str, race_date: date, country: str) -> dict[int, Record]:
        """Return what a committed run recorded of the races of a slice, by race id."""
        if run_id not in self._races:
            found: dict[Slice, dict[int, Record]] = defaultdict(dict)
            for row in read_races(self.storage, run_id):
                found[str(row["race_date"]), str(row["country"])][int(row["race_id"] or 0)] = row
            self._races[run_id] = dict(found)
        return self._races[run_id].get((race_date.isoformat(), country), {})
