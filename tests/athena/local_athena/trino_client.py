"""Trino's HTTP protocol, as far as this service needs it: values stay the text Trino sent, nothing is converted."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.athena.local_athena.sql_text import QueryFailed

TOO_LONG_SECS: Final = 600.0


@dataclass(slots=True)
class Answer:
    """What one Trino query gave."""

    columns: list[tuple[str, str]] = field(default_factory=list)
    """Name and type of each column, types as Trino writes them: `timestamp(6)`, `varchar(3)`."""
    rows: list[list[Any]] = field(default_factory=list)
    update_count: int | None = None
    scanned_bytes: int = 0


class TrinoClient:
    """Runs statements on the Trino at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(
        self, sql: str, *, schema: str, catalog: str, stop: threading.Event, started: Callable[[str], None]
    ) -> Answer:
        """Run one statement to its end; `started` is told its id as soon as there is one.

        Raises:
            QueryFailed: with Trino's error name, when Trino failed it or `stop` was set meanwhile.
        """
        headers = {"X-Trino-User": "athena", "X-Trino-Catalog": catalog, "X-Trino-Schema": schema,
                   "X-Trino-Time-Zone": "UTC", "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME", "Content-Type": "text/plain; charset=utf-8"}  # fmt: skip
        page = self._call("POST", f"{self.url}/v1/statement", sql.encode(), headers)
        started(page["id"])
        answer = Answer()
        while True:
            answer.columns = [(c["name"], c["type"]) for c in page.get("columns") or []] or answer.columns
            answer.rows += page.get("data") or []
            answer.update_count = page.get("updateCount", answer.update_count)
            answer.scanned_bytes = page.get("stats", {}).get("physicalInputBytes", 0)
            if error := page.get("error"):
                raise QueryFailed(error["errorName"], error["message"])
            following = page.get("nextUri")
            if following is None:
                return answer
            if stop.is_set():
                self._call("DELETE", following, None, headers)
                raise QueryFailed("USER_CANCELED", "Query was canceled")
            page = self._call("GET", following, None, headers)

    @staticmethod
    def _call(method: str, url: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(url, data=body, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=TOO_LONG_SECS) as response:
            page: dict[str, Any] = json.loads(response.read() or b"{}")
            return page
