"""How far each runner was behind the official winner, and when it passed the post: a matter of the whole race.

The source measures every horse from the one that passed the post first, and times that one, also where the stewards
took the race away from it. So the official winner's own distance is an offset that all others lose and the time gains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from extract.contract import Record
from extract.parse import codes, fields, quantities


@dataclass(slots=True)
class Passed:
    """One runner at the post: lengths behind the horse in front, and behind the first past the post."""

    position: int | None
    finished: bool
    disqualified: bool
    published: str | None = None
    own: float | None = None
    stated: float | None = None
    """Behind the first past the post, as the page states it."""
    behind: float | None = None
    """The same, or worked out from the horse in front where the page states none."""


def distance_columns(nodes: Sequence[dict[str, Any]], rows: Sequence[Record], race: Record) -> list[Record]:
    """Return beaten distances (lengths) and finishing time (seconds) of every runner, in the page's order.

    `rows` gives each runner's outcome, `race` the winning time, type and going. Without an official winner there is
    nothing to be behind, and totals are None.
    """
    field = [_passed(node, row, f"runners[{i}]") for i, (node, row) in enumerate(zip(nodes, rows, strict=True))]
    winner = next((at for at, one in enumerate(field) if one.position == 1), None)
    _fill(field, from_the_winner=_reference(field, winner))
    offset = _offset(field)
    elapsed = race["winning_time_secs"]
    pace = quantities.lengths_per_second(race["race_type"], race["going"])
    return [_columns(one, offset, elapsed if isinstance(elapsed, float) else None, pace) for one in field]


def _passed(node: dict[str, Any], row: Record, path: str) -> Passed:
    position = row["position"] if isinstance(row["position"], int) else None
    disqualified = row["is_disqualified"] is True
    finished = position is not None or disqualified or row["outcome_code"] == codes.UNPLACED
    one = Passed(position, finished, disqualified)
    if finished:
        one.published = fields.text(node, "beatenDistance", path)
        one.own = quantities.lengths(one.published)
        one.stated = fields.number(node, "distanceToWinnerNative", path)
        if one.stated is None:  # rounded to quarters, so second choice
            one.stated = quantities.lengths(fields.text(node, "beatenDistanceToWinner", path))
    return one


def _reference(field: list[Passed], winner: int | None) -> bool:
    """Settle from whom the page measures where its winner carries no distance though others passed the post before it.

    The first horse behind it that states both its distances decides: its total less its own distance is where the
    winner was. Returns whether the page measures from the official winner after all.
    """
    if winner is None or field[winner].stated is not None:
        return False
    finishers = [one for one in field[:winner] if one.finished]
    behind = next((one for one in field[winner + 1 :] if one.finished and one.position != 1), None)
    if not finishers or behind is None or behind.stated is None or behind.own is None:
        return False
    place = behind.stated - behind.own
    gaps = [one.own for one in [*finishers[1:], field[winner]]]
    worked_out = sum(gap or 0.0 for gap in gaps) if None not in gaps else max(place, 0.0)
    field[winner].stated = min((0.0, worked_out), key=lambda guess: abs(guess - place))
    return field[winner].stated == 0.0


def _fill(field: list[Passed], *, from_the_winner: bool) -> None:
    """Work out what is behind whom: as stated, else the horse in front plus the distance to it."""
    ahead: float | None = None
    first = not from_the_winner
    for one in field:
        if not one.finished:
            continue
        one.behind = one.stated
        if one.behind is None and first:
            one.behind = 0.0
        elif one.behind is None and one.own is not None and ahead is not None:
            one.behind = ahead + one.own
        ahead, first = one.behind, False


def _offset(field: list[Passed]) -> float | None:
    """Return how far the official winner was behind the first past the post; None without one, or not to be told."""
    winners = [one for one in field if one.position == 1]
    stated = [one.stated for one in winners if one.stated is not None]
    return min(stated) if stated else next((one.behind for one in winners), None)


def _columns(one: Passed, offset: float | None, elapsed: float | None, pace: float | None) -> Record:
    winner = one.position == 1
    behind = offset if winner else one.behind
    total = None if behind is None or offset is None else round(behind - offset, 2)
    finish = None
    if one.position is not None and elapsed is not None and pace is not None and behind is not None:
        finish = round(elapsed + behind / pace, 2)  # the time is that of the horse from which `behind` counts
    return {
        "beaten_distance": one.published,
        "beaten_lengths": 0.0 if winner else one.own,
        "total_beaten_lengths": 0.0 if winner else total,
        "finishing_time_secs": finish,
    }
