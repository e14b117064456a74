"""The full result of a race as the source's JSON, key for key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from extract.source.sample.courses import CURRENCY, HOURS_AHEAD
from extract.source.sample.evolution import Seen, View
from extract.source.sample.formats import against_standard, clock, money
from extract.source.sample.market import book_percent
from extract.source.sample.names import slug
from extract.source.sample.payload_runner import runner_payload, scratched
from extract.source.sample.races import Race

Json = dict[str, Any]
OLD = 2012
"""Pages of races before this year lack members that the source has only since."""


def result(seen: View) -> Json:
    """Return the full result of a race, as `raceResult.data`."""
    race, country = seen.race, seen.race.course.country
    void = seen.status == "void"
    rows = [Seen(r, "VOI", None, None, False, None, None) for r in race.runners] if void else list(seen.runners)
    listed = [runner_payload(row, race) for row in rows]
    if race.odd.scratched and not void:
        listed.append(scratched(race))
    data = {
        "raceId": race.id, "raceDatetime": race.off.isoformat(), "localRaceDatetime": _local(race),
        "videoProvider": None, "courseUid": race.course.id, "courseKey": race.course.key,
        "courseName": race.course.name, "countryCode": country,
        "header": _header(race, rows, void), "details": _details(race, rows, void),
        "nonRunners": None if race.non_runners is None
        else [{"horseName": n.name, "reason": n.reason} for n in race.non_runners],
        "raceComments": _remarks(race, rows, void), "meetingTote": None,
        "meetingPosition": {"prevRaceId": None, "nextRaceId": None, "firstRaceId": race.id, "lastRaceId": race.id, "isLastRaceOfMeeting": False},
        "runners": listed,
        "analysis": {"paragraphs": [[{"type": "text", "value": "They went no great gallop & finished in a heap."}]]},
    }  # fmt: skip
    return _as_of_old(data) if race.day.year < OLD else data


def _header(race: Race, rows: list[Seen], void: bool) -> Json:
    placed = {
        1 if s.code == "WO" else int(s.code) for s in rows if (s.code.isdigit() and s.code != "0") or s.code == "WO"
    }
    sign, hurdles = CURRENCY.get(race.course.country, "£"), race.type_code in {"H", "Y"}
    prizes = [{"position": p, "formatted": money(v, sign)} for p, v in enumerate(race.prizes, 1) if p in placed]
    obstacles = None
    if race.terms.jumps and race.terms.kind != "bumper" and race.course.country != "FR":
        obstacles = f"{race.terms.yards // 440} {'hurdles' if hurdles else 'fences'}"
    return {
        "raceTime": race.off.strftime("%I:%M").lstrip("0"), "raceDate": f"{race.off.day} {race.off:%b %Y}",
        "courseDisplayName": race.course.shown, "raceTitle": race.title, "raceTypeCode": race.type_code,
        "tickerText": race.title, "raceClass": race.race_class, "agesAllowed": race.terms.age_band,
        "distanceShort": race.terms.distance, "distanceFull": None, "courseType": None, "going": race.going,
        "obstacles": obstacles, "prizes": [] if void else prizes, "hasReplay": False, "ptvAssetId": None,
        "ptvVideoId": None, "videoProvider": None, "distanceYard": race.terms.yards,
    }  # fmt: skip


def _details(race: Race, rows: list[Seen], void: bool) -> Json:
    country, untimed = race.course.country, void or race.odd.is_walkover
    off = (race.off + timedelta(seconds=race.id % 200)).strftime("%I:%M:%S").lstrip("0")
    win = None if void or country not in {"GB", "IRE"} else money(race.prizes[0] % 40 + 1.5, CURRENCY.get(country, "£"))
    book = book_percent([row.runner.odds for row in rows])
    return {
        "numberOfRunners": len(rows), "offTime": None if country == "FR" else off,
        "winningTime": "0m 0.00s" if untimed else clock(race.winning_time),
        "fastSlow": None if untimed or country == "FR" else against_standard(race.against_standard),
        "totalSp": f"{book}%" if book else None,
        "owners": [] if void else [_owner(s, n) for n, s in enumerate(rows[:3], 1)], "firstBreeder": "Quenby Stud",
        "rule4": None,
        "tote": {"win": win, "places": [], "exacta": None, "csf": None, "tricast": None, "trifecta": None},
    }  # fmt: skip


def _remarks(race: Race, rows: list[Seen], void: bool) -> str | None:
    if void:
        return "The race was declared void."
    struck = next((row for row in rows if row.disqualified), None)
    return f"{struck.runner.horse.name} was disqualified after an inquiry." if struck else None


def _owner(seen: Seen, position: int) -> Json:
    owner = seen.runner.owner
    return {
        "position": position,
        "ownerUid": owner.id,
        "ownerName": owner.name,
        "ownerUrl": f"/profile/owner/{owner.id}/{slug(owner.name)}/",
        "horseName": seen.runner.horse.name,
    }


def _local(race: Race) -> str:
    """Return the off on the course's own clock."""
    ahead = timedelta(hours=HOURS_AHEAD.get(race.course.country, 0))
    offset = (race.off.utcoffset() or timedelta()) + ahead
    hours = int(offset.total_seconds()) // 3600
    return f"{race.off + ahead:%Y-%m-%dT%H:%M:%S}{'-' if hours < 0 else '+'}{abs(hours):02}:00"


def _as_of_old(data: Json) -> Json:
    """Take away what pages of old races lack."""
    for name in ("videoProvider", "meetingTote", "analysis"):
        del data[name]
    for name in ("distanceFull", "obstacles", "courseType", "ptvAssetId", "ptvVideoId", "videoProvider"):
        del data["header"][name]
    for name in ("tote", "fastSlow", "firstBreeder"):
        del data["details"][name]
    for runner in data["runners"]:
        for name in (
            "isFirstTimeHeadgear", "isFirstTimeWindSurgery", "isSecondTimeWindSurgery", "wfaAdjustment", "silkUrl",
            "overWeight", "prevRaceUrl", "nextRaceUrl", "officialRatingUnit",
        ):  # fmt: skip
            del runner[name]
        if runner["comment"]:
            del runner["comment"]["bettingMovements"]
    return data
