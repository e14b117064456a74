"""The sample server with pages that look right and are not: what a source does on a bad day."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from extract.source.sample import SampleServer, World
from extract.source.sample.server import INDEX, RESULT, html

Where = Literal["index", "page"]
Data = Any
Change = Callable[["SpoiledServer", str, Data], Data]
"""Takes the server, the address and the payload; returns the payload to show, or bytes for a whole other body."""


@dataclass(slots=True)
class Spoil:
    """A change to the payload of some addresses, for the first `times` requests of each (None: always)."""

    where: Where
    change: Change
    address: str = ""
    times: int | None = None
    status: int = 200


class SpoiledServer(SampleServer):
    """Serves a world; where a spoil strikes, something else."""

    def __init__(self, world: World, as_of: datetime) -> None:
        super().__init__(world, as_of=as_of)
        self.spoil: Spoil | None = None
        self.struck: dict[str, int] = {}
        self._counting = threading.Lock()

    def page(self, path: str) -> tuple[int, bytes]:
        """Return status and body for an address."""
        spoil = self.spoil
        index, result = INDEX.fullmatch(path), RESULT.fullmatch(path)
        kind = "index" if index else "page" if result else None
        if spoil is None or kind != spoil.where or not re.search(spoil.address, path) or not self._strikes(spoil, path):
            return super().page(path)
        data = (
            self.world.index(date.fromisoformat(index[1]), self.as_of)
            if index
            else self.world.result(int(result[4]), self.as_of)
            if result
            else None
        )
        shown = spoil.change(self, path, data)
        if isinstance(shown, bytes):
            return spoil.status, shown
        state = {"data": shown, "isLoading": False, "error": None if shown is not None else "An error occurred"}
        empty = {"data": None, "isLoading": False, "error": None}
        states = {"raceResult": empty, "results": state} if index else {"raceResult": state, "results": empty}
        return spoil.status, html("Results", states, self.world.build_id)

    def _strikes(self, spoil: Spoil, path: str) -> bool:
        with self._counting:
            self.struck[path] = self.struck.get(path, 0) + 1
            return spoil.times is None or self.struck[path] <= spoil.times


def without_data(_server: SpoiledServer, _path: str, _data: Data) -> Data:
    return None


def nothing_listed(_server: SpoiledServer, _path: str, _data: Data) -> Data:
    return []


def races_are(value: Data) -> Change:
    return lambda _server, _path, data: [meeting | {"races": value} for meeting in data]


def without_country(code: str) -> Change:
    return lambda _server, _path, data: [meeting for meeting in data if meeting["countryCode"] != code]


def without_last_race(code: str) -> Change:
    def change(_server: SpoiledServer, _path: str, data: Data) -> Data:
        first = next(meeting for meeting in data if meeting["countryCode"] == code)
        return [meeting | {"races": meeting["races"][:-1]} if meeting is first else meeting for meeting in data]

    return change


def odd_race(code: str) -> Change:
    def change(_server: SpoiledServer, _path: str, data: Data) -> Data:
        first = next(meeting for meeting in data if meeting["countryCode"] == code)
        first["races"][0]["raceUid"] = "x"
        return data

    return change


def of_another_day(server: SpoiledServer, path: str, _data: Data) -> Data:
    match = INDEX.fullmatch(path)
    assert match
    return server.world.index(date.fromisoformat(match[1]) - timedelta(days=1), server.as_of)


def of_another_race(server: SpoiledServer, path: str, _data: Data) -> Data:
    match = RESULT.fullmatch(path)
    assert match
    race = server.world.race(int(match[4]))
    assert race
    others = [r.id for m in server.world.meetings(race.off.date()) for r in m.races if r.id != race.id]
    return next(data for other in others if (data := server.world.result(other, server.as_of)))


def fewer_runners(_server: SpoiledServer, _path: str, data: Data) -> Data:
    return data | {
        "runners": data["runners"][:-1],
        "details": data["details"] | {"numberOfRunners": len(data["runners"]) - 1},
    }


def half_the_runners(_server: SpoiledServer, _path: str, data: Data) -> Data:
    kept = data["runners"][: (len(data["runners"]) + 1) // 2]
    return data | {"runners": kept, "details": data["details"] | {"numberOfRunners": len(kept)}}


def runners_cut_off(_server: SpoiledServer, _path: str, data: Data) -> Data:
    return data | {"runners": data["runners"][:-1]}


def field_gone(_server: SpoiledServer, _path: str, data: Data) -> Data:
    for runner in data["runners"]:
        del runner["horseUid"]
    return data


def body(text: str) -> Change:
    return lambda _server, _path, _data: text.encode()


LOGIN = "<html><head><title>Log in</title></head><body><form><input type='password'></form></body></html>"
MAINTENANCE = "<html><head><title>Down for maintenance</title></head><body>We will be back soon.</body></html>"
