"""One HTTP service: Athena's queries and Glue's gaps answered here, everything else by moto."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any, Final

from tests.athena.local_athena.glue_guard import GlueGuard, read_json
from tests.athena.local_athena.queries import Queries

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

LOG: Final = logging.getLogger(__name__)
OPERATIONS: Final = {
    "StartQueryExecution": "start_query_execution",
    "GetQueryExecution": "get_query_execution",
    "GetQueryResults": "get_query_results",
    "StopQueryExecution": "stop_query_execution",
}


class Service:
    """WSGI application in front of moto's."""

    def __init__(self, moto: Application, queries: Queries, guard: GlueGuard) -> None:
        self.moto, self.queries, self.guard = moto, queries, guard
        self._called: set[str] = set()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        service, _, operation = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")
        if environ.get("HTTP_USER_AGENT", "").startswith("Boto3"):
            self._note(service, operation)
        if service == "AmazonAthena" and operation in OPERATIONS:
            try:
                answer = getattr(self.queries, OPERATIONS[operation])(read_json(environ))
            except KeyError as missing:
                return _json(start_response, 400, {"__type": "InvalidRequestException", "message": f"no {missing}"})
            return _json(start_response, 200, answer)
        if service == "AWSGlue":
            return self._glue(operation, environ, start_response)
        return self.moto(environ, start_response)

    def _note(self, service: str, operation: str) -> None:
        """Log each call of Athena and Glue by a user's programs once, as IAM names it: what a user has to be allowed."""
        prefix = {"AmazonAthena": "athena", "AWSGlue": "glue"}.get(service)
        if prefix and (action := f"{prefix}:{operation}") not in self._called:
            self._called.add(action)
            LOG.info("action %s", action)

    def _glue(self, operation: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        known = self.guard.answer(operation)
        if known is not None:
            read_json(environ)
            return _json(start_response, 200, known)
        if operation != "UpdateTable":
            return self.moto(environ, start_response)
        with self.guard.lock:
            conflict = self.guard.conflict(read_json(environ))
            if conflict:
                return _json(start_response, 400, conflict)
            return list(self.moto(environ, start_response))


def _json(start_response: StartResponse, status: int, answer: dict[str, Any]) -> Iterable[bytes]:
    data = json.dumps(answer).encode()
    headers = [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(data)))]
    start_response(f"{status} {'OK' if status == 200 else 'Bad Request'}", headers)
    return [data]
