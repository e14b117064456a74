"""The columns of one runner: one object of the payload becomes one record."""

from __future__ import annotations

from typing import Any

from extract.contract import Record
from extract.parse import codes, fields, quantities, titles
from extract.parse.race import Prizes

RATINGS = {"officialRating": "official_rating", "rpRating": "rpr", "topspeed": "topspeed"}


def outcome(node: dict[str, Any], path: str) -> str:
    """Return the published outcome code of a runner, in capitals."""
    return fields.need_text(node, "outcomeCode", path).upper()


def runner_columns(node: dict[str, Any], path: str, prizes: Prizes, *, arabian: bool) -> Record:
    """Return the runner's columns of the contract, but for those that need the whole race.

    At an Arabian fixture the countries stand within the names.
    """
    code = outcome(node, path)
    disqualified = fields.flag(node, "isDisqualified", path) is True or code == codes.DISQUALIFIED
    place = codes.position(code, path)
    position = None if disqualified else place
    prize, currency = prizes.get(position or 0, (None, None))
    fraction, decimal, mark = quantities.starting_price(fields.text(node, "odds", path))
    cloth, letter = quantities.saddlecloth(_cloth(node, path))
    name, country = _named(node, "horseName", "horseSuffix", path, arabian=arabian)
    record: Record = {
        "horse_id": fields.identifier(node, "horseUid", path),
        "horse": name,
        "horse_country": country,
        "saddlecloth_number": cloth,
        "saddlecloth_letter": letter,
        "draw": quantities.draw(fields.text(node, "drawLabel", path)),
        "outcome_code": code,
        "position": position,
        "is_disqualified": disqualified,
        "sp_fractional": fraction,
        "sp_decimal": decimal,
        "favourite_mark": mark,
        "is_favourite": None if fraction is None and mark is None else mark is not None,
        "jockey_id": fields.profile_id(node, "jockeyUrl", path),
        "jockey": fields.text(node, "jockeyName", path),
        "jockey_claim_lbs": fields.integer(node, "jockeyWeightAllowance", path),
        "trainer_id": fields.profile_id(node, "trainerUrl", path),
        "trainer": fields.text(node, "trainerName", path),
        "owner_id": fields.profile_id(node, "ownerUrl", path),
        "owner": fields.text(node, "ownerName", path),
        "age": fields.measure(node, "age", path),
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
    for key, name in RATINGS.items():
        record[name] = fields.integer(node, key, path)
    record.update(_pedigree(node, path, arabian=arabian))
    record.update(_comment(node, path))
    return record


def _cloth(node: dict[str, Any], path: str) -> int | str | None:
    value = node.get("saddleClothNo")
    return (
        fields.text(node, "saddleClothNo", path)
        if isinstance(value, str)
        else fields.integer(node, "saddleClothNo", path)
    )


def _weight(node: dict[str, Any], path: str) -> int | None:
    carried = fields.measure(node, "weightCarriedLbs", path)
    stones, pounds = fields.integer(node, "weightStones", path), fields.integer(node, "weightPounds", path)
    if carried is None and stones is not None:
        return 14 * stones + (pounds or 0) or None
    return carried


def _named(
    node: dict[str, Any], name_key: str, suffix_key: str, path: str, *, arabian: bool
) -> tuple[str | None, str | None]:
    """Return (name, country) of a horse.

    A suffix of null is how the source writes GB; where the field is absent, the country is not known.
    """
    name, suffix = fields.text(node, name_key, path), fields.text(node, suffix_key, path)
    if suffix is not None or name is None:
        return name, suffix.strip("()").upper() if suffix and name else None
    country = None
    if arabian:
        name, country = titles.name_and_country(name)
    return name, country or ("GB" if suffix_key in node else None)


def _pedigree(node: dict[str, Any], path: str, *, arabian: bool) -> Record:
    pedigree, inner = fields.part(node, "pedigree", path), f"{path}.pedigree"
    sex, colour = codes.sex_and_colour(fields.text(pedigree, "colourSex", inner), inner)
    sire, sire_country = _named(pedigree, "sireName", "sireSuffix", inner, arabian=arabian)
    dam, dam_country = _named(pedigree, "damName", "damSuffix", inner, arabian=arabian)
    damsire, _ = _named(pedigree, "damSireName", "damSireSuffix", inner, arabian=arabian)
    return {
        "sex": sex,
        "colour": colour,
        "sire_id": fields.profile_id(pedigree, "sireUrl", inner),
        "sire": sire,
        "sire_country": sire_country,
        "dam_id": fields.profile_id(pedigree, "damUrl", inner),
        "dam": dam,
        "dam_country": dam_country,
        "damsire_id": fields.profile_id(pedigree, "damSireUrl", inner),
        "damsire": damsire,
    }


def _comment(node: dict[str, Any], path: str) -> Record:
    remark, inner = fields.part(node, "comment", path), f"{path}.comment"
    return {
        "comment": fields.text(remark, "comment", inner),
        "betting_movements": fields.text(remark, "bettingMovements", inner),
    }
