"""The default transport, on `requests`."""

from __future__ import annotations

import gzip
import os
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, cast

import requests
from requests.utils import get_environ_proxies

from extract.fetch.address import is_loopback
from extract.fetch.gate import BUDGET, Budget, GatedAdapter
from extract.fetch.transport import Limits, Response, TransportError, boundary

# The standard library answers a cookie that breaks it with a warning that holds a traceback, and goes on without it.
warnings.filterwarnings("ignore", "http.cookiejar bug!", UserWarning)

CHUNK = 64 * 1024
HEAD = 2**20  # what status line, headers and chunk marks may take besides the body, in bytes


class RequestsTransport:
    """Sends requests as themselves, and stops receiving where the limits are."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._session = requests.Session()
        # The environment may name a proxy or certificates, which we read below, but never credentials: ~/.netrc
        # would replace the user's token.
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, GatedAdapter())

    def get(self, url: str, *, headers: Mapping[str, str], timeout: float) -> Response:
        """Send one request; `timeout` (seconds) bounds the connection and each wait for data."""
        with boundary(), self._budget() as budget:
            with self._session.get(
                url,
                headers={**headers, "Accept-Encoding": "gzip"},
                timeout=min(timeout, self._limits.seconds),
                allow_redirects=False,
                stream=True,
                proxies={} if is_loopback(url) else get_environ_proxies(url),
                verify=os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True,
            ) as answer:
                body = self._read(answer, budget)
            named = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status_code, named, body)

    def _read(self, answer: requests.Response, budget: Budget) -> bytes:
        """Return the decoded body, a piece at a time: a small body can decode to a huge one.

        Decoded here and not by the library, which takes the beginning of a gzip stream for a whole one.
        """
        encoding = answer.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise TransportError("the answer has an encoding that was not asked for")
        raw = cast(BinaryIO, answer.raw)
        stream = gzip.GzipFile(fileobj=raw) if "gzip" in encoding else raw
        body = bytearray()
        while piece := stream.read(CHUNK):
            budget.seconds()
            body += piece
            if len(body) > self._limits.bytes:
                budget.spent = "is too large"
                break
        return bytes(body)

    @contextmanager
    def _budget(self) -> Iterator[Budget]:
        """Give the response under way its budget, and say so when it ran out, whatever came of it."""
        budget = Budget(time.monotonic() + self._limits.seconds, self._limits.bytes + HEAD)
        token = BUDGET.set(budget)
        spent: Exception | None = None
        try:
            yield budget
        except Exception as error:
            if budget.spent is None:
                raise
            spent = error
        finally:
            BUDGET.reset(token)
        if budget.spent:
            limit = f"{self._limits.seconds:g} seconds, {self._limits.bytes / 2**20:g} MiB"
            raise TransportError(f"the answer {budget.spent}; the limits are {limit}") from spent
