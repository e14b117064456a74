"""The four operations of Athena's API on queries: start, look, read, stop."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.athena.local_athena.engine import Engine, Outcome
from tests.athena.local_athena.results import cell, column_info, error, result_file, write_capture
from tests.athena.local_athena.rewrite import rewrite
from tests.athena.local_athena.sql_text import QueryFailed

LOG: Final = logging.getLogger(__name__)
LOOK_SECS: Final = 0.5
"""How long a look at a running query waits for its end, so that callers look a few times and not fifty."""

PAGE_ROWS: Final = 1000
"""Athena's limit of rows per page, header included."""


@dataclass(slots=True)
class Query:
    """One query and what became of it."""

    request: dict[str, Any]
    number: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: str = "QUEUED"
    started: float = field(default_factory=time.time)
    ended: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    statement_type: str = "DML"
    substatement_type: str = ""
    outcome: Outcome = field(default_factory=Outcome)
    error: dict[str, Any] | None = None
    output: str = ""

    @property
    def sql(self) -> str:
        """The text, as it was sent."""
        return str(self.request["QueryString"])


class Queries:
    """All queries of this service's life."""

    def __init__(self, engine: Engine, s3: Any, capture: Path | None = None) -> None:
        self.engine, self.s3, self.capture = engine, s3, capture
        self._queries: dict[str, Query] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="query")

    def start_query_execution(self, body: dict[str, Any]) -> dict[str, Any]:
        """Queue a query; answers with its id."""
        with self._lock:
            query = Query(body, len(self._queries) + 1)
            self._queries[query.id] = query
        self._pool.submit(self._run, query)
        return {"QueryExecutionId": query.id}

    def _run(self, query: Query) -> None:
        query.state = "RUNNING"
        schema = ""
        try:
            schema = str(query.request.get("QueryExecutionContext", {}).get("Database", "default")).lower()
            plan = rewrite(query.sql, schema)
            query.statement_type, query.substatement_type = plan.statement_type, plan.substatement_type
            if self.capture:
                write_capture(self.capture, query.number, query.sql, plan)
            self.engine.run(plan.steps, schema, query.stop, query.outcome)
            query.output = result_file(self.s3, query.id, query.request, plan, query.outcome)
            state = "SUCCEEDED"
        except QueryFailed as failed:
            state, query.error = "CANCELLED" if query.stop.is_set() else "FAILED", error(failed.name, str(failed))
        except Exception as unexpected:  # a bug here must end the query, not leave its caller waiting for ever
            LOG.exception("query %s", query.id)
            state, query.error = "FAILED", error("GENERIC_INTERNAL_ERROR", f"GENERIC_INTERNAL_ERROR: {unexpected!r}")
        query.ended = time.time()
        LOG.info(
            "athena %s %s %s %.2fs trino=%s schema=%s%s", query.id, state, query.substatement_type or "-",
            query.ended - query.started, ",".join(query.outcome.trino_queries) or "-", schema,
            f" error={query.error['ErrorMessage'][:500]!r}" if query.error else "",
        )  # fmt: skip
        query.state = state
        query.done.set()

    def get_query_execution(self, body: dict[str, Any]) -> dict[str, Any]:
        """State, statement type, error and statistics of a query; of a running one, after it has had time to end."""
        query = self._queries[body["QueryExecutionId"]]
        query.done.wait(LOOK_SECS)
        status = {"State": query.state, "SubmissionDateTime": query.started}
        if query.error and query.state != "RUNNING":
            status |= {"StateChangeReason": query.error["ErrorMessage"], "AthenaError": query.error}
        millis = int(1000 * ((query.ended or time.time()) - query.started))
        return {
            "QueryExecution": {
                "QueryExecutionId": query.id,
                "Query": query.sql,
                "StatementType": query.statement_type,
                "SubstatementType": query.substatement_type,
                "Status": status,
                "QueryExecutionContext": query.request.get("QueryExecutionContext", {}),
                "ResultConfiguration": {"OutputLocation": query.output},
                "WorkGroup": query.request.get("WorkGroup", "primary"),
                "EngineVersion": {"EffectiveEngineVersion": "Athena engine version 3"},
                "Statistics": {
                    "DataScannedInBytes": query.outcome.scanned_bytes,
                    "TotalExecutionTimeInMillis": millis,
                },
            }
        }

    def get_query_results(self, body: dict[str, Any]) -> dict[str, Any]:
        """One page of rows; of a DML statement the first page begins with the column names, as in Athena."""
        query = self._queries[body["QueryExecutionId"]]
        if query.state != "SUCCEEDED":
            raise KeyError(f"results of a query in state {query.state}")
        outcome = query.outcome
        rows = [{"Data": [cell(value) for value in row]} for row in outcome.rows]
        if outcome.columns and query.statement_type == "DML":
            rows.insert(0, {"Data": [{"VarCharValue": name} for name, _ in outcome.columns]})
        first, size = int(body.get("NextToken") or 0), min(int(body.get("MaxResults") or PAGE_ROWS), PAGE_ROWS)
        metadata = {"ColumnInfo": [column_info(name, kind) for name, kind in outcome.columns]}
        page: dict[str, Any] = {
            "ResultSet": {"Rows": rows[first : first + size], "ResultSetMetadata": metadata},
        }
        if outcome.update_count is not None:
            page["UpdateCount"] = outcome.update_count
        if first + size < len(rows):
            page["NextToken"] = str(first + size)
        return page

    def stop_query_execution(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask a query to stop."""
        self._queries[body["QueryExecutionId"]].stop.set()
        return {}
