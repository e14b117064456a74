"""Which source is meant, checked before anything is written; the sample world is served for as long as a run lives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from extract.errors import UsageError
from extract.fetch.address import origin_of
from extract.fetch.credentials import check_header, credentials_for
from extract.run.settings import Settings
from extract.source.base import LIVE, Source


def check(settings: Settings) -> None:
    """Let settings pass with which a run can be set up, before anything is written.

    Raises:
        UsageError: the source is neither live, sample nor an http(s) address, or the user's own headers cannot be sent.
    """
    check_header("--user-agent", settings.user_agent)
    if settings.source != "sample":
        credentials_for(named_source(settings.source).base_url, LIVE.base_url)


def named_source(name: str) -> Source:
    """Return the source of a name that is live or an address.

    Raises:
        UsageError: it is neither.
    """
    if name == "live":
        return LIVE
    if not name.startswith(("http://", "https://")):
        raise UsageError(f"--source {name!r} is neither live, sample nor an http(s) address. Choose one.")
    return Source(name, checked_address(name))


@contextmanager
def open_source(settings: Settings) -> Iterator[Source]:
    """Yield the source; the sample world is served on loopback for the time of the run.

    Raises:
        UsageError: it is neither live, sample nor an http(s) address.
    """
    if settings.source == "sample":
        from extract.source.sample import SampleServer, World  # not for a run on the live site

        with SampleServer(World(settings.seed), as_of=settings.now()) as server:
            yield Source("sample", server.base_url)
    else:
        yield named_source(settings.source)


def checked_address(text: str) -> str:
    """Return the address of a source without a slash at its end.

    Raises:
        UsageError: pages cannot be asked for below it. A user name or a query would end up in staging and in logs.
    """
    try:
        origin_of(text)
    except ValueError as error:
        raise UsageError(f"--source is {error}. Give one such as https://example.org.") from error
    if not (text.isascii() and text.isprintable()) or any(mark in text for mark in "?# \\"):
        raise UsageError(
            "--source holds a query or characters that no address has. Give one such as https://example.org."
        )
    return text.rstrip("/")
