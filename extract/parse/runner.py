"""The columns of one runner: one object of the payload becomes one record."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from extract.contract import RESULTS, Record, Value
from extract.parse import fields, quantities
from extract.parse.fields import broken
from extract.parse.race import Prizes

FACTS = tuple(column.name for column in RESULTS if column.role == "fact")
NON_FINISHERS = {"PU", "F", "UR", "BD", "RR", "RO", "SU", "REF", "CO", "LFT", "DSQ", "VOI", "HR", "DNF", "WDU", "REM"}
RATINGS = {"officialRating": "official_rating", "rpRating": "rpr", "topspeed": "topspeed"}


def runner_columns(node: dict[str, Any], path: str, race: Record, prizes: Prizes) -> Record:
    """Return the runner's columns of the contract, but for those that need the whole race."""
    code = fields.need_text(node, "outcomeCode", path).upper()
    position = _position(code, path)
    prize, currency = prizes.get(position or 0, (None, None))
    fraction, decimal, mark = quantities.starting_price(fields.text(node, "odds", path))
    record: Record = {
        "horse_id": fields.identifier(node, "horseUid", path),
        "horse": fields.need_text(node, "horseName", path),
        "horse_country": _country(node, "horseSuffix", path),
        "saddlecloth_number": fields.integer(node, "saddleClothNo", path),
        "draw": quantities.draw(fields.text(node, "drawLabel", path)),
        "outcome_code": code,
        "position": position,
        "is_disqualified": fields.flag(node, "isDisqualified", path) or code == "DSQ",
        "sp_fractional": fraction,
        "sp_decimal": decimal,
        "favourite_mark": mark,
        "is_favourite": None if fraction is None else mark is not None,
        "jockey_id": fields.profile_id(node, "jockeyUrl", path),
        "jockey": fields.text(node, "jockeyName", path),
        "jockey_claim_lbs": fields.integer(node, "jockeyWeightAllowance", path),
        "trainer_id": fields.profile_id(node, "trainerUrl", path),
        "trainer": fields.text(node, "trainerName", path),
        "owner_id": fields.profile_id(node, "ownerUrl", path),
        "owner": fields.text(node, "ownerName", path),
        "age": fields.integer(node, "age", path),
        "weight_lbs": _weight(node, path),
        "weight_for_age_lbs": fields.integer(node, "wfaAdjustment", path),
        "extra_weight_lbs": fields.integer(node, "extraWeight", path),
        "overweight_lbs": fields.integer(node, "overWeight", path),
        "out_of_handicap_lbs": fields.integer(node, "outOfHandicap", path),
        "headgear": fields.text(node, "headgear", path),
        "is_first_time_headgear": fields.flag(node, "isFirstTimeHeadgear", path),
        "is_first_time_wind_surgery": fields.flag(node, "isFirstTimeWindSurgery", path),
        "is_second_time_wind_surgery": fields.flag(node, "isSecondTimeWindSurgery", path),
        "official_rating_unit": fields.text(node, "officialRatingUnit", path),
        "prize": prize,
        "prize_currency": currency,
        "silk_url": fields.text(node, "silkUrl", path),
    }
    record |= {name: fields.integer(node, key, path) for key, name in RATINGS.items()}
    record |= _distances(node, path, position, record["is_disqualified"] is True, race)
    return record | _pedigree(node, path) | _comment(node, path)


def facts_hash(row: Record) -> str:
    """Return the SHA-256 over the row's fact columns, written `name=value` in contract order."""
    return sha256("\x1f".join(f"{name}={_plain(row.get(name))}" for name in FACTS).encode()).hexdigest()


def _plain(value: Value) -> str:
    return "" if value is None else str(value)


def _position(code: str, path: str) -> int | None:
    if code.isascii() and code.isdigit() and 0 < int(code) < 100:
        return int(code)
    if code not in NON_FINISHERS:
        raise broken(f"{path}.outcomeCode", code, "a position or a known outcome code")
    return None


def _distances(node: dict[str, Any], path: str, position: int | None, disqualified: bool, race: Record) -> Record:
    """Return beaten distances in lengths and the estimated finishing time in seconds.

    The payload's own cumulative figure is exact and is preferred. The official winner's distances are zero, also
    where a disqualified horse passed the post first and the payload measures the winner against that horse.
    """
    published = fields.text(node, "beatenDistance", path)
    own = quantities.lengths(published)
    total = fields.number(node, "distanceToWinnerNative", path)
    if total is None:
        total = quantities.lengths(fields.text(node, "beatenDistanceToWinner", path))
    if position == 1:
        own, total = 0.0, 0.0
    elif position is None and not disqualified:
        published, own, total = None, None, None
    elif total is None:
        total = own if position == 2 else None
    elapsed = race["winning_time_secs"]
    finish = None
    if isinstance(elapsed, float) and total is not None and position is not None:
        pace = quantities.lengths_per_second(_text(race["race_type"]), _text(race["going"]))
        finish = round(elapsed + total / pace, 2)
    return {
        "beaten_distance": published,
        "beaten_lengths": own,
        "total_beaten_lengths": None if total is None else round(total, 2),
        "finishing_time_secs": finish,
    }


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _weight(node: dict[str, Any], path: str) -> int | None:
    carried = fields.integer(node, "weightCarriedLbs", path)
    stones, pounds = fields.integer(node, "weightStones", path), fields.integer(node, "weightPounds", path)
    if carried is None and stones is not None:
        return 14 * stones + (pounds or 0)
    return carried


def _country(node: dict[str, Any], key: str, path: str) -> str:
    return (fields.text(node, key, path) or "GB").strip("()").upper()


def _pedigree(node: dict[str, Any], path: str) -> Record:
    inner = f"{path}.pedigree"
    pedigree = fields.obj(fields.member(node, "pedigree", path), inner)
    words = (fields.text(pedigree, "colourSex", inner) or "").split()
    return {
        "sex": words[-1].upper() if words else None,
        "colour": " ".join(words[:-1]) or None,
        "sire_id": fields.profile_id(pedigree, "sireUrl", inner),
        "sire": fields.text(pedigree, "sireName", inner),
        "sire_country": _country(pedigree, "sireSuffix", inner),
        "dam_id": fields.profile_id(pedigree, "damUrl", inner),
        "dam": fields.text(pedigree, "damName", inner),
        "dam_country": _country(pedigree, "damSuffix", inner),
        "damsire_id": fields.profile_id(pedigree, "damSireUrl", inner),
        "damsire": fields.text(pedigree, "damSireName", inner),
    }


def _comment(node: dict[str, Any], path: str) -> Record:
    inner = f"{path}.comment"
    remark = fields.member(node, "comment", path)
    if remark is None:
        return {"comment": None, "betting_movements": None}
    spoken = fields.obj(remark, inner)
    return {
        "comment": fields.text(spoken, "comment", inner),
        "betting_movements": fields.text(spoken, "bettingMovements", inner),
    }
