"""The sample world over real HTTP, on loopback only, with the site's addresses and page shapes."""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import orjson

from extract.source.sample.faults import Fault, Faults
from extract.source.sample.validators import is_known, validators
from extract.source.sample.world import World

INDEX = re.compile(r"/results/(\d{4}-\d{2}-\d{2})(/time-order)?/?")
RESULT = re.compile(r"/results/(\d+)/([\w-]+)/(\d{4}-\d{2}-\d{2})/(\d+)/?")
FILLER = b"<div class='advert'>An advertisement stands here on the real page.</div>" * 300
BLOCK_PAGE = b"<html><head><title>Access Denied</title></head><body>Verify you are a human.</body></html>"
RECENT = timedelta(days=3)  # the course-grouped view comes without data for dates as recent as this


class SampleServer:
    """Serve a world as of a moment; a context manager. `paths` lists the requests in order of arrival."""

    def __init__(
        self, world: World | None = None, *, as_of: datetime | None = None, faults: Faults | None = None, port: int = 0
    ) -> None:
        self.world = world or World()
        self.as_of = as_of or datetime.now(UTC)
        self.faults = faults or Faults()
        self.paths: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> SampleServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def page(self, path: str) -> tuple[int, bytes]:
        """Return status and body for an address."""
        if path == "/robots.txt":
            return 200, b"User-agent: *\nDisallow: /account/\n"
        if match := INDEX.fullmatch(path):
            day = date.fromisoformat(match[1])
            fresh = self.as_of.date() - day <= RECENT
            meetings = None if fresh and not match[2] else self.world.index(day, self.as_of)
            return 200, html(
                f"Results {day}", {"raceResult": _empty(), "results": _state(meetings)}, self.world.build_id
            )
        if match := RESULT.fullmatch(path):
            data = self.world.result(int(match[4]), self.as_of)
            return 200, html("Full Result", {"raceResult": _state(data), "results": _empty()}, self.world.build_id)
        return 404, b"<html><head><title>Not found</title></head><body></body></html>"


def html(title: str, states: dict[str, Any], build_id: str) -> bytes:
    """Return a page around its states, of a size like the real ones. Ampersands are escaped as the site does."""
    inner = {"props": {"pageProps": {"initialState": states | {"meetings": {"byDate": {}}}}, "__N_SSP": True}}
    data = orjson.dumps(inner | {"page": "/results", "query": {}, "buildId": build_id}).replace(b"&", b"\\u0026")
    head = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>'.encode()
    tail = b"</script></body></html>"
    return head + FILLER + b'<script id="__NEXT_DATA__" type="application/json">' + data + tail


def _empty() -> dict[str, Any]:
    return {"data": None, "isLoading": False, "error": None}


def _state(data: object) -> dict[str, Any]:
    return {"data": data, "isLoading": False, "error": None if data is not None else "An error occurred"}


def _handler(server: SampleServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else the body waits 40 ms for the client to acknowledge the head

        def do_GET(self) -> None:
            server.paths.append(self.path)
            fault = server.faults.strike(self.path)
            if fault and fault.kind == "latency":
                time.sleep(fault.seconds)
                fault = None
            if fault and fault.kind == "disconnect":
                self.close_connection = True
                return
            status, body = server.page(self.path)
            headers: dict[str, str] = {}
            if fault:
                status, body, headers = _spoil(fault, self.path, status, body)
            if status == 200 and self.path.startswith("/results/"):
                headers |= validators(body, server.as_of)
                if is_known(headers, self.headers) and not fault:
                    status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:  # which has no body, whatever its headers say of one
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if fault and fault.kind == "truncate":
                body = body[: len(body) // 2]
                self.close_connection = True
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent; `paths` is the log."""

    return Handler


def _spoil(fault: Fault, path: str, status: int, body: bytes) -> tuple[int, bytes, dict[str, str]]:
    if fault.kind == "status":
        return fault.status, BLOCK_PAGE, {"Retry-After": fault.retry_after} if fault.retry_after else {}
    if fault.kind == "redirect":
        return 308, b"", {"Location": path.rstrip("/") if path.endswith("/") else path + "/"}
    if fault.kind == "bad-json":
        return status, body.replace(b'"props":{', b'"props":{{'), {}
    if fault.kind == "error-shell":
        return status, html("Results", {"raceResult": _state(None), "results": _state(None)}, "sample"), {}
    return (status, BLOCK_PAGE, {}) if fault.kind == "block-page" else (status, body, {})


def serve(port: int, as_of: datetime, seed: int, faults: Faults, seconds: float) -> SampleServer:
    """Run a server for a while, for people who want to look at it; it stops by itself."""
    with SampleServer(World(seed), as_of=as_of, faults=faults, port=port) as server:
        print(f"{server.base_url} shows the sample world as of {as_of.isoformat()}", flush=True)
        threading.Event().wait(seconds)
        return server
