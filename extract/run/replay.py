"""A run over what is stored: today's parser over the pages of yesterday."""

from __future__ import annotations

import re
from datetime import date

from extract.errors import UsageError
from extract.run.history import History
from extract.run.request import Request, selection_of
from extract.run.settings import REPLAY
from extract.stage.layout import ALL
from extract.stage.pages import PageStore
from extract.stage.storage import Storage
from extract.stage.unknown_pages import UnknownPages

ADDRESS = re.compile(r"/results/([0-9]+/[^/]+/)?([0-9]{4}-[0-9]{2}-[0-9]{2})/.*")
"""The date in the address of an index, and, after the course, of a race."""


def replay_request(
    storage: Storage, countries: tuple[str, ...] | None, first: date | None, last: date | None
) -> Request:
    """Return what to ask for to parse every stored page of some dates again, those kept as they came too.

    Raises:
        UsageError: nothing is stored for them.
    """
    found = PageStore(storage).slices()
    indexes = {day for day, country in found if country == ALL}
    unread = _unread(storage)
    if unread:  # a page kept as it came does not tell its country: the runs tell what was asked for
        indexes |= {day for day, is_index in unread if is_index}
        days = {day for day, _ in unread}
        found |= {
            (date.fromisoformat(day), country)
            for day, country in History(storage, min(days)).all_slices()
            if date.fromisoformat(day) in days
        }
    kept = {day for day in indexes if (first or day) <= day <= (last or day)}
    slices = {
        (day, country)
        for day, country in found
        if day in kept and country != ALL and (not countries or country in countries)
    }
    if not slices:
        raise UsageError("No page is stored for these dates. Scrape them first; replay only reads what is stored.")
    return Request(selection_of(slices), REPLAY)


def _unread(storage: Storage) -> set[tuple[date, bool]]:
    """Return the dates of the pages that were kept as they came, and whether they are indexes."""
    found = set()
    for page in UnknownPages(storage).list():
        if address := ADDRESS.fullmatch(page.address):
            try:
                found.add((date.fromisoformat(address[2]), address[1] is None))
            except ValueError:  # no date of ours
                continue
    return found
