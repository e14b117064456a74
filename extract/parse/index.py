"""The results-by-date index: every race the source lists for one UK date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import orjson

from extract.errors import ContractBroken, PageNotLoaded
from extract.parse import fields, titles
from extract.parse.page import decode, state

Status = Literal["result", "void", "abandoned", "pending"]
LINK = re.compile(r"/results/(-?\d+)/([\w-]+)/(\d{4}-\d{2}-\d{2})/(\d+)/?")


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
    race_name: str
    index_runners: int | None
    status: Status
    is_jumps: bool
    path: str


@dataclass(frozen=True, slots=True)
class DayIndex:
    """Every race listed for one UK date, all countries. `no_racing` is the one day without any: 25 December."""

    race_date: date
    races: tuple[ListedRace, ...]
    no_racing: bool = False


def index_payload(body: bytes) -> bytes:
    """Return what the page store keeps of an index page: its data as JSON, `null` where it has none.

    Raises:
        UnexpectedPage: the page is not an index page.
    """
    return orjson.dumps(state(body, "results").get("data"))


def parse_index(body: bytes, race_date: date) -> DayIndex:
    """Parse an index page.

    Raises:
        PageNotLoaded: the source sent its error shell. On 25 December that shell is how "no racing" looks.
        ContractBroken: a field is not what it was.
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
    found: dict[int, ListedRace] = {}
    for number, node in enumerate(meetings):
        path = f"meetings[{number}]"
        meeting = fields.obj(node, path)
        if fields.flag(meeting, "isSpecialMeeting", path):
            continue  # a second listing of races that their own meeting lists, under course id -2
        for position, raw in enumerate(fields.items(fields.member(meeting, "races", path), f"{path}.races")):
            race = _race(fields.obj(raw, f"{path}.races[{position}]"), meeting, race_date, f"{path}.races[{position}]")
            twin = found.setdefault(race.race_id, race)
            if twin.path != race.path:
                raise ContractBroken(
                    f"The index of {race_date} lists race {race.race_id} at {twin.path} and at {race.path}. Report it."
                )
    return DayIndex(race_date, tuple(found.values()))


def _race(race: dict[str, Any], meeting: dict[str, Any], race_date: date, path: str) -> ListedRace:
    off = fields.moment(race, "raceDateTime", path)
    race_id = fields.identifier(race, "raceUid", path)
    link = fields.need_text(race, "fullResultLink", path)
    match = LINK.fullmatch(link)
    if match is None or int(match[4]) != race_id:
        raise fields.broken(f"{path}.fullResultLink", link, f"the address of race {race_id}")
    if off.date() != race_date or match[3] != race_date.isoformat():
        raise fields.broken(f"{path}.raceDateTime", f"{off} at {link}", f"a race of {race_date}")
    published = fields.need_text(meeting, "courseName", path)
    title = fields.need_text(race, "raceTitle", path)
    return ListedRace(
        race_id=race_id,
        country=country_of(published, fields.need_text(meeting, "countryCode", path)),
        race_date=race_date,
        course_id=fields.identifier(race, "courseUid", path),
        course=titles.course_name(published),
        course_key=fields.need_text(race, "courseKey", path),
        off_time=off.strftime("%H:%M"),
        off_at=fields.utc_text(off),
        race_name=title,
        index_runners=fields.integer(race, "runnersCount", path),
        status=_status(race, path),
        is_jumps=titles.looks_like_jumps(title, fields.text(race, "distance", path)),
        path=link,
    )


def _status(race: dict[str, Any], path: str) -> Status:
    """Decide what the index says of a race. An abandoned race has a result link too, so the link proves nothing."""
    if fields.flag(race, "isVoidRace", path):
        return "void"
    if fields.flag(race, "isAbandoned", path) or fields.text(race, "raceStatusCode", path) == "A":
        return "abandoned"
    return "result" if fields.flag(race, "fullResultAvailable", path) else "pending"


def country_of(course: str, code: str) -> str:
    """Return the country of a meeting, lower case; Arabian fixtures are a country of their own."""
    return "arab" if course.endswith("(ARAB)") else code.lower()
