"""Whether an index can be believed: what it does not list is about to be taken for gone.

An index is doubted when it lacks races that an earlier run saw, or a country that must be racing. It is believed once
the same list has been seen twice, some minutes apart. Pure: the index and what staging recorded of the slice decide.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from extract.parse import DayIndex

APART = timedelta(minutes=5)
"""Two looks at an index that are closer than this may have met the same fault."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one committed run saw of a slice's index. `races` are its ids, `listed` their number."""

    run_id: str
    seen_at: datetime
    listed: int
    races: frozenset[int] | None
    """None where the run looked through a filter, so that staging knows the number only."""
    doubted: bool


def expects_racing(country: str, day: date) -> bool:
    """Say whether the calendar alone promises racing: Britain races every day, but around Christmas.

    Elsewhere only earlier runs tell what to expect. A British day of none (a standstill) is believed when seen twice.
    """
    sunday_before_their_time = day.weekday() == 6 and day < date(1995, 5, 7)
    return country == "gb" and not sunday_before_their_time and not (day.month == 12 and 23 <= day.day <= 25)


def doubt(index: DayIndex, country: str, earlier: Sequence[Sighting], seen_at: datetime) -> str | None:
    """Return why a country's list on an index cannot be believed yet; None when it can.

    Args:
        index: The index; its list of the country is without oddities.
        country: The country judged.
        earlier: What committed runs saw of the slice, oldest first.
        seen_at: When the index was fetched; of a stored one, when it was then, so that a replay is no new look.
    """
    if index.no_racing:
        return None
    listed = {race.race_id: race for race in index.races if race.country == country}
    reason = _lacks(listed.keys(), earlier) or (None if listed else _unexpected(index, country, earlier))
    if reason is None or _seen_twice(frozenset(listed), earlier, seen_at):
        return None
    return f"{reason}; it is believed when seen again {APART.seconds // 60} minutes later or more"


def _lacks(listed: Collection[int], earlier: Sequence[Sighting]) -> str | None:
    """Say what the newest believed list had that this one has not."""
    for seen in reversed(earlier):
        if seen.doubted:
            continue
        if seen.races is None:
            missing, which = seen.listed - len(listed), ""
        else:
            gone = sorted(seen.races - set(listed))
            missing, which = len(gone), f" ({', '.join(map(str, gone[:SHOWN]))}{', …' if len(gone) > SHOWN else ''})"
        if missing > 0:
            return f"the index lists {len(listed)} races and lacks {missing}{which} that run {seen.run_id} saw"
        if seen.races is not None:
            return None
    return None


def _unexpected(index: DayIndex, country: str, earlier: Sequence[Sighting]) -> str | None:
    """Say why an empty list is not a day without racing."""
    if any(seen.listed == 0 and not seen.doubted for seen in earlier):
        return None
    if expects_racing(country, index.race_date):
        return f"the index lists no race in {country}, which races on every such day"
    if not index.races:
        return "the index lists no race anywhere"
    british = any(race.country == "gb" for race in index.races)
    if not british and expects_racing("gb", index.race_date):
        return f"the index lists no race in {country}, and none in gb either, where there is racing on every such day"
    return None


def _seen_twice(listed: frozenset[int], earlier: Sequence[Sighting], seen_at: datetime) -> bool:
    """Say whether the source has shown this very list at two moments far enough apart, since it was last believed."""
    moments = [seen_at]
    for seen in reversed(earlier):
        if not seen.doubted:
            break
        if seen.races == listed:
            moments.append(seen.seen_at)
    return max(moments) - min(moments) >= APART
