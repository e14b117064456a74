"""Addresses: which origin one belongs to, and where a redirect may lead."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from extract.fetch.transport import TransportError

PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Scheme, host and port: who is spoken to, and over what."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Write it as an address, without the port that the scheme implies."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != PORTS[self.scheme] else "")


def origin_of(url: str) -> Origin:
    """Return the origin of an address.

    Raises:
        ValueError: it is no http(s) address, or holds a user name.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("no http or https address with a host")
    if "@" in parts.netloc:
        raise ValueError("an address with a user name")
    port = parts.port  # raises ValueError when it is no port
    return Origin(parts.scheme, parts.hostname, PORTS[parts.scheme] if port is None else port)


def is_loopback(url: str) -> bool:
    """Say whether an address is of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def redirect_target(url: str, location: str) -> str:
    """Return where a redirect leads: another path of the same origin, or the same host by https instead of http.

    Raises:
        TransportError: it leads elsewhere, to a lesser protection, or nowhere.
    """
    if not (location.isascii() and location.isprintable()) or " " in location or "\\" in location:
        raise TransportError("redirected to an address with characters that no address has")
    try:
        here, target = origin_of(url), urljoin(url, location)
        there = origin_of(target)
    except ValueError as error:
        raise TransportError(f"redirected to what is no address of the source: {location[:80]}") from error
    if there.host != here.host:
        raise TransportError(f"redirected to another host, {there.host[:80]}")
    if (here.scheme, there.scheme) == ("https", "http"):
        raise TransportError("redirected from https to http")
    upgrade = (here.scheme, here.port, there.scheme, there.port) == ("http", 80, "https", 443)
    if there != here and not upgrade:
        raise TransportError(f"redirected to another port, {there.port}")
    return target
