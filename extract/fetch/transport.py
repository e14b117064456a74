"""Send one request and bring back status, headers and body; nothing else knows the HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import requests

from extract.errors import UsageError

REDIRECTS = {301, 302, 303, 307, 308}
MAX_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: status, headers by lower-case name, and the decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class TransportError(Exception):
    """No whole response arrived: refused connection, timeout, disconnect or a body cut short."""


class Transport(Protocol):
    """Sends a GET request."""

    def get(self, url: str, *, headers: Mapping[str, str], timeout: float) -> Response:
        """Return the response, redirects not followed; raise TransportError when none arrives whole."""


class RequestsTransport:
    """The default transport, on `requests`."""

    def __init__(self) -> None:
        self._session = requests.Session()

    def get(self, url: str, *, headers: Mapping[str, str], timeout: float) -> Response:
        """Send one request; `timeout` (seconds) bounds the connection and each wait for data."""
        try:
            answer = self._session.get(url, headers=dict(headers), timeout=timeout, allow_redirects=False)
        except requests.RequestException as error:
            # Only the kind: the text of a requests error can hold the address with its query, or header values.
            raise TransportError(type(error).__name__) from error
        return Response(
            answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content
        )


class BrowserTransport:
    """A browser-like transport on curl_cffi, for those who are entitled to use it; never the default."""

    def __init__(self) -> None:
        try:
            from curl_cffi import requests as curl
        except ImportError as error:
            raise UsageError("--transport browser needs curl_cffi: pip install 'racing-lakehouse[browser]'.") from error
        self._session = curl.Session(impersonate="chrome")
        self._error = curl.RequestsError

    def get(self, url: str, *, headers: Mapping[str, str], timeout: float) -> Response:
        """Send one request with a browser's own headers; only ours that a browser lacks are added."""
        extra = {name: value for name, value in headers.items() if name.lower() != "user-agent"}
        try:
            answer = self._session.get(url, headers=extra, timeout=timeout, allow_redirects=False)
        except self._error as error:
            raise TransportError(type(error).__name__) from error
        return Response(
            answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content
        )


def get_following(transport: Transport, url: str, *, headers: Mapping[str, str], timeout: float) -> Response:
    """Send a request and follow redirects on the same host only.

    Raises:
        TransportError: no whole response, or a redirect that leaves the host or goes in circles.
    """
    host = urlsplit(url).netloc
    for _ in range(MAX_REDIRECTS + 1):
        response = transport.get(url, headers=headers, timeout=timeout)
        target = response.headers.get("location")
        if response.status not in REDIRECTS or not target:
            return response
        url = urljoin(url, target)
        if urlsplit(url).netloc != host:
            raise TransportError(f"redirected to another host, {urlsplit(url).netloc}")
    raise TransportError(f"redirected more than {MAX_REDIRECTS} times")
