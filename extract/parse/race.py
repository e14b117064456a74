"""The columns that every runner of a race shares."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from extract.contract import Record
from extract.parse import codes, fields, quantities, titles
from extract.parse.bounds import check
from extract.parse.index import ListedRace
from extract.parse.required import require
from extract.parse.sexes import sex_restriction

Prizes = dict[int, tuple[float | None, str | None]]
TOTE = {
    "win": "tote_win",
    "exacta": "tote_exacta",
    "csf": "tote_csf",
    "tricast": "tote_tricast",
    "trifecta": "tote_trifecta",
}
RESERVE = re.compile(r"reserves?\b", re.IGNORECASE)


def race_columns(data: dict[str, Any], listed: ListedRace) -> Record:
    """Return the race's own columns of the contract, from its payload and its place on the index."""
    header, details = fields.part(data, "header", "data"), fields.part(data, "details", "data")
    off = fields.need_moment(data, "raceDatetime", "data")
    code = fields.text(header, "raceTypeCode", "header")
    kind = codes.race_type(code)
    going = fields.text(header, "going", "header")
    title = fields.text(header, "raceTitle", "header") or listed.race_name
    published = fields.text(data, "courseName", "data")
    course = titles.course_name(published) if published else listed.course
    pattern, british = titles.pattern(title), listed.country == "gb"
    record: Record = {
        "country": listed.country,
        "race_date": listed.race_date.isoformat(),
        "race_id": listed.race_id,
        "course_id": listed.course_id
        if data.get("courseUid") is None
        else fields.identifier(data, "courseUid", "data"),
        "course": course,
        "course_key": fields.text(data, "courseKey", "data") or listed.course_key,
        "off_time": off.strftime("%H:%M"),
        "off_at": fields.utc_text(off),
        "off_at_local": _local(data, off),
        "actual_off_time": quantities.actual_off(fields.text(details, "offTime", "details"), off),
        "race_name": title,
        "race_type_code": code,
        "race_type": kind.name if kind else None,
        "surface": titles.surface(kind, going, course),
        "race_class": titles.race_class(fields.text(header, "raceClass", "header"), title) if british else None,
        "pattern": pattern,
        "rating_band": None,
        "age_band": fields.text(header, "agesAllowed", "header"),
        "sex_restriction": sex_restriction(title),
        "distance": fields.text(header, "distanceShort", "header"),
        "distance_yards": fields.measure(header, "distanceYard", "header"),
        "going": going,
        "obstacles": fields.text(header, "obstacles", "header"),
        "ran": fields.integer(details, "numberOfRunners", "details"),
        "non_runners": len(non_runners(data)) if "nonRunners" in data else None,
        "winning_time_secs": quantities.seconds(fields.text(details, "winningTime", "details")),
        "time_vs_standard_secs": quantities.against_standard(fields.text(details, "fastSlow", "details")),
        "total_sp_percent": quantities.percent(fields.text(details, "totalSp", "details")),
        "race_comments": fields.text(data, "raceComments", "data"),
        "rule4": fields.text(details, "rule4", "details"),
        "is_handicap": titles.is_handicap(title, pattern, kind.race_code if kind else None, listed.country),
        "race_code": kind.race_code if kind else None,
    }
    return check(record | _tote(details), "the race")


def prizes(data: dict[str, Any]) -> Prizes:
    """Return the prize of each position.

    Prizes go by published outcome, not by row: a dead heat for fourth has one entry for 4 and none for 5. Whether that
    amount is already the share of one horse cannot be told from the page; it is passed on as published.
    """
    header = fields.part(data, "header", "data")
    found: Prizes = {}
    for number, node in enumerate(fields.items(header.get("prizes"), "header.prizes")):
        path = f"header.prizes[{number}]"
        prize = fields.obj(node, path)
        require(prize, "prize", path)
        found[fields.identifier(prize, "position", path)] = quantities.money(fields.text(prize, "formatted", path))
    return found


def non_runners(data: dict[str, Any]) -> list[str | None]:
    """Return the names of the horses withdrawn; reserves that did not get a run were never in the race."""
    names = []
    for number, node in enumerate(fields.items(data.get("nonRunners"), "nonRunners")):
        path = f"nonRunners[{number}]"
        horse = fields.obj(node, path)
        if not RESERVE.match(fields.text(horse, "reason", path) or ""):
            names.append(fields.text(horse, "horseName", path))
    return names


def _local(data: dict[str, Any], off: datetime) -> str | None:
    local = fields.moment(data, "localRaceDatetime", "data")
    if local is None:
        return None
    if abs(local.replace(tzinfo=None) - off.replace(tzinfo=None)) > timedelta(hours=26):
        raise fields.broken("data.localRaceDatetime", local.isoformat(), f"a time within a day of {off.isoformat()}")
    return fields.plain_text(local)


def _tote(details: dict[str, Any]) -> Record:
    """Return the dividends and their one currency; a dividend in another than the first is left out, not misread."""
    tote = fields.part(details, "tote", "details")
    amounts = {name: quantities.money(fields.text(tote, key, "details.tote")) for key, name in TOTE.items()}
    own = next((currency for _, currency in amounts.values() if currency), None)
    record: Record = {name: amount if currency == own else None for name, (amount, currency) in amounts.items()}
    return record | {"tote_currency": own}
