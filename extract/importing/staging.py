"""The second pass: month by month, country by country, rows become races, slices and files of one staged run."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from extract.contract import RESULTS, Record, names
from extract.importing.dirt import Reason
from extract.importing.earlier import Earlier
from extract.importing.race import Runners, assemble
from extract.importing.reading import Progress, Read
from extract.importing.spill import Bucket, Rows, Slice
from extract.importing.tally import Fate
from extract.parse import codes
from extract.parse.content import content_hash
from extract.stage.manifest import IMPORT
from extract.stage.run_writer import RunWriter, StagedFile

EMPTY: Record = dict.fromkeys(names(RESULTS))
WRITERS, AHEAD = 4, 16
"""Slices that are written side by side, and that may wait to be."""


@dataclass(slots=True)
class Kept:
    """One row of the first pass: its file (by number) and line, and the record."""

    file: int
    line: int
    record: Record


@dataclass(slots=True)
class Stager:
    """Stages all that was read.

    `begin` gives the run its name when there is something to stage; None to count only. `is_light` counts what staging
    would hold, and does not look whether that is news.
    """

    read: Read
    earlier: Earlier
    scraped_at: str
    version: str
    progress: Progress
    begin: Callable[[], RunWriter] | None = None
    is_light: bool = False
    writer: RunWriter | None = None
    slices: list[Record] = field(default_factory=list)
    races: Rows = field(default_factory=Rows)
    """Rows of the races file, on disk like the rest."""
    _pending: deque[tuple[Record, Future[StagedFile]]] = field(default_factory=deque)

    def stage(self) -> None:
        """Write every slice that has news; nothing counts until `commit`."""
        buckets = self.read.rows.buckets()
        with ThreadPoolExecutor(WRITERS) as pool:
            for number, bucket in enumerate(buckets):
                self.progress("staging", number, len(buckets))
                for slice_, races in self._by_slice(bucket):
                    self._slice(pool, slice_, races)
            self._settle(0)
        self.progress("staging", len(buckets), len(buckets))
        self.read.tally.check()

    def commit(self) -> None:
        """Write what was set aside, then commit the run; without anything staged there is no run to commit."""
        if self.writer is not None:
            self.read.set_aside.write(self.writer.storage, self.writer.run.run_id)
            self.writer.commit(self._listed(), self.slices)

    def _listed(self) -> Iterator[Record]:
        for bucket in self.races.buckets():
            yield from self.races.rows(bucket)

    def _by_slice(self, bucket: Bucket) -> Iterator[tuple[Slice, dict[int, list[Kept]]]]:
        """Yield the slices of a month and country, each race with its rows; what is told twice is settled here."""
        last: dict[tuple[int, int], Kept] = {}
        for file, line, record in self.read.rows.rows(bucket):
            kept = Kept(file, line, record)
            if self.read.races.slice_of(record["race_id"]) != (record["country"], record["race_date"]):
                self._aside(kept, "race on two dates", "a later row has the race on another date")
                continue
            key = (record["race_id"], record["horse_id"])
            before = last.pop(key, None)  # so that the order of keys is that of the last rows
            if before is not None:
                self._repeated(before, kept)
            last[key] = kept
        slices: dict[Slice, dict[int, list[Kept]]] = defaultdict(lambda: defaultdict(list))
        for kept in last.values():
            record = kept.record
            slices[str(record["country"]), str(record["race_date"])][int(record["race_id"] or 0)].append(kept)
        for slice_ in sorted(slices):
            yield slice_, slices[slice_]

    def _repeated(self, before: Kept, after: Kept) -> None:
        horse, other = before.record.get("horse"), after.record.get("horse")
        if horse == other:
            self._count("duplicate", before)
            after.record = before.record | after.record  # what only the former knows is known
            return
        what = f"horse {before.record['horse_id']} of race {before.record['race_id']}: {horse} before, {other} after"
        self._contradiction("one id for two runners", before, what)

    def _slice(self, pool: ThreadPoolExecutor, slice_: Slice, races: dict[int, list[Kept]]) -> None:
        known = {} if self.is_light else self.earlier.races(slice_)
        rows: list[Record] = []
        staged = 0
        for race_id in sorted(races):
            kept = self._one_id_each(races[race_id])
            if all(item.record["outcome_code"] == codes.VOID for item in kept):
                for item in kept:
                    self._aside(item, "void race", "")
                continue
            if self.is_light:
                for item in kept:
                    self._count("staged", item)
                continue
            made = assemble(self._runners(kept), known.get(race_id, {}))
            for item in kept:
                self._count("staged" if made.is_news else "imported already", item)
            self.read.tally.short_races += not made.is_whole
            if made.is_news:
                self.read.tally.carried_over += made.carried_over
                staged += 1
                lineage = self._lineage()
                self._race(made.rows, made.claimed)
                rows += [row | lineage for row in made.rows]
        if rows:
            self._write(pool, slice_, staged, rows)

    def _runners(self, kept: list[Kept]) -> Runners:
        times = self.read.times
        return {
            int(item.record["horse_id"] or 0): EMPTY | item.record | {"fetched_at": times[item.file]} for item in kept
        }

    def _one_id_each(self, kept: list[Kept]) -> list[Kept]:
        """Return a race's rows without those of a runner that a later row gives another id."""
        found: dict[tuple[object, object], Kept] = {}
        for item in kept:
            name = (item.record.get("horse"), item.record.get("horse_country"))
            before = found.get(name)
            if before is not None:
                ids = f"{before.record['horse_id']} before, {item.record['horse_id']} after"
                what = f"{name[0]} in race {item.record['race_id']}: {ids}"
                self._contradiction("two ids for one runner", before, what)
            found[name] = item
        return list(found.values())

    def _race(self, rows: list[Record], claimed: int | None) -> None:
        self.read.tally.races += 1
        shared = ("country", "race_date", "race_id", "course_id", "course", "off_time", "race_name")
        record: Record = {
            **{name: rows[0][name] for name in shared},
            "status": "result",
            "reason": None,
            "index_runners": len(rows) if claimed is None else claimed,
            "declared_runners": len(rows),
            "rows_staged": len(rows),
            "page_file": None,
            "content_hash": content_hash(rows),
            "is_doubtful": False,
        }
        if self.writer is not None:
            self.races.add(("", ""), self._lineage() | record)

    def _write(self, pool: ThreadPoolExecutor, slice_: Slice, races: int, rows: list[Record]) -> None:
        self.read.tally.slices += 1
        record: Record = {
            **self._lineage(),
            "country": slice_[0],
            "race_date": slice_[1],
            "status": "partial",
            "reason": "imported: what the files leave out is not known",
            "selection": IMPORT,
            "races_listed": None,
            "races_result": races,
            "races_void": 0,
            "races_abandoned": 0,
            "races_pending": 0,
            "races_failed": 0,
            "rows_staged": len(rows),
            "results_file": None,
            "results_sha256": None,
            "source": IMPORT,
            "extract_version": self.version,
            "is_doubtful": False,
            "index_fetched_at": None,
            **{f"rows_with_{name}": sum(row[name] is not None for row in rows) for name in ("rpr", "topspeed")},
        }
        self.slices.append(record)
        if self.writer is not None:
            self._pending.append((record, pool.submit(self.writer.ensure_results, *slice_, rows)))
            self._settle(AHEAD)

    def _lineage(self) -> Record:
        if self.writer is None and self.begin is not None:
            self.writer = self.begin()
        return {"run_id": self.writer.run.run_id if self.writer else None, "scraped_at": self.scraped_at}

    def _settle(self, leave: int) -> None:
        while len(self._pending) > leave:
            record, future = self._pending.popleft()
            file = future.result()
            record["results_file"], record["results_sha256"] = file.path, file.sha256

    def _count(self, fate: Fate, kept: Kept) -> None:
        self.read.tally.count(fate, (str(kept.record["race_date"])[:4], str(kept.record["country"])))

    def _contradiction(self, reason: Reason, before: Kept, what: str) -> None:
        self.read.tally.contradiction(reason, what)
        self._aside(before, reason, what)

    def _aside(self, kept: Kept, reason: Reason, detail: str) -> None:
        self._count(reason, kept)
        row = ", ".join(f"{name}={value}" for name, value in kept.record.items())
        self.read.set_aside.add(self.read.names[kept.file], kept.line, reason, detail, row)
