"""The full-result page: one race, one record per runner."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from extract.contract import Record
from extract.errors import ContractBroken, RunnerCountMismatch, UnexpectedPage
from extract.parse import codes, fields
from extract.parse.bounds import check
from extract.parse.distances import distance_columns
from extract.parse.facts import FactsHash
from extract.parse.index import ARABIAN, ListedRace
from extract.parse.page import decode, encode, loaded
from extract.parse.race import non_runners, prizes, race_columns
from extract.parse.required import require
from extract.parse.runner import outcome, runner_columns


@dataclass(frozen=True, slots=True)
class RaceResult:
    """One parsed race. `rows` is one record per runner, without the run's lineage; empty for a void race."""

    race_id: int
    status: Literal["result", "void"]
    declared_runners: int | None
    rows: tuple[Record, ...]


def result_payload(body: bytes) -> bytes:
    """Return what the page store keeps of a result page; see `loaded_result`."""
    return loaded_result(body)[0]


def loaded_result(body: bytes) -> tuple[bytes, Any]:
    """Return the data of a result page twice: as compact JSON, which the page store keeps, and decoded to be parsed.

    Raises:
        PageNotLoaded: the source sent its error shell.
        UnexpectedPage: it is another page.
    """
    data = loaded(body, "raceResult")
    return encode(data), data


def parse_result(body: bytes, listed: ListedRace) -> RaceResult:
    """Parse a full-result page of the race the index listed; see `parse_data`."""
    return parse_data(loaded_result(body)[1], listed)


def parse_payload(payload: bytes, listed: ListedRace) -> RaceResult:
    """Parse a stored full-result payload; see `parse_data`."""
    return parse_data(decode(payload), listed)


def parse_data(node: Any, listed: ListedRace) -> RaceResult:  # noqa: ANN401
    """Parse the decoded data of a full result.

    Raises:
        UnexpectedPage: it is the result of another race or of another day.
        RunnerCountMismatch: it carries another number of runners than it declares.
        ContractBroken: a field is missing or not what it was.
    """
    data = fields.obj(node, "raceResult.data")
    require(data, "result", "data")
    _check_identity(data, listed)
    details = fields.part(data, "details", "data")
    declared = fields.integer(details, "numberOfRunners", "details")
    runners = [fields.obj(node, f"runners[{i}]") for i, node in enumerate(fields.items(data["runners"], "runners"))]
    for i, node in enumerate(runners):
        require(node, "runner", f"runners[{i}]")
    outcomes = [outcome(node, f"runners[{i}]") for i, node in enumerate(runners)]
    if runners and all(code == codes.VOID for code in outcomes):
        return RaceResult(listed.race_id, "void", declared, ())
    ran = [node for node, code in zip(runners, outcomes, strict=True) if code not in codes.WITHDRAWN]
    if declared == len(ran) < len(runners):  # the page lists horses that it does not count: they did not run
        return RaceResult(listed.race_id, "result", declared, _rows(data, ran, listed, _withdrawn(data, runners, ran)))
    if declared != len(runners) or not runners:
        raise RunnerCountMismatch(
            f"Race {listed.race_id} declares {declared} runners and carries {len(runners)}. "
            "A short race is never staged; run `extract retry` later."
        )
    return RaceResult(listed.race_id, "result", declared, _rows(data, runners, listed, 0))


def _rows(
    data: dict[str, Any], runners: list[dict[str, Any]], listed: ListedRace, withdrawn: int
) -> tuple[Record, ...]:
    race = race_columns(data, listed)
    if isinstance(race["non_runners"], int):
        race["non_runners"] += withdrawn
    money, arabian = prizes(data), listed.country == ARABIAN
    rows = [runner_columns(node, f"runners[{i}]", money, arabian=arabian) for i, node in enumerate(runners)]
    shared = Counter(row["position"] for row in rows)
    facts = FactsHash(race)
    seen: set[int] = set()
    made: list[Record] = []
    for order, (own, behind) in enumerate(zip(rows, distance_columns(runners, rows, race), strict=True), start=1):
        own.update(behind)
        own["finish_order"] = order
        own["is_dead_heat"] = own["position"] is not None and shared[own["position"]] > 1
        horse = int(own["horse_id"] or 0)
        if horse in seen:
            raise ContractBroken(
                f"Race {listed.race_id} carries horse {horse} twice. Nothing of it was staged; report it."
            )
        seen.add(horse)
        check(own, f"runners[{order - 1}]")
        made.append({**race, **own, "facts_hash": facts.of(own)})
    return tuple(made)


def _withdrawn(data: dict[str, Any], runners: list[dict[str, Any]], ran: list[dict[str, Any]]) -> int:
    """Return how many of the listed horses did not run and are not told of as non-runners too."""
    told = set(non_runners(data))
    absent = [i for i, node in enumerate(runners) if node not in ran]
    return sum(fields.text(runners[i], "horseName", f"runners[{i}]") not in told for i in absent)


def _check_identity(data: dict[str, Any], listed: ListedRace) -> None:
    race_id = fields.identifier(data, "raceId", "data")
    off = fields.need_moment(data, "raceDatetime", "data")
    if race_id != listed.race_id or off.date() != listed.race_date:
        raise UnexpectedPage(
            f"Asked for race {listed.race_id} of {listed.race_date}, got race {race_id} of {off.date()}. "
            "Run `extract retry`; if it stays so, report it."
        )
