"""The results-by-date index: every race the source lists for one UK date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from extract.errors import ContractBroken, PageNotLoaded
from extract.parse import fields, titles
from extract.parse.bounds import BY_TYPE
from extract.parse.jumps import looks_like_jumps
from extract.parse.page import decode, encode, state
from extract.parse.required import require

Status = Literal["result", "void", "abandoned", "pending"]
LINK = re.compile(r"/results/(-?[0-9]{1,9})/([\w-]+)/([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{1,18})/?", re.ASCII)
COUNTRY = re.compile(r"[a-z]{2,4}")
ARABIAN = "aro"
"""Arabian fixtures have a country code of their own, wherever they are run."""


@dataclass(frozen=True, slots=True)
class ListedRace:
    """One race as the index lists it. `path` is its full-result page; `off_at` is UTC text."""

    race_id: int
    country: str
    race_date: date
    course_id: int
    course: str
    course_key: str
    off_time: str
    off_at: str
    race_name: str | None
    index_runners: int | None
    status: Status
    is_jumps: bool
    path: str


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something on an index that could not be read. Without a country it may concern any."""

    country: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class DayIndex:
    """What is listed for one UK date, all countries. `no_racing` is the one day without any: 25 December.

    The list of a country is whole only when `odd_for(country)` is empty.
    """

    race_date: date
    races: tuple[ListedRace, ...]
    no_racing: bool = False
    oddities: tuple[Oddity, ...] = ()

    def odd_for(self, country: str) -> list[str]:
        """Return why the races of a country cannot all be told; empty when they can."""
        return [odd.reason for odd in self.oddities if odd.country in {None, country}]


def index_payload(body: bytes) -> bytes:
    """Return what the page store keeps of an index page: its data as JSON, `null` where it has none.

    Raises:
        UnexpectedPage: the page is not an index page.
    """
    return encode(state(body, "results").get("data"))


def parse_index(body: bytes, race_date: date) -> DayIndex:
    """Parse an index page.

    Raises:
        PageNotLoaded: the source sent its error shell. On 25 December that shell is how "no racing" looks.
        ContractBroken: it is no list of meetings. An odd meeting or race among good ones is an oddity of its country.
    """
    return parse_index_payload(index_payload(body), race_date)


def parse_index_payload(payload: bytes, race_date: date) -> DayIndex:
    """Parse a stored index payload; as `parse_index`."""
    meetings = decode(payload)
    if meetings is None:
        if (race_date.month, race_date.day) == (12, 25):
            return DayIndex(race_date, (), no_racing=True)
        raise PageNotLoaded(f"The index of {race_date} came without its data. It is tried again; else run it later.")
    if not isinstance(meetings, list):
        raise fields.broken("results.data", meetings, "a list of meetings")
    if not meetings:
        raise PageNotLoaded(f"The index of {race_date} lists no meeting at all. It is tried again; else run it later.")
    races: list[ListedRace] = []
    oddities: list[Oddity] = []
    for number, node in enumerate(meetings):
        _meeting(node, f"meetings[{number}]", race_date, races, oddities)
    return DayIndex(race_date, _once(races, race_date, oddities), oddities=tuple(oddities))


def _meeting(node: Any, path: str, race_date: date, races: list[ListedRace], oddities: list[Oddity]) -> None:  # noqa: ANN401
    """Read a meeting; what of it cannot be read becomes an oddity of its country."""
    country = None
    try:
        meeting = fields.obj(node, path)
        if fields.flag(meeting, "isSpecialMeeting", path):
            return  # a second listing of races that their own meeting lists, under course id -2
        require(meeting, "meeting", path)
        course = fields.need_text(meeting, "courseName", path)
        country = country_of(course, fields.need_text(meeting, "countryCode", path), path)
        raw_races = fields.items(meeting.get("races"), f"{path}.races")
        if not raw_races and not fields.flag(meeting, "isAbandoned", path):
            raise fields.broken(f"{path}.races", meeting.get("races"), f"the races of {course}")
    except ContractBroken as error:
        oddities.append(Oddity(country, str(error)))
        return
    for position, raw in enumerate(raw_races):
        try:
            races.append(_race(raw, titles.course_name(course), country, race_date, f"{path}.races[{position}]"))
        except ContractBroken as error:
            oddities.append(Oddity(country, f"{course}: {error}"))


def _once(races: list[ListedRace], race_date: date, oddities: list[Oddity]) -> tuple[ListedRace, ...]:
    """Return each race once; one that is listed at two addresses is an oddity of both its countries."""
    found: dict[int, ListedRace] = {}
    for race in races:
        twin = found.setdefault(race.race_id, race)
        if (twin.path, twin.country) != (race.path, race.country):
            reason = f"The index of {race_date} lists race {race.race_id} at {twin.path} and at {race.path}. Report it."
            oddities += [Oddity(country, reason) for country in dict.fromkeys((twin.country, race.country))]
    return tuple(found.values())


def _race(node: Any, course: str, country: str, race_date: date, path: str) -> ListedRace:  # noqa: ANN401
    race = fields.obj(node, path)
    require(race, "listed race", path)
    off = fields.need_moment(race, "raceDateTime", path)
    race_id = fields.identifier(race, "raceUid", path)
    link = fields.need_text(race, "fullResultLink", path)
    match = LINK.fullmatch(link)
    if match is None or int(match[4]) != race_id:
        raise fields.broken(f"{path}.fullResultLink", link, f"the address of race {race_id}")
    if off.date() != race_date or match[3] != race_date.isoformat():
        raise fields.broken(f"{path}.raceDateTime", f"{off} at {link}", f"a race of {race_date}")
    course_id = int(match[1]) if race.get("courseUid") is None else fields.identifier(race, "courseUid", path)
    if course_id <= 0:
        raise fields.broken(f"{path}.courseUid", course_id, "a positive id")
    runners = fields.integer(race, "runnersCount", path)
    if runners is not None and not 0 <= runners <= BY_TYPE["integer"][1]:
        raise fields.broken(f"{path}.runnersCount", runners, "a number of runners")
    title = fields.text(race, "raceTitle", path)
    return ListedRace(
        race_id=race_id,
        country=country,
        race_date=race_date,
        course_id=course_id,
        course=course,
        course_key=fields.text(race, "courseKey", path) or match[2],
        off_time=off.strftime("%H:%M"),
        off_at=fields.utc_text(off),
        race_name=title,
        index_runners=runners,
        status=_status(race, path),
        is_jumps=looks_like_jumps(title, fields.text(race, "distance", path), country),
        path=link,
    )


def _status(race: dict[str, Any], path: str) -> Status:
    """Decide what the index says of a race. An abandoned race has a result link too, so the link proves nothing."""
    if fields.flag(race, "isVoidRace", path):
        return "void"
    if fields.flag(race, "isAbandoned", path) or fields.text(race, "raceStatusCode", path) == "A":
        return "abandoned"
    return "result" if fields.flag(race, "fullResultAvailable", path) else "pending"


def country_of(course: str, code: str, path: str) -> str:
    """Return the country of a meeting, lower case; Arabian fixtures are a country of their own, `aro`.

    Raises:
        ContractBroken: the code is no word of two to four letters.
    """
    country = ARABIAN if course.endswith("(ARO)") else code.lower()
    if not COUNTRY.fullmatch(country):
        raise fields.broken(f"{path}.countryCode", code, "a country code")
    return country
