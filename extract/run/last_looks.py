"""Dates that left the window of a daily run on a morning that nobody ran it: their last look is made up for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from extract.run.history import History
from extract.run.selection import ALL, Selection
from extract.run.settings import REPLAY
from extract.stage.layout import Run
from extract.stage.pages import place_of
from extract.stage.storage import Storage

BACK = timedelta(days=28)


def with_missed_last_looks(storage: Storage, chosen: Selection) -> Selection:
    """Return a selection with the slices before it that were last staged with pages of an earlier day.

    The oldest date of a run with settled races has all its pages asked for, because the next morning's run leaves it
    out. Where that morning was missed, the date would keep the pages as they were when it was settled.
    """
    history = History(storage, min(chosen.dates) - BACK)
    missed = [
        (date.fromisoformat(day), country)
        for day, country in history.all_slices()
        if min(chosen.dates) - BACK <= date.fromisoformat(day) < min(chosen.dates)
    ]
    missed = [place for place in missed if place[1] in chosen.countries and _is_missed(history, *place)]
    if not missed:
        return chosen
    slices = frozenset([*missed, *chosen.slices])
    dates = tuple(sorted({day for day, _ in slices}))
    return Selection(dates, chosen.countries, chosen.course, chosen.race_type, slices)


def _is_missed(history: History, race_date: date, country: str) -> bool:
    asked = [row for row in history.rows(race_date, country) if row["source"] != REPLAY]
    newest = asked[-1] if asked else None
    if newest is None or newest["selection"] != ALL:
        return False
    run_id = str(newest["run_id"])
    races: Collection[object] = [look["page_file"] for look in history.recorded(run_id, race_date, country).values()]
    return any(_is_of_an_earlier_day(str(page_file), run_id) for page_file in races if page_file)


def _is_of_an_earlier_day(page_file: str, run_id: str) -> bool:
    place = place_of(page_file)
    return place is not None and Run.of(place[3]).scraped_on < Run.of(run_id).scraped_on
