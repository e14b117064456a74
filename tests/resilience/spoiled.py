"""The sample server with pages that look right and are not: what a source does on a bad day."""

from __future__ import annotations

import re
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal

from extract.source.sample import SampleServer, World
from extract.source.sample.server import INDEX, RESULT, html

Where = Literal["index", "page", "robots"]
Data = Any
Change = Callable[["SpoiledServer", str, Data], Data]
"""Takes the server, the address and the payload; returns the payload to show, or bytes for a whole other body."""
Wire = Callable[[BaseHTTPRequestHandler, bytes], None]
"""Takes the request and the right body; writes the response itself."""


@dataclass(slots=True)
class Spoil:
    """A change to the payload of some addresses, for the first `times` requests of each (None: always)."""

    where: Where
    change: Change | None = None
    address: str = ""
    times: int | None = None
    status: int = 200
    wire: Wire | None = None


class SpoiledServer(SampleServer):
    """Serves a world; where a spoil strikes, something else."""

    def __init__(self, world: World, as_of: datetime) -> None:
        super().__init__(world, as_of=as_of)
        self.spoil: Spoil | None = None
        self.struck: dict[str, int] = {}
        self._counting = threading.Lock()
        self._server.RequestHandlerClass = _handler(self, self._server.RequestHandlerClass)

    def page(self, path: str) -> tuple[int, bytes]:
        """Return status and body for an address."""
        spoil = self.spoil
        if spoil is None or spoil.wire or not self.strikes(spoil, path):
            return super().page(path)
        data = self._data(path)
        shown = spoil.change(self, path, data) if spoil.change else b""
        if isinstance(shown, bytes):
            return spoil.status, shown
        state = {"data": shown, "isLoading": False, "error": None if shown is not None else "An error occurred"}
        empty = {"data": None, "isLoading": False, "error": None}
        states = {"raceResult": empty, "results": state}
        if RESULT.fullmatch(path):
            states = {"raceResult": state, "results": empty}
        return spoil.status, html("Results", states, self.world.build_id)

    def _data(self, path: str) -> Data:
        if index := INDEX.fullmatch(path):
            return self.world.index(date.fromisoformat(index[1]), self.as_of)
        result = RESULT.fullmatch(path)
        return self.world.result(int(result[4]), self.as_of) if result else None

    def strikes(self, spoil: Spoil, path: str) -> bool:
        """Say whether a spoil strikes this request, counting it."""
        kinds = {"index": INDEX.fullmatch(path), "page": RESULT.fullmatch(path), "robots": path == "/robots.txt"}
        if not kinds[spoil.where] or not re.search(spoil.address, path):
            return False
        with self._counting:
            self.struck[path] = self.struck.get(path, 0) + 1
            return spoil.times is None or self.struck[path] <= spoil.times


def _handler(server: SpoiledServer, usual: Any) -> Any:
    class Handler(usual):  # type: ignore[misc]
        def do_GET(self) -> None:
            spoil = server.spoil
            if spoil and spoil.wire and server.strikes(spoil, self.path):
                server.paths.append(self.path)
                self.close_connection = True
                try:
                    spoil.wire(self, server.page(self.path)[1])
                except OSError:
                    return  # the client has had enough, as it should
            else:
                super().do_GET()

    return Handler


def respond(request: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    """Write a response with these headers; the length is that of the body unless one is given."""
    request.send_response(status)
    for name, value in ({"Content_Type": "text/html", "Content_Length": str(len(body))} | headers).items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(body)


def slow_drip(request: BaseHTTPRequestHandler, body: bytes) -> None:
    respond(request, body[:1], Content_Length=str(len(body)))
    for place in range(1, 100):
        time.sleep(0.1)
        request.wfile.write(body[place : place + 1])


def gzip_bomb(request: BaseHTTPRequestHandler, _body: bytes) -> None:
    respond(request, BOMB, Content_Encoding="gzip")


def huge(request: BaseHTTPRequestHandler, body: bytes) -> None:
    respond(request, body + b"<p>" * 8_000_000)


def as_pdf(request: BaseHTTPRequestHandler, _body: bytes) -> None:
    respond(request, b"%PDF-1.7\n" + bytes(range(256)) * 20, Content_Type="application/pdf")


def to_another_host(request: BaseHTTPRequestHandler, _body: bytes) -> None:
    respond(request, b"", 302, Location="http://127.0.0.2:9/results/")


def in_a_circle(request: BaseHTTPRequestHandler, _body: bytes) -> None:
    respond(request, b"", 302, Location=request.path)


def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(30)) + packer.flush()


BOMB = _bomb()
"""30 MiB of nothing in 30 kB."""


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


def races_twice(_server: SpoiledServer, _path: str, data: Data) -> Data:
    return [meeting | {"races": meeting["races"] * 2} for meeting in data]


def called_british(_server: SpoiledServer, _path: str, data: Data) -> Data:
    return [m | {"countryCode": "GB"} if m["countryCode"] == "FR" else m for m in data]


def first_runner_has(field: str, value: object) -> Change:
    def change(_server: SpoiledServer, _path: str, data: Data) -> Data:
        assert field in data["runners"][0], field
        return data | {"runners": [data["runners"][0] | {field: value}, *data["runners"][1:]]}

    return change


def body(text: str) -> Change:
    return lambda _server, _path, _data: text.encode()


LOGIN = "<html><head><title>Log in</title></head><body><form><input type='password'></form></body></html>"
MAINTENANCE = "<html><head><title>Down for maintenance</title></head><body>We will be back soon.</body></html>"
