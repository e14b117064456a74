"""Whether a race is settled: its page need not be asked for again, for nothing is known that could have changed it.

Most pages of a morning are as they were the day before. What still changes is known: a race is not rated yet, the index
says something else, or stewards and handicappers come late, for which every page is asked for once more a week after
the race, a week after that, and so on. Pure: what the index says and what staging recorded of the race decide.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date

from extract.contract import Record
from extract.parse import ListedRace, RaceResult
from extract.stage.layout import Run
from extract.stage.pages import place_of

WEEK = 7
"""Days from one look that a settled race has to the next; the first is so many days after the race."""
LISTED = ("course_id", "course", "off_time", "race_name", "index_runners")
"""What the index says of a race, and staging keeps of it."""


def settled_page(race: ListedRace, looks: Sequence[Record], withdrawn: Container[str], today: date) -> str | None:
    """Return the stored page that stands for a race, if the page is rated; None when the race must be asked for.

    Args:
        race: The race as the index lists it now.
        looks: What the runs that count recorded of it, oldest first; the last is of the slice's newest run.
        withdrawn: The runs that count for nothing. A page that one of them fetched is asked for again.
        today: The date (UTC) of the run.
    """
    if not looks:
        return None
    last = looks[-1]
    page_file = str(last["page_file"] or "")
    place = place_of(page_file)
    if place is None or last["status"] != "result" or last["is_doubtful"] or place[3] in withdrawn:
        return None
    if any(last[name] != getattr(race, name) for name in LISTED):
        return None
    if any(int(look["rows_staged"] or 0) > int(last["rows_staged"] or 0) for look in looks):
        return None  # runners are gone; if that is a fault of the page, the next look mends it
    return page_file if had_at_age(page_file, race.race_date) >= due_at_age(race.race_date, today) else None


def had_at_age(page_file: str, race_date: date) -> int:
    """Return how many days after the race a stored page was fetched, by the run that fetched it."""
    place = place_of(page_file)
    return (Run.of(place[3]).scraped_at.date() - race_date).days if place else -1


def due_at_age(race_date: date, today: date) -> int:
    """Return how many days after its race a page must have been fetched to be no older than the last weekly look."""
    return (today - race_date).days // WEEK * WEEK


def is_rated(result: RaceResult) -> bool:
    """Say whether ratings are published: both kinds, for a rating can come days before the speed figure."""
    return all(any(row[name] is not None for row in result.rows) for name in ("rpr", "topspeed"))
