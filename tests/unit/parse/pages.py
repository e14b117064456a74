"""Pages of invented races, small enough to be read in a test; every member can be bent."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from extract.contract import Record
from extract.parse import DayIndex, ListedRace, RaceResult, parse_index_payload, parse_payload
from tests.conftest import listing_of

DAY = date(2025, 11, 11)
Json = dict[str, Any]


def runner(number: int, outcome: str, **changes: Any) -> Json:
    """One runner of a result page; `number` makes its ids and names its own."""
    node = {
        "horseUid": 500 + number, "horseName": f"Quill Number {number}", "horseUrl": f"/profile/horse/{500 + number}/quill/",
        "horseSuffix": "(IRE)", "saddleClothNo": number, "silkUrl": "https://images.invalid/1.svg", "outcomeCode": outcome,
        "isDisqualified": False, "drawLabel": f"({number})", "beatenDistance": None, "beatenDistanceToWinner": None,
        "odds": "7/2", "jockeyName": "Tam Orrel", "jockeyUrl": "/profile/jockey/71/tam-orrel/", "jockeyWeightAllowance": None,
        "trainerName": "Bex Lowther", "trainerUrl": "/profile/trainer/72/bex-lowther/", "ownerName": "The Lantern Few",
        "ownerUrl": "/profile/owner/73/the-lantern-few/", "age": 5, "weightStones": 9, "weightPounds": 4,
        "officialRating": "80", "officialRatingUnit": "OR", "topspeed": "–", "rpRating": "–", "headgear": None,
        "isFirstTimeHeadgear": False, "isFirstTimeWindSurgery": False, "isSecondTimeWindSurgery": False,
        "extraWeight": None, "overWeight": None, "outOfHandicap": None, "prevRaceUrl": None, "nextRaceUrl": None,
        "pedigree": {
            "colourSex": "b g", "sireName": "Old Harbour", "sireSuffix": None, "sireUrl": "/profile/horse/81/old-harbour/",
            "damName": "Thistle Song", "damSuffix": "(FR)", "damUrl": "/profile/horse/82/thistle-song/",
            "damSireName": "Grey Ledger", "damSireUrl": "/profile/horse/83/grey-ledger/",
        },
        "comment": {"comment": "held up, kept on", "bettingMovements": "op 4/1"},
        "distanceToWinnerNative": None, "weightCarriedLbs": 130, "wfaAdjustment": 0,
    }  # fmt: skip
    return node | changes


def race(*runners: Json, header: Json | None = None, details: Json | None = None, **changes: Any) -> Json:
    """A result page's data; by default a turf flat race of three at Hartlow, in Britain."""
    field = list(runners) or [
        runner(1, "1"),
        runner(2, "2", beatenDistance="1½", distanceToWinnerNative=1.5),
        runner(3, "3", beatenDistance="nk", beatenDistanceToWinner="1¾", distanceToWinnerNative=1.8),
    ]
    top = {
        "raceTime": "1:20", "raceDate": "11 Nov 2025", "courseDisplayName": "Hartlow", "raceTitle": "Lantern Inn Stakes",
        "raceTypeCode": "F", "tickerText": None, "raceClass": "4", "agesAllowed": "3yo+", "distanceShort": "1m2f",
        "distanceFull": None, "courseType": None, "going": "Good", "obstacles": None, "hasReplay": False, "ptvAssetId": None,
        "prizes": [{"position": 1, "formatted": "£5,446"}, {"position": 2, "formatted": "£2,509.50"}], "ptvVideoId": None,
        "videoProvider": None, "distanceYard": 2200,
    }  # fmt: skip
    facts = {
        "numberOfRunners": len(field), "offTime": "1:21:05", "winningTime": "2m 4.50s", "fastSlow": "slow by 1.20s",
        "totalSp": "111%", "owners": [], "firstBreeder": None, "rule4": None,
        "tote": {"win": "£4.50", "places": ["£2.10"], "exacta": "£9.10", "csf": "£8.30", "tricast": None, "trifecta": None},
    }  # fmt: skip
    data = {
        "raceId": 4001, "raceDatetime": "2025-11-11T13:20:00+00:00", "localRaceDatetime": "2025-11-11T13:20:00+00:00",
        "videoProvider": None, "courseUid": 61, "courseKey": "hartlow", "courseName": "Hartlow", "countryCode": "GB",
        "header": top | (header or {}), "details": facts | (details or {}), "nonRunners": None, "raceComments": None,
        "meetingTote": None, "meetingPosition": None, "runners": field, "analysis": None,
    }  # fmt: skip
    return data | changes


def listed_as(data: Json, **changes: Any) -> ListedRace:
    return listing_of(race(countryCode=data.get("countryCode") or "GB"), **changes)


def parse(data: Json, **changes: Any) -> RaceResult:
    """Parse a page under the listing that the index would have of it."""
    return parse_payload(json.dumps(data).encode(), listed_as(data, **changes))


def rows(*runners: Json, **changes: Any) -> tuple[Record, ...]:
    return parse(race(*runners, **changes)).rows


def row(one: Json, **changes: Any) -> Record:
    """The first row of a race whose other runners are plain."""
    return rows(one, runner(48, "2"), runner(49, "3"), **changes)[0]


def listed_race(number: int, **changes: Any) -> Json:
    """One race of an index."""
    node = {
        "raceUid": number, "raceDateTime": "2025-11-11T13:20:00+00:00", "raceStatusCode": "R", "isResult": True,
        "isAbandoned": False, "isVoidRace": False, "courseUid": 61, "courseKey": "hartlow", "raceTitle": "Lantern Inn Stakes",
        "fullResultAvailable": True, "fullResultLink": f"/results/61/hartlow/2025-11-11/{number}", "distance": "1m2f",
        "runnersCount": 1,
    }  # fmt: skip
    return node | changes


def meeting(country: str, *races: Any, **changes: Any) -> Json:
    """One meeting of an index."""
    name = "Hartlow" if country == "GB" else f"Hartlow ({country})"
    return {"courseName": name, "countryCode": country, "isSpecialMeeting": False, "races": list(races)} | changes


def index(*meetings: Any) -> DayIndex:
    return parse_index_payload(json.dumps(meetings).encode(), DAY)
