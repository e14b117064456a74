"""Runs made from earlier ones: retry what was not good, replay what is stored."""

from __future__ import annotations

from datetime import date

from extract.errors import UsageError
from extract.run.request import Request, load_request
from extract.run.selection import Selection
from extract.run.settings import REPLAY
from extract.stage.manifest import committed_runs, read_races, read_slices
from extract.stage.pages import PageStore
from extract.stage.storage import Storage


def retry_request(storage: Storage, source: str) -> Request | None:
    """Return what to ask for to make the last run whole; None when it is whole already.

    Whole slices are staged again, so that they can be declared complete; races that were good are taken from the
    page store, only the others are fetched.

    Raises:
        UsageError: there is no run yet.
    """
    runs = committed_runs(storage)
    if not runs:
        raise UsageError("Staging holds no run yet. Start with: extract --days 7")
    last = runs[-1]
    done = load_request(storage, last)
    bad = [
        row
        for row in read_slices(storage, last)
        if row["races_listed"] is None or row["races_failed"] or row["races_pending"]
    ]
    if not bad:
        return None
    slices = frozenset((date.fromisoformat(str(row["race_date"])), str(row["country"])) for row in bad)
    selection = Selection(
        dates=tuple(sorted({day for day, _ in slices})),
        countries=done.selection.countries,
        course=done.selection.course,
        race_type=done.selection.race_type,
        only=slices,
    )
    races = read_races(storage, last)
    return Request(selection, source, frozenset(int(row["race_id"] or 0) for row in races if row["page_file"]))


def replay_request(
    storage: Storage, countries: tuple[str, ...] | None, first: date | None, last: date | None
) -> Request:
    """Return what to ask for to parse every stored page of some dates again.

    Raises:
        UsageError: nothing is stored for them.
    """
    found = PageStore(storage).slices()
    dates = {day for day, country in found if country == "all"}
    kept = sorted(day for day in dates if (first or day) <= day <= (last or day))
    slices = frozenset(
        (day, country)
        for day, country in found
        if day in kept and country != "all" and (not countries or country in countries)
    )
    if not slices:
        raise UsageError("No page is stored for these dates. Scrape them first; replay only reads what is stored.")
    codes = tuple(dict.fromkeys(country for _, country in sorted(slices)))
    return Request(Selection(tuple(kept), codes, only=slices), REPLAY)
