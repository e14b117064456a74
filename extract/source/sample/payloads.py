"""The source's JSON, key for key: the index of a date and the full result of a race."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from extract.source.sample.evolution import Seen, View
from extract.source.sample.names import Course, slug

Json = dict[str, Any]
DASH = "–"
FRACTIONS = {0.0: "", 0.25: "¼", 0.5: "½", 0.75: "¾"}
ZONE_HOURS = {"FR": 1}


def meeting(course: Course, views: list[View], order: int) -> Json:
    """Return one meeting of the index."""
    shown = f"{course.name} ({course.country})" if course.country not in {"GB", "ARAB"} else course.name
    abandoned = [v for v in views if v.status == "abandoned"]
    return _meeting_frame(str(course.id), shown, course.country, order) | {
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
        link = f"/results/-2/world-wide-stakes/{seen.race.off.date()}/{seen.race.id}"
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
    first = seen.runners[:3]
    return {
        "raceUid": race.id, "raceTime": race.off.strftime("%H:%M"), "raceDateTime": race.off.isoformat(),
        "raceStatusCode": {"abandoned": "A", "pending": "O"}.get(seen.status, "R"), "isResult": has_result,
        "isAbandoned": seen.status == "abandoned", "isVoidRace": seen.status == "void", "courseName": None,
        "courseUid": race.course.id, "courseKey": race.course.key, "countryCode": race.course.country,
        "raceTitle": race.title, "hasReplay": False, "fullResultAvailable": has_result,
        "diffusionCourseName": race.course.name.upper(),
        "fullResultLink": f"/results/{race.course.id}/{race.course.key}/{race.off.date()}/{race.id}",
        "distance": race.distance, "raceClass": race.race_class, "prizeMoney": money(race.prizes[0], race.euros),
        "going": race.going, "runnersCount": len(seen.runners) or (len(race.runners) if seen.status == "pending" else 0),
        "distances": ", ".join(f"{s.margin}l" for s in first[1:]) or None,
        "winningJockeys": [{"name": s.runner.jockey.name, "url": s.runner.jockey.url("jockey")} for s in first[:1]],
        "winningTrainers": [{"name": s.runner.trainer.name, "url": s.runner.trainer.url("trainer")} for s in first[:1]],
        "winnerTime": clock(race.winning_time) if first else None, "diffToStandardTime": None, "aggregateSp": None,
        "totalSp": 118 if first else None, "unplacedFav": [], "toteWin": None, "totePlaces": [None] * 4,
        "exacta": None, "csf": None, "tricast": None, "trifecta": None, "trioText": None, "toteDeadHeatText": None,
        "raceComments": None, "rule4Text": None, "runners": [_placed(s, n) for n, s in enumerate(first)],
        "nonRunners": [{"horseName": name, "reason": None} for name in race.non_runners or ()],
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


def result(seen: View) -> Json:
    """Return the full result of a race, as `raceResult.data`."""
    race, country = seen.race, seen.race.course.country
    void = seen.status == "void"
    rows = [Seen(r, "VOI", None, None, False, None, None) for r in race.runners] if void else list(seen.runners)
    placed = {int(s.code) for s in rows if s.code.isdigit()}
    shown = race.course.name.removesuffix(" (ARAB)")
    local = race.off + timedelta(hours=ZONE_HOURS.get(country, 0))
    offset = race.off.utcoffset() or timedelta()
    hours = int(offset.total_seconds()) // 3600 + ZONE_HOURS.get(country, 0)
    prizes = [{"position": p, "formatted": money(v, race.euros)} for p, v in enumerate(race.prizes, 1) if p in placed]
    off_time = (
        None if country == "FR" else (race.off + timedelta(seconds=race.id % 200)).strftime("%I:%M:%S").lstrip("0")
    )
    win = None if void or country == "FR" else money(race.prizes[0] % 40 + 1.5, race.euros)
    return {
        "raceId": race.id, "raceDatetime": race.off.isoformat(),
        "localRaceDatetime": f"{local:%Y-%m-%dT%H:%M:%S}+{hours:02}:00", "videoProvider": None,
        "courseUid": race.course.id, "courseKey": race.course.key, "courseName": shown, "countryCode": country,
        "header": {
            "raceTime": race.off.strftime("%I:%M").lstrip("0"), "raceDate": f"{race.off.day} {race.off:%b %Y}",
            "courseDisplayName": shown if country == "GB" else f"{shown} ({country})", "raceTitle": race.title,
            "raceTypeCode": race.type_code, "tickerText": race.title, "raceClass": race.race_class,
            "agesAllowed": race.age_band, "distanceShort": race.distance, "distanceFull": None, "courseType": None,
            "going": race.going, "obstacles": "9 hurdles" if race.type_code == "H" and country != "FR" else None,
            "prizes": [] if void else prizes, "hasReplay": False, "ptvAssetId": None, "ptvVideoId": None,
            "videoProvider": None, "distanceYard": race.yards,
        },
        "details": {
            "numberOfRunners": len(rows), "offTime": off_time,
            "winningTime": "0m 0.00s" if void else clock(race.winning_time), "fastSlow": None if void else "slow by 2.40s",
            "totalSp": "118%", "owners": [] if void else [_owner(s, n) for n, s in enumerate(rows[:3], 1)],
            "firstBreeder": "Quenby Stud", "rule4": None,
            "tote": {"win": win, "places": [], "exacta": None, "csf": None, "tricast": None, "trifecta": None},
        },
        "nonRunners": None if race.non_runners is None else [{"horseName": n, "reason": None} for n in race.non_runners],
        "raceComments": "The race was declared void." if void else None, "meetingTote": None,
        "meetingPosition": {"prevRaceId": None, "nextRaceId": None, "firstRaceId": race.id, "lastRaceId": race.id, "isLastRaceOfMeeting": False},
        "runners": [_runner(s, seen) for s in rows],
        "analysis": {"paragraphs": [[{"type": "text", "value": "They went no great gallop & finished in a heap."}]]},
    }  # fmt: skip


def _runner(seen: Seen, view: View) -> Json:
    runner, horse, french = seen.runner, seen.runner.horse, view.race.course.country == "FR"
    rated = [seen.runner.rating, seen.topspeed, seen.rpr]
    rating, topspeed, rpr = (DASH if value is None else str(value) for value in rated)
    age = view.race.off.year - horse.born
    remark = f'Held up, "kept on" from two out, {runner.jockey.name.split()[0]} easing;{chr(10) if horse.id % 50 == 0 else " "}not reach leaders'
    return {
        "horseUid": horse.id, "horseName": horse.name, "horseUrl": horse.url, "horseSuffix": horse.suffix,
        "saddleClothNo": None if view.race.course.country == "JER" else runner.number,
        "silkUrl": f"https://images.invalid/silks/{runner.owner.id}.svg", "outcomeCode": seen.code,
        "isDisqualified": seen.disqualified, "drawLabel": f"({runner.draw})" if runner.draw else None,
        "beatenDistance": seen.margin, "beatenDistanceToWinner": to_winner(seen), "odds": runner.odds,
        "jockeyName": runner.jockey.name, "jockeyUrl": runner.jockey.url("jockey"), "jockeyWeightAllowance": runner.claim,
        "trainerName": runner.trainer.name, "trainerUrl": runner.trainer.url("trainer"),
        "ownerName": runner.owner.name, "ownerUrl": runner.owner.url("owner"), "age": age,
        "weightStones": runner.weight // 14, "weightPounds": runner.weight % 14, "officialRating": rating,
        "officialRatingUnit": "ARO" if view.race.course.country == "ARAB" else "OR", "topspeed": topspeed,
        "rpRating": rpr, "headgear": runner.headgear,
        "isFirstTimeHeadgear": bool(runner.headgear) and runner.first_headgear, "isFirstTimeWindSurgery": False,
        "isSecondTimeWindSurgery": False, "extraWeight": None, "overWeight": None, "outOfHandicap": None,
        "prevRaceUrl": None, "nextRaceUrl": None,
        "pedigree": {
            "colourSex": f"{horse.colour} {horse.sex}", "sireName": horse.sire.name, "sireSuffix": horse.sire.suffix,
            "sireUrl": horse.sire.url, "damName": horse.dam.name, "damSuffix": horse.dam.suffix, "damUrl": horse.dam.url,
            "damSireName": horse.damsire.name, "damSireUrl": horse.damsire.url,
        },
        "comment": {"comment": None if french else remark, "bettingMovements": None if french else "op 7/2"},
        "distanceToWinnerNative": seen.total, "weightCarriedLbs": runner.weight, "wfaAdjustment": 0,
    }  # fmt: skip


def _owner(seen: Seen, position: int) -> Json:
    owner = seen.runner.owner
    return {
        "position": position,
        "ownerUid": owner.id,
        "ownerName": owner.name,
        "ownerUrl": f"/profile/owner/{owner.id}/{slug(owner.name)}/",
        "horseName": seen.runner.horse.name,
    }


def to_winner(seen: Seen) -> str | None:
    """Return the rounded cumulative distance the source shows; null for the first two home."""
    if seen.total is None or seen.code in {"1", "2"}:
        return None
    quarters = round(seen.total * 4) / 4
    return f"{int(quarters) or ''}{FRACTIONS[quarters % 1]}" or "shd"


def money(amount: float, euros: bool) -> str:
    """Return an amount as published: no pence when there are none."""
    sign = "€" if euros else "£"
    return f"{sign}{amount:,.0f}" if round(amount, 2) == int(amount) else f"{sign}{amount:,.2f}"


def clock(seconds: float) -> str:
    """Return a winning time as published."""
    return f"{seconds:.2f}s" if seconds < 60 else f"{int(seconds // 60)}m {seconds % 60:.2f}s"
