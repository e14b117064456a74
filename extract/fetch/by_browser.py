"""A browser-like transport on curl_cffi, for those who are entitled to use it; never the default."""

from __future__ import annotations

from collections.abc import Mapping

from extract.errors import UsageError
from extract.fetch.address import is_loopback
from extract.fetch.transport import Limits, Response, TransportError, boundary

GIVE_UP = 0xFFFFFFFF  # libcurl's CURL_WRITEFUNC_ERROR: receive no more


class BrowserTransport:
    """Sends requests that look like a browser's."""

    def __init__(self, limits: Limits | None = None) -> None:
        try:
            from curl_cffi import CurlOpt
            from curl_cffi import requests as curl
        except ImportError as error:
            raise UsageError("--transport browser needs curl_cffi: pip install -e '.[browser]'") from error
        self._limits = limits or Limits()
        self._session = curl.Session(impersonate="chrome")
        self._direct = curl.Session(impersonate="chrome", curl_options={CurlOpt.NOPROXY: "*"})

    def get(self, url: str, *, headers: Mapping[str, str], timeout: float) -> Response:
        """Send one request with a browser's own headers; only ours that a browser lacks are added."""
        extra = {name: value for name, value in headers.items() if name.lower() != "user-agent"}
        body, too_large = bytearray(), False

        def collect(piece: bytes) -> int:
            nonlocal too_large
            too_large = len(body) + len(piece) > self._limits.bytes
            if too_large:
                return GIVE_UP
            body.extend(piece)
            return len(piece)

        connecting = min(timeout, self._limits.seconds / 2)
        with boundary():
            try:
                answer = (self._direct if is_loopback(url) else self._session).get(
                    url,
                    headers=extra,
                    timeout=(connecting, self._limits.seconds - connecting),
                    allow_redirects=False,
                    content_callback=collect,
                )
            except Exception as error:
                if too_large:
                    raise TransportError(f"the answer is larger than {self._limits.bytes / 2**20:g} MiB") from error
                raise
            named = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status_code, named, bytes(body))
