"""A row of others becomes a record of the contract. What runners of a race share is read once a race."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from extract.contract import RESULTS, Record, names
from extract.importing import values
from extract.importing.country import Place
from extract.importing.dirt import Dirty
from extract.importing.header import Header
from extract.importing.known_ids import KnownIds
from extract.importing.tally import UNKNOWN, Key
from extract.parse import codes, quantities, titles
from extract.parse.sexes import sex_restriction
from extract.stage.layout import timestamp

UK = ZoneInfo("Europe/London")
EMPTY: Record = dict.fromkeys(names(RESULTS))
TYPES = {kind.name.lower(): kind for kind in codes.RACE_TYPES.values() if not kind.all_weather}
NO_DIRT_TRACK = frozenset({"gb", "ire", "fr"})
METRES_ARE_EXACT = frozenset({"gb", "ire", "usa", "can"})


class Converter:
    """Reads the rows of one file.

    Args:
        header: the file's columns.
        place: what file and options say of the country.
        today: rows of a later date are refused.
        ids: what is known of the ids of horses and courses that a row only names.
    """

    def __init__(self, header: Header, place: Place, today: date, ids: KnownIds) -> None:
        self._at, self._place, self._today, self._ids = header.at, place, today, ids
        self._race_at = header.race_at
        self._last: tuple[tuple[str, ...], Record] | None = None
        self._has = {name: name in header.at for name in ("hg", "sp", "sex_rest", "or")}

    def record(self, cells: Sequence[str]) -> Record:
        """Return the record of a row, without its run; `ran` is what the row claims.

        Raises:
            Dirty: the row cannot be staged.
        """
        key = tuple([cells[at] for at in self._race_at])
        if self._last is None or self._last[0] != key:
            self._last = (key, self._race(cells))
        record = EMPTY | self._last[1]
        record |= self._runner(cells)
        if record["horse_id"] is None:
            record["horse_id"] = self._ids.horse(record)
            if record["horse_id"] is None:
                raise Dirty("no horse_id", f"{record['horse']} of race {record['race_id']}")
        return record

    def fits(self, cells: Sequence[str]) -> bool:
        """Say whether each cell holds what belongs in its column."""
        try:
            self.record(cells)
        except Dirty as error:
            by_name = "horse_id" not in self._at and error.reason in ("no horse_id", "horse_id ambiguous")
            return by_name or error.reason == "did not run"
        return True

    def key(self, cells: Sequence[str]) -> Key:
        """Return year and country of a row that cannot be staged, as far as it tells."""
        try:
            when = values.day(self._cell(cells, "date"))
            published = self._text(cells, "course")
            return f"{when.year}", self._place.country(self._text(cells, "region"), published)
        except (Dirty, IndexError):
            return UNKNOWN

    def _cell(self, cells: Sequence[str], name: str) -> str:
        at = self._at.get(name)
        return "" if at is None else cells[at]

    def _text(self, cells: Sequence[str], name: str) -> str | None:
        at = self._at.get(name)
        return None if at is None else values.text(cells[at], name)

    def _race(self, cells: Sequence[str]) -> Record:
        when = values.day(self._cell(cells, "date"))
        if when > self._today:
            raise Dirty("no date", f"date is {when}, which is yet to come")
        race_id = values.identifier(self._cell(cells, "race_id"), "race_id")
        if race_id is None:
            raise Dirty("no race_id")
        published = self._text(cells, "course")
        country = self._place.country(self._text(cells, "region"), published)
        title, kind = self._text(cells, "race_name"), self._kind(cells)
        course = _course(published)
        off = values.off(self._cell(cells, "off"), country)
        pattern, going = self._text(cells, "pattern"), self._text(cells, "going")
        race_code = kind.race_code if kind else None
        return {
            "country": country,
            "race_date": when.isoformat(),
            "race_id": race_id,
            "course_id": values.identifier(self._cell(cells, "course_id"), "course_id")
            or self._ids.course(country, course),
            "course": course,
            "off_time": off,
            "off_at": _utc(when, off) if off else None,
            "off_at_local": f"{when} {off}:00.000000" if off and country in ("gb", "ire") else None,
            "race_name": title,
            "race_type": kind.name if kind else None,
            "race_code": race_code,
            "surface": self._surface(cells, going, course or "", country),
            "race_class": values.race_class(self._cell(cells, "class")) if country == "gb" else None,
            "pattern": pattern,
            "rating_band": self._text(cells, "rating_band"),
            "age_band": self._text(cells, "age_band"),
            "sex_restriction": self._text(cells, "sex_rest") if self._has["sex_rest"] else sex_restriction(title),
            "distance": self._text(cells, "dist"),
            "distance_yards": self._yards(cells, country),
            "going": going,
            "ran": values.whole(self._cell(cells, "ran"), "ran", "ran"),
            "is_handicap": titles.is_handicap(title, pattern, race_code, country),
        }

    def _kind(self, cells: Sequence[str]) -> codes.RaceType | None:
        said = self._text(cells, "type")
        if said is None:
            return None
        kind = TYPES.get(said.lower())
        if kind is None:
            raise Dirty("unknown code", f"type is {said[:40]!r}")
        return kind

    def _surface(self, cells: Sequence[str], going: str | None, course: str, country: str) -> str | None:
        found = titles.surface(None, going, course) or self._text(cells, "surface")
        if found is not None and found not in ("Turf", "AW", "Dirt"):
            raise Dirty("unknown code", f"surface is {found[:40]!r}")
        return "AW" if found == "Dirt" and country in NO_DIRT_TRACK else found

    def _yards(self, cells: Sequence[str], country: str) -> int | None:
        exact = country in METRES_ARE_EXACT
        if exact and (yards := values.number(self._cell(cells, "dist_y"), "dist_y")):
            found = yards
        elif metres := values.number(self._cell(cells, "dist_m"), "dist_m"):
            found = metres / 0.9144 if exact else metres / 200 * 220
        elif furlongs := values.number(self._cell(cells, "dist_f").strip().rstrip("f"), "dist_f"):
            found = furlongs * 220
        else:
            found = 220 * (values.furlongs(self._text(cells, "dist")) or 0)
        return int(values.within(round(found), "the distance in yards", "distance_yards")) if found else None

    def _runner(self, cells: Sequence[str]) -> Record:
        cell, text = self._cell, self._text
        code = values.outcome(cell(cells, "pos"))
        position = codes.POSITIONS.get(code)
        finished = position is not None or code in (codes.DISQUALIFIED, codes.UNPLACED)
        fraction, decimal, mark = values.price(cell(cells, "sp"))
        if decimal is None and (said := values.number(cell(cells, "dec"), "dec")):
            decimal = values.within(said, "dec", "sp_decimal")
        prize, currency = values.prize(cell(cells, "prize"))
        cloth, letter = _cloth(cell(cells, "num"))
        horse, horse_country = _named(text(cells, "horse"))
        if horse is None:
            raise Dirty("no horse_id", "the horse has no name")
        sire, sire_country = _named(text(cells, "sire"))
        dam, dam_country = _named(text(cells, "dam"))
        remark, betting = values.comment(cell(cells, "comment"))
        headgear = text(cells, "hg")
        first_time = headgear is not None and headgear.endswith("1")
        finish = values.seconds(cell(cells, "secs"), "secs") or values.seconds(cell(cells, "time"), "time")
        weight = values.whole(cell(cells, "lbs"), "lbs", "weight_lbs") or values.stones(cell(cells, "wgt"))
        rating = values.whole(cell(cells, "or"), "or", "official_rating")

        def behind(name: str, ours: str) -> float | None:
            if position == 1:
                return 0.0
            return values.lengths(cell(cells, name), name, ours) if finished else None

        arabian = self._last is not None and self._last[1]["country"] == "aro"
        return {
            "horse_id": values.identifier(cell(cells, "horse_id"), "horse_id"),
            "horse": horse,
            "horse_country": horse_country,
            "saddlecloth_number": cloth,
            "saddlecloth_letter": letter,
            "draw": values.whole(cell(cells, "draw").strip("() "), "draw", "draw"),
            "outcome_code": code,
            "position": position,
            "is_disqualified": code == codes.DISQUALIFIED,
            "beaten_lengths": behind("btn", "beaten_lengths"),
            "total_beaten_lengths": behind("ovr_btn", "total_beaten_lengths"),
            "finishing_time_secs": finish if position is not None else None,
            "sp_fractional": fraction,
            "sp_decimal": decimal,
            "favourite_mark": mark,
            "is_favourite": None if fraction is None and mark is None else mark is not None,
            "jockey_id": values.identifier(cell(cells, "jockey_id"), "jockey_id"),
            "jockey": text(cells, "jockey"),
            "trainer_id": values.identifier(cell(cells, "trainer_id"), "trainer_id"),
            "trainer": text(cells, "trainer"),
            "owner_id": values.identifier(cell(cells, "owner_id"), "owner_id"),
            "owner": text(cells, "owner"),
            "age": values.whole(cell(cells, "age"), "age", "age"),
            "sex": _sex(text(cells, "sex")),
            "weight_lbs": weight,
            "headgear": (headgear[:-1] or None) if headgear and first_time else headgear,
            "is_first_time_headgear": first_time if self._has["hg"] else None,
            "official_rating": rating,
            "official_rating_unit": ("ARO" if arabian else "OR") if self._has["or"] else None,
            "rpr": values.whole(cell(cells, "rpr"), "rpr", "rpr"),
            "topspeed": values.whole(cell(cells, "ts"), "ts", "topspeed"),
            "prize": prize,
            "prize_currency": currency,
            "sire_id": values.identifier(cell(cells, "sire_id"), "sire_id"),
            "sire": sire,
            "sire_country": sire_country,
            "dam_id": values.identifier(cell(cells, "dam_id"), "dam_id"),
            "dam": dam,
            "dam_country": dam_country,
            "damsire_id": values.identifier(cell(cells, "damsire_id"), "damsire_id"),
            "damsire": _named(text(cells, "damsire"))[0],
            "comment": remark,
            "betting_movements": betting,
            "silk_url": text(cells, "silk_url"),
        }


@lru_cache(1024)
def _course(published: str | None) -> str | None:
    """Return a course name without its suffix of country; `kempton-aw`, as old files have it, is Kempton (AW)."""
    if published is None:
        return None
    if published.islower() and " " not in published:
        words = published.removesuffix("-aw").replace("-", " ").title()
        return f"{words} (AW)" if published.endswith("-aw") else words
    return titles.course_name(published)


@lru_cache(65536)
def _named(published: str | None) -> tuple[str | None, str | None]:
    return titles.name_and_country(published) if published else (None, None)


@lru_cache(4096)
def _utc(when: date, off: str) -> str:
    hour, minute = map(int, off.split(":"))
    return timestamp(datetime(when.year, when.month, when.day, hour, minute, tzinfo=UK).astimezone(UTC))


def _cloth(cell: str) -> tuple[int | None, str | None]:
    plain = cell.strip().rstrip(".")
    if plain in values.MISSING:
        return None, None
    if plain.isdecimal() or plain.endswith(".0"):
        return values.whole(plain, "num", "saddlecloth_number") or None, None
    found = quantities.CLOTH.fullmatch(plain)
    if not found:
        raise Dirty("not a number", f"num is {plain[:40]!r}")
    return values.whole(found[1], "num", "saddlecloth_number"), found[2].upper() or None


def _sex(said: str | None) -> str | None:
    if said is None:
        return None
    if said.upper() not in codes.SEXES:
        raise Dirty("unknown code", f"sex is {said[:40]!r}")
    return said.upper()
