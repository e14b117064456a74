"""The full-result page: one race, one record per runner."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from extract.contract import Record
from extract.errors import ContractBroken, RunnerCountMismatch, UnexpectedPage
from extract.parse import fields
from extract.parse.index import ListedRace
from extract.parse.page import decode, loaded
from extract.parse.race import prizes, race_columns
from extract.parse.runner import facts_hash, runner_columns

VOID = "VOI"


@dataclass(frozen=True, slots=True)
class RaceResult:
    """One parsed race. `rows` is one record per runner, without the run's lineage; empty for a void race."""

    race_id: int
    status: Literal["result", "void"]
    declared_runners: int | None
    rows: tuple[Record, ...]


def result_payload(body: bytes) -> bytes:
    """Return what the page store keeps of a result page: its data as compact JSON.

    Raises:
        PageNotLoaded: the source sent its error shell.
        UnexpectedPage: it is another page.
    """
    return loaded(body, "raceResult")


def parse_result(body: bytes, listed: ListedRace) -> RaceResult:
    """Parse a full-result page of the race the index listed; see `parse_payload`."""
    return parse_payload(result_payload(body), listed)


def parse_payload(payload: bytes, listed: ListedRace) -> RaceResult:
    """Parse a stored full-result payload.

    Raises:
        UnexpectedPage: it is the result of another race or of another day.
        RunnerCountMismatch: it carries another number of runners than it declares.
        ContractBroken: a field is missing or not what it was.
    """
    data = fields.obj(decode(payload), "raceResult.data")
    _check_identity(data, listed)
    details = fields.obj(fields.member(data, "details", "data"), "details")
    declared = fields.integer(details, "numberOfRunners", "details")
    runners = [fields.obj(node, f"runners[{i}]") for i, node in enumerate(fields.items(data.get("runners"), "runners"))]
    codes = [fields.need_text(node, "outcomeCode", f"runners[{i}]") for i, node in enumerate(runners)]
    if runners and all(code == VOID for code in codes):
        return RaceResult(listed.race_id, "void", declared, ())
    if declared != len(runners) or not runners:
        raise RunnerCountMismatch(
            f"Race {listed.race_id} declares {declared} runners and carries {len(runners)}. "
            "A short race is never staged; run `extract retry` later."
        )
    return RaceResult(listed.race_id, "result", declared, _rows(data, runners, codes, listed))


def _rows(
    data: dict[str, Any], runners: list[dict[str, Any]], codes: list[str], listed: ListedRace
) -> tuple[Record, ...]:
    race = race_columns(data, listed)
    money = prizes(fields.obj(fields.member(data, "header", "data"), "header"))
    positions = Counter(code for code in codes if code.isdigit())
    seen: set[int] = set()
    rows: list[Record] = []
    for order, (node, code) in enumerate(zip(runners, codes, strict=True), start=1):
        row = race | runner_columns(node, f"runners[{order - 1}]", race, money)
        row |= {"finish_order": order, "is_dead_heat": positions[code] > 1}
        horse = int(row["horse_id"] or 0)
        if horse in seen:
            raise ContractBroken(
                f"Race {listed.race_id} carries horse {horse} twice. Nothing of it was staged; report it."
            )
        seen.add(horse)
        rows.append(row | {"facts_hash": facts_hash(row)})
    return tuple(rows)


def _check_identity(data: dict[str, Any], listed: ListedRace) -> None:
    race_id = fields.identifier(data, "raceId", "data")
    off = fields.moment(data, "raceDatetime", "data")
    if race_id != listed.race_id or off.date() != listed.race_date:
        raise UnexpectedPage(
            f"Asked for race {listed.race_id} of {listed.race_date}, got race {race_id} of {off.date()}. "
            "Run `extract retry`; if it stays so, report it."
        )
