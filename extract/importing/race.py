"""The rows of one race, put together: what the race as a whole says of each runner, and what earlier imports knew."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from extract.contract import RESULTS, Record, Value
from extract.importing.mapping import MAPPING, RACE_COLUMNS
from extract.parse.facts import facts_hash

LINEAGE = frozenset(column.name for column in RESULTS if column.role == "lineage")
CONTENT = tuple(column.name for column in RESULTS if column.role != "lineage")
OF_THE_RACE = tuple(ours for column in MAPPING if column.theirs in RACE_COLUMNS for ours in column.ours)
TOGETHER = {"prize_currency": "prize", "horse_country": "horse", "sire_country": "sire", "dam_country": "dam"}
"""Columns that go with another: where that is known, its own value counts, even none."""
Runners = dict[int, Record]
"""The rows of a race by horse."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A race ready to be staged: its rows, how many ran as the files say, and whether it is whole."""

    rows: list[Record]
    claimed: int | None
    is_whole: bool
    is_news: bool
    """Whether earlier imports did not know all of this."""
    carried_over: int
    """Rows that only earlier imports have."""


def assemble(new: Runners, known: Runners) -> Assembled:
    """Return a race as it is after an import: a value of the new rows counts, and what they lack is as it was known.

    Args:
        new: the rows of this import, `ran` as the file claims it.
        known: the rows of the race that earlier imports staged.
    """
    claims = [row["ran"] for row in new.values() if row["ran"] is not None]
    rows = {horse_id: _over(row, known.get(horse_id)) for horse_id, row in new.items()}
    carried = {horse_id: dict(row) for horse_id, row in known.items() if horse_id not in new}
    shared = next(iter(new.values()))
    for row in carried.values():
        row |= {name: shared[name] for name in OF_THE_RACE if shared[name] is not None}
    rows |= carried
    claimed = claims[-1] if claims else next((row["ran"] for row in known.values() if row["ran"] is not None), None)
    is_whole = _finish(list(rows.values()), claimed)
    is_news = any(_differs(row, known.get(horse_id)) for horse_id, row in rows.items())
    ordered = [rows[horse_id] for horse_id in sorted(rows)]
    return Assembled(ordered, int(claimed) if claimed is not None else None, is_whole, is_news, len(carried))


def _over(row: Record, known: Record | None) -> Record:
    if known is None:
        return dict(row)
    merged = {name: known[name] if value is None else value for name, value in row.items()}
    for name, owner in TOGETHER.items():
        if row[owner] is not None:
            merged[name] = row[name] if row[name] is not None or row[owner] != known[owner] else known[name]
    return merged


def _finish(rows: list[Record], claimed: Value) -> bool:
    """Fill in what needs the whole race: dead heats, the winning time, whether all who ran are there."""
    shared = Counter(row["position"] for row in rows)
    winners = [row for row in rows if row["position"] == 1]
    finishers = any(row["position"] is not None for row in rows)
    is_whole = claimed == len(rows) and (bool(winners) or not finishers)
    times = [row["finishing_time_secs"] for row in winners if row["finishing_time_secs"] is not None]
    for row in rows:
        row["is_dead_heat"] = row["position"] is not None and shared[row["position"]] > 1
        row["ran"] = len(rows) if is_whole else None
        row["winning_time_secs"] = times[0] if times else row["winning_time_secs"]
        row["facts_hash"] = facts_hash(row)
    return is_whole


def _differs(row: Record, known: Record | None) -> bool:
    """Say whether a row says more or other than the one that is staged, where fractions are text."""
    return known is None or any(str(row[name]) != str(known[name]) for name in CONTENT)
