"""The columns that every runner of a race shares."""

from __future__ import annotations

from typing import Any

from extract.contract import Record
from extract.parse import fields, quantities, titles
from extract.parse.index import ListedRace

Prizes = dict[int, tuple[float | None, str | None]]
TOTE = {
    "win": "tote_win",
    "exacta": "tote_exacta",
    "csf": "tote_csf",
    "tricast": "tote_tricast",
    "trifecta": "tote_trifecta",
}


def race_columns(data: dict[str, Any], listed: ListedRace) -> Record:
    """Return the race's own columns of the contract, from its payload and its place on the index."""
    header = fields.obj(fields.member(data, "header", "data"), "header")
    details = fields.obj(fields.member(data, "details", "data"), "details")
    off = fields.moment(data, "raceDatetime", "data")
    local = fields.moment(data, "localRaceDatetime", "data")
    code = fields.text(header, "raceTypeCode", "header")
    going = fields.text(header, "going", "header")
    title = fields.need_text(header, "raceTitle", "header")
    course = titles.course_name(fields.need_text(data, "courseName", "data"))
    yards = fields.integer(header, "distanceYard", "header")
    if yards is not None and not 0 < yards < 20_000:
        raise fields.broken("header.distanceYard", yards, "a distance in yards")
    record: Record = {
        "country": listed.country,
        "race_date": listed.race_date.isoformat(),
        "race_id": listed.race_id,
        "course_id": fields.identifier(data, "courseUid", "data"),
        "course": course,
        "course_key": fields.text(data, "courseKey", "data"),
        "off_time": off.strftime("%H:%M"),
        "off_at": fields.utc_text(off),
        "off_at_local": local.strftime("%Y-%m-%d %H:%M:%S.%f"),
        "actual_off_time": quantities.actual_off(fields.text(details, "offTime", "details"), off),
        "race_name": title,
        "race_type_code": code,
        "race_type": titles.race_type(code),
        "surface": titles.surface(code, going, course),
        "race_class": titles.race_class(fields.text(header, "raceClass", "header"), title),
        "pattern": titles.pattern(title),
        "rating_band": None,
        "age_band": fields.text(header, "agesAllowed", "header"),
        "sex_restriction": titles.sex_restriction(title),
        "distance": fields.text(header, "distanceShort", "header"),
        "distance_yards": yards,
        "going": going,
        "obstacles": fields.text(header, "obstacles", "header"),
        "ran": fields.integer(details, "numberOfRunners", "details"),
        "non_runners": len(fields.items(fields.member(data, "nonRunners", "data"), "nonRunners")),
        "winning_time_secs": quantities.seconds(fields.text(details, "winningTime", "details")),
        "time_vs_standard_secs": quantities.against_standard(fields.text(details, "fastSlow", "details")),
        "total_sp_percent": quantities.percent(fields.text(details, "totalSp", "details")),
        "race_comments": fields.text(data, "raceComments", "data"),
        "rule4": fields.text(details, "rule4", "details"),
    }
    return record | _tote(details)


def prizes(header: dict[str, Any]) -> Prizes:
    """Return the prize of each position.

    Prizes go by published outcome, not by row: a dead heat for fourth has one entry for 4 and none for 5. Whether that
    amount is already the share of one horse cannot be told from the page; it is passed on as published.
    """
    found: Prizes = {}
    for number, node in enumerate(fields.items(fields.member(header, "prizes", "header"), "header.prizes")):
        path = f"header.prizes[{number}]"
        prize = fields.obj(node, path)
        found[fields.identifier(prize, "position", path)] = quantities.money(fields.text(prize, "formatted", path))
    return found


def _tote(details: dict[str, Any]) -> Record:
    tote = fields.obj(fields.member(details, "tote", "details"), "details.tote")
    amounts = {name: quantities.money(fields.text(tote, key, "details.tote")) for key, name in TOTE.items()}
    record: Record = {name: amount for name, (amount, _) in amounts.items()}
    return record | {"tote_currency": next((currency for _, currency in amounts.values() if currency), None)}
