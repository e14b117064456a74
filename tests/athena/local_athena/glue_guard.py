"""Where moto's Glue falls short of Glue: the version check of UpdateTable, and statistics it does not know."""

from __future__ import annotations

import io
import json
import threading
from typing import Any, Final

UNKNOWN_TO_MOTO: Final[dict[str, dict[str, Any]]] = {
    "GetColumnStatisticsForTable": {"ColumnStatisticsList": [], "Errors": []},
    "GetColumnStatisticsForPartition": {"ColumnStatisticsList": [], "Errors": []},
    "UpdateColumnStatisticsForTable": {"Errors": []},
    "UpdateColumnStatisticsForPartition": {"Errors": []},
    "DeleteColumnStatisticsForTable": {},
    "DeleteColumnStatisticsForPartition": {},
    "GetUserDefinedFunctions": {"UserDefinedFunctions": []},
}


class GlueGuard:
    """Answers some Glue calls itself and holds a lock over others."""

    def __init__(self, glue: Any) -> None:
        self.glue = glue
        self.lock = threading.Lock()
        """Held while a table is updated: between check and write nobody else writes."""

    def answer(self, operation: str) -> dict[str, Any] | None:
        """The answer to a call that moto does not know; None for every other."""
        return UNKNOWN_TO_MOTO.get(operation)

    def conflict(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """The error of an UpdateTable whose version is no longer the table's: Iceberg's optimistic lock.

        Call it with the lock held.
        """
        expected = body.get("VersionId")
        if not expected:
            return None
        name = body["TableInput"]["Name"]
        current = self.glue.get_table(DatabaseName=body["DatabaseName"], Name=name)["Table"]["VersionId"]
        if current == expected:
            return None
        message = f"Update table failed due to concurrent modifications: {name} is at version {current}, not {expected}"
        return {"__type": "ConcurrentModificationException", "Message": message}


def read_json(environ: dict[str, Any]) -> dict[str, Any]:
    """Read a request's JSON body, leaving it readable for whoever comes next."""
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(raw)
    body: dict[str, Any] = json.loads(raw or b"{}")
    return body
