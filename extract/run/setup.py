"""Set a run up: its clock, its source, its client, its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from extract.errors import UsageError
from extract.fetch.address import origin_of
from extract.fetch.by_browser import BrowserTransport
from extract.fetch.by_requests import RequestsTransport
from extract.fetch.client import Client
from extract.fetch.credentials import check_header, credentials_for
from extract.fetch.halt import Halt
from extract.fetch.pace import Pacer
from extract.fetch.patience import Patience
from extract.fetch.transport import Limits, Transport
from extract.run.pages import LivePages, RetryPages, StoredPages
from extract.run.request import Request
from extract.run.runner import Progress, Runner
from extract.run.settings import REPLAY, Settings
from extract.source.base import LIVE, Source
from extract.source.sample import SampleServer, World
from extract.stage import layout
from extract.stage.layout import Run
from extract.stage.pages import PageStore
from extract.stage.run_writer import RunWriter
from extract.stage.storage import Storage

ANSWER_TIMEOUTS = 3  # a whole answer may take so many times the longest wait for data


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


def new_run(storage: Storage, now: datetime) -> Run:
    """Return a run of this moment, moved on by whole seconds while staging knows a run of that name."""
    run = Run(now.astimezone(UTC))
    while storage.exists(layout.request_path(run.run_id)):
        run = Run(run.scraped_at + timedelta(seconds=1))
    return run


def make_client(source: Source, settings: Settings, halt: Halt) -> Client:
    """Return the polite client of a source.

    Raises:
        UsageError: the user's own headers cannot be sent, or the transport is not installed.
    """
    limits = Limits(seconds=ANSWER_TIMEOUTS * settings.timeout)
    transport: Transport = BrowserTransport(limits) if settings.transport == "browser" else RequestsTransport(limits)
    headers = {"User-Agent": settings.user_agent, "Accept": "text/html", "Accept-Language": "en-GB"}
    return Client(
        base_url=source.base_url,
        transport=transport,
        pacer=Pacer(settings.rate, sleep=halt.wait),
        headers=headers | credentials_for(source.base_url, LIVE.base_url),
        patience=Patience(backoff=settings.backoff),
        timeout=settings.timeout,
        robots_agent=settings.user_agent if source.obey_robots else None,
        halt=halt,
    )


@contextmanager
def set_up(
    storage: Storage, run: Run, request: Request, settings: Settings, progress: Progress
) -> Iterator[tuple[Runner, Client | None]]:
    """Yield what executes a run that holds the staging lock, and its client, of which a replay has none.

    The request is in place already. A source that is ours is served for as long as the run lives.
    """
    halt = Halt(settings.deadline)
    store, writer = PageStore(storage), RunWriter(storage, run)
    stored = StoredPages(store)
    if request.source == REPLAY:
        yield Runner(writer, stored, request.selection, request.source, 1, progress, halt), None
        return
    with open_source(settings) as source:
        client = make_client(source, settings, halt)
        live = LivePages(client, store, run)
        pages = live if request.good is None else RetryPages(live, stored, request.good)
        yield Runner(writer, pages, request.selection, request.source, settings.workers, progress, halt), client
