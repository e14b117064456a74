"""The index of a date as the source's JSON, key for key."""

from __future__ import annotations

from typing import Any

from extract.source.sample.courses import CURRENCY, Course
from extract.source.sample.evolution import Seen, View
from extract.source.sample.formats import clock, money
from extract.source.sample.market import book_percent

Json = dict[str, Any]


def meeting(course: Course, views: list[View], order: int) -> Json:
    """Return one meeting of the index."""
    abandoned = [v for v in views if v.status == "abandoned"]
    return _meeting_frame(str(course.id), course.shown, course.country, order) | {
        "meetingGoing": f"{views[0].race.going.upper()}" if views else None,
        "totalNonRunners": sum(len(v.race.non_runners or ()) for v in views),
        "isAbandoned": bool(views) and len(abandoned) == len(views),
        "races": [index_race(v) for v in views],
    }


def special_meeting(views: list[View]) -> Json:
    """Return the worldwide listing that repeats races of other meetings under course id -2."""
    races = []
    for seen in views:
        race = index_race(seen)
        link = f"/results/-2/world-wide-stakes/{seen.race.day}/{seen.race.id}"
        races.append(
            race
            | {
                "courseUid": -2,
                "courseKey": "world-wide-stakes",
                "fullResultLink": link,
                "courseName": "WORLDWIDE STAKES",
            }
        )
    return _meeting_frame("worldwide-stakes", "Worldwide Stakes", "", 99) | {"isSpecialMeeting": True, "races": races}


def _meeting_frame(course_id: str, name: str, country: str, order: int) -> Json:
    return {
        "courseId": course_id, "courseName": name, "countryCode": country,
        "courseImageUrl": f"https://images.invalid/{country}-{course_id}.jpg", "meetingOrder": order,
        "meetingGoing": None, "weather": None, "wind": None, "stallsPosition": None, "totalNonRunners": 0,
        "jackpotText": " ", "placepotText": None, "quadpotText": " ", "doubleCards": None, "favouritesIndex": None,
        "aggregateSp": None, "winningDistances": None, "isAbandoned": False, "isSpecialMeeting": False,
        "winningTimesLink": None, "races": [],
    }  # fmt: skip


def index_race(seen: View) -> Json:
    """Return one race of the index. An abandoned race has a result link as well."""
    race, has_result = seen.race, seen.status in {"result", "void"}
    first, sign = seen.runners[:3], CURRENCY.get(race.course.country, "£")
    return {
        "raceUid": race.id, "raceTime": race.off.strftime("%H:%M"), "raceDateTime": race.off.isoformat(),
        "raceStatusCode": {"abandoned": "A", "pending": "O"}.get(seen.status, "R"), "isResult": has_result,
        "isAbandoned": seen.status == "abandoned", "isVoidRace": seen.status == "void", "courseName": None,
        "courseUid": race.course.id, "courseKey": race.course.key, "countryCode": race.course.country,
        "raceTitle": race.title, "hasReplay": False, "fullResultAvailable": has_result,
        "diffusionCourseName": race.course.name.upper(),
        "fullResultLink": f"/results/{race.course.id}/{race.course.key}/{race.day}/{race.id}",
        "distance": race.terms.distance, "raceClass": race.race_class, "prizeMoney": money(race.prizes[0], sign),
        "going": race.going, "runnersCount": len(seen.runners) or (len(race.runners) if seen.status == "pending" else 0),
        "distances": ", ".join(s.margin if s.margin.isalpha() else f"{s.margin}l" for s in first[1:] if s.margin) or None,
        "winningJockeys": [{"name": s.runner.jockey.name, "url": s.runner.jockey.url("jockey")} for s in first[:1]],
        "winningTrainers": [{"name": s.runner.trainer.name, "url": s.runner.trainer.url("trainer")} for s in first[:1]],
        "winnerTime": clock(race.winning_time) if first else None, "diffToStandardTime": None, "aggregateSp": None,
        "totalSp": book_percent([s.runner.odds for s in seen.runners]) if first else None, "unplacedFav": [],
        "toteWin": None, "totePlaces": [None] * 4,
        "exacta": None, "csf": None, "tricast": None, "trifecta": None, "trioText": None, "toteDeadHeatText": None,
        "raceComments": None, "rule4Text": None, "runners": [_placed(s, n) for n, s in enumerate(first)],
        "nonRunners": [{"horseName": n.name, "reason": n.reason} for n in race.non_runners or ()],
    }  # fmt: skip


def _placed(seen: Seen, row: int) -> Json:
    horse = seen.runner.horse
    return {
        "position": ("1st", "2nd", "3rd")[row], "saddleCloth": str(seen.runner.number), "horseName": horse.name,
        "horseUrl": horse.url, "distanceToWinner": seen.margin, "sp": seen.runner.odds,
        "jockey": seen.runner.jockey.name, "trainer": seen.runner.trainer.name, "sireName": horse.sire.name,
        "sireUrl": horse.sire.url, "damName": horse.dam.name, "damUrl": horse.dam.url,
        "damSireName": horse.damsire.name, "damSireUrl": horse.damsire.url, "breederName": "Quenby Stud",
        "ownerName": seen.runner.owner.name, "ownerUrl": seen.runner.owner.url("owner"),
    }  # fmt: skip
