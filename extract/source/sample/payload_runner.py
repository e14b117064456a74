"""One runner of a full result as the source's JSON, key for key."""

from __future__ import annotations

from typing import Any

from extract.source.sample.evolution import Seen
from extract.source.sample.formats import to_winner
from extract.source.sample.horses import Horse, Parent
from extract.source.sample.names import horse_name, slug
from extract.source.sample.races import Race

Json = dict[str, Any]
DASH = "–"


def runner_payload(seen: Seen, race: Race) -> Json:
    """Return a runner."""
    runner, horse, country = seen.runner, seen.runner.horse, race.course.country
    arabian, spoken = country == "ARO", country in {"GB", "IRE", "USA", "ARO"}
    ratings = [_rating(value, arabian) for value in (runner.rating, seen.topspeed, seen.rpr)]
    code = f" {seen.code} " if seen.code == "0" and horse.id % 3 == 0 else seen.code
    stones, pounds = divmod(runner.weight, 14)
    return {
        "horseUid": horse.id, "horseName": _name(horse, arabian), "horseUrl": horse.url,
        "horseSuffix": None if arabian else horse.suffix, "saddleClothNo": None if country == "JER" else runner.number,
        "silkUrl": f"https://images.invalid/silks/{runner.owner.id}.svg", "outcomeCode": code,
        "isDisqualified": seen.disqualified, "drawLabel": f"({runner.draw})" if runner.draw else None,
        "beatenDistance": seen.margin, "beatenDistanceToWinner": to_winner(seen.total, seen.code), "odds": runner.odds,
        "jockeyName": runner.jockey.name, "jockeyUrl": runner.jockey.url("jockey"), "jockeyWeightAllowance": runner.claim,
        "trainerName": runner.trainer.name, "trainerUrl": runner.trainer.url("trainer"),
        "ownerName": runner.owner.name + ("\r" if arabian and horse.id % 5 == 0 else ""),
        "ownerUrl": runner.owner.url("owner"), "age": runner.age, "weightStones": stones, "weightPounds": pounds,
        "officialRating": ratings[0], "officialRatingUnit": "ARO" if arabian else "OR", "topspeed": ratings[1],
        "rpRating": ratings[2], "headgear": runner.headgear, "isFirstTimeHeadgear": runner.first_headgear,
        "isFirstTimeWindSurgery": runner.wind == 1, "isSecondTimeWindSurgery": runner.wind == 2,
        "extraWeight": runner.penalty, "overWeight": runner.overweight, "outOfHandicap": runner.out_of_handicap,
        "prevRaceUrl": None, "nextRaceUrl": None, "pedigree": _pedigree(seen, race, arabian),
        "comment": {"comment": runner.comment if spoken else None, "bettingMovements": runner.moves},
        "distanceToWinnerNative": seen.total, "weightCarriedLbs": runner.weight, "wfaAdjustment": runner.allowance,
    }  # fmt: skip


def scratched(race: Race) -> Json:
    """Return a horse that is listed among the runners but did not run, and that the page does not count."""
    model = runner_payload(Seen(race.runners[-1], race.odd.scratched or "NR", None, None, False, None, None), race)
    name = horse_name(race.day.year - 4, race.id % 997 + 1)
    return model | {
        "horseUid": 90_000_000 + race.id % 1_000_000, "horseName": name,
        "horseUrl": f"/profile/horse/{90_000_000 + race.id % 1_000_000}/{slug(name)}/", "odds": None,
        "drawLabel": None, "saddleClothNo": None, "isDisqualified": False,
        "comment": {"comment": None, "bettingMovements": None},
    }  # fmt: skip


def _rating(value: int | None, arabian: bool) -> str | None:
    if value is None:
        return None if arabian else DASH
    return str(value)


def _pedigree(seen: Seen, race: Race, arabian: bool) -> Json | None:
    horse, colour = seen.runner.horse, f"{seen.runner.horse.colour} {seen.runner.sex}"
    odd = race.odd
    if odd.no_pedigree is not None and race.runners[odd.no_pedigree].horse.id == horse.id:
        return None
    if odd.no_sex is not None and race.runners[odd.no_sex].horse.id == horse.id:
        colour = "b"
    sire, dam, damsire = horse.sire, horse.dam, horse.damsire
    return {
        "colourSex": colour, "sireName": _name(sire, arabian), "sireSuffix": None if arabian else sire.suffix,
        "sireUrl": sire.url, "damName": _name(dam, arabian), "damSuffix": None if arabian else dam.suffix,
        "damUrl": dam.url, "damSireName": "" if arabian else damsire.name, "damSireUrl": damsire.url,
    }  # fmt: skip


def _name(animal: Horse | Parent, arabian: bool) -> str:
    """Return a horse's name; at Arabian fixtures the country stands within it."""
    return f"{animal.name} {animal.suffix}" if arabian and animal.suffix else animal.name
