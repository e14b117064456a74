"""Runs made from earlier ones: resume what was interrupted, retry what was not good, replay what is stored.

Source, seed and filters are those of the earlier run, always: a run must not go on elsewhere than where it began.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from extract.contract import Record
from extract.errors import UsageError
from extract.run.history import History, runs_that_count
from extract.run.request import Request, load_request, selection_of
from extract.run.selection import FIRST_DATE
from extract.run.settings import REPLAY
from extract.stage import layout
from extract.stage.layout import Run
from extract.stage.manifest import committed_runs, read_races, read_slices, run_of, unfinished_runs
from extract.stage.newest import slices_not_whole
from extract.stage.storage import Storage


def resume_request(storage: Storage, run_id: str) -> Request:
    """Return what to ask for to go on with an interrupted run: a new run that takes the pages the old one stored.

    Slices that a newer run has committed meanwhile are left out: older pages must not come after newer ones.

    Raises:
        UsageError: there is no such run, it is committed, or newer runs have all it was asked for.
    """
    _refuse_import(storage, run_id)
    request = load_request(storage, run_id)
    runs = committed_runs(storage)
    if run_id in runs:
        raise UsageError(f"Run {run_id} is committed; there is nothing to resume. For failed races: extract retry")
    later = History(storage, FIRST_DATE, after=run_id).all_slices()
    newer = {place: str(rows[-1]["run_id"]) for place, rows in later.items()}
    left = [place for place in request.selection.slices if (place[0].isoformat(), place[1]) not in newer]
    if not left:
        raise UsageError(
            f"Newer runs, the last {max(newer.values())}, have committed the slices of run {run_id}; there is nothing "
            "to resume. To scrape them again, name the dates: extract --days 7"
        )
    chosen = request.selection
    selection = selection_of(left, course=chosen.course, race_type=chosen.race_type)
    return replace(request, selection=selection, continues=(run_id, *request.continues))


def _refuse_import(storage: Storage, run_id: str) -> None:
    if storage.exists(layout.import_path(run_of(run_id).run_id)):
        raise UsageError(f"Run {run_id} is an import, which asks no source. Call the same `extract import` again.")


def open_runs(storage: Storage) -> list[str]:
    """Return the interrupted runs that no committed run has gone on with, oldest first."""
    unfinished = unfinished_runs(storage)
    if not unfinished:
        return []
    later = [run_id for run_id in committed_runs(storage) if run_id > unfinished[0]]
    done = {gone_on_with for run_id in later for gone_on_with in _continued(storage, run_id)}
    return [run_id for run_id in unfinished if run_id not in done]


def _continued(storage: Storage, run_id: str) -> tuple[str, ...]:
    try:
        return load_request(storage, run_id).continues
    except UsageError:  # a run copied in without its request
        return ()


@dataclass(frozen=True, slots=True)
class Retry:
    """What to ask for again, and the runs whose slices need another source or filter, hence a retry of their own."""

    request: Request
    others: tuple[str, ...] = ()


def retry_request(storage: Storage, since: date, only_run: str | None = None) -> Retry | None:
    """Return what to ask for to make whole what the newest runs of each slice left; None when all is whole.

    Whole slices are staged again, so that they can be declared complete; races that were good are taken from the
    page store, only the others are fetched.

    Args:
        storage: The staging area.
        since: What runs before that date left is left alone, unless a run is named. The races may be of any date.
        only_run: Take only what this run left.

    Raises:
        UsageError: there is no run yet, or none of that name.
    """
    runs = committed_runs(storage)
    if not runs:
        raise UsageError("Staging holds no run yet. Start with: extract --days 7")
    if only_run and only_run not in runs:
        raise UsageError(f"Run {only_run} is not committed in this staging area. See: extract status")
    if only_run:
        _refuse_import(storage, only_run)
    bad = [
        state.row
        for state in slices_not_whole(storage).values()
        if (state.run_id == only_run if only_run else state.run_id >= since.strftime("%Y%m%d"))
    ]
    if not bad:
        return None
    groups: dict[tuple[object, ...], list[Record]] = {}
    asked: dict[str, Request] = {}
    for row in sorted(bad, key=lambda row: str(row["run_id"]), reverse=True):
        run_id = str(row["run_id"])
        asked.setdefault(run_id, _asked(storage, run_id, row))
        request = asked[run_id]
        key = (request.source, request.seed, request.selection.course, request.selection.race_type)
        groups.setdefault(key, []).append(row)
    first, *rest = groups.values()
    newest = asked[str(first[0]["run_id"])]
    chosen = newest.selection
    places = [(date.fromisoformat(str(row["race_date"])), str(row["country"])) for row in first]
    request = replace(
        newest,
        selection=selection_of(places, course=chosen.course, race_type=chosen.race_type),
        good=frozenset(_good_races(storage, first)),
        continues=(),
    )
    return Retry(request, tuple(dict.fromkeys(str(row["run_id"]) for rows in rest for row in rows)))


def _asked(storage: Storage, run_id: str, row: Record) -> Request:
    """Return what a run was asked for; of a replay, what the run was asked for whose pages it read."""
    request = load_request(storage, run_id)
    if request.source != REPLAY:
        return request
    place = (date.fromisoformat(str(row["race_date"])), str(row["country"]))
    for earlier in reversed(History(storage, place[0]).rows(*place)):
        if earlier["source"] != REPLAY:
            return load_request(storage, str(earlier["run_id"]))
    raise UsageError(f"Staging does not say where the pages of run {run_id} came from. Scrape its dates anew.")


def _good_races(storage: Storage, rows: list[Record]) -> Iterator[int]:
    wanted = {(row["run_id"], row["race_date"], row["country"]) for row in rows}
    for run_id in sorted({str(row["run_id"]) for row in rows}):
        for race in read_races(storage, run_id):
            if (run_id, race["race_date"], race["country"]) in wanted and race["page_file"] and not race["is_doubtful"]:
                yield int(race["race_id"] or 0)


def sample_clock(storage: Storage) -> datetime | None:
    """Return the time of the newest run where staging was filled from the sample world, whose time is not ours."""
    runs = runs_that_count(storage)
    for run_id in reversed(runs):
        source = read_slices(storage, run_id)[0]["source"]
        if source != REPLAY:
            return Run.of(runs[-1]).scraped_at if source == "sample" else None
    return None
