"""Set a run up: its clock, its source, its client, its pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from extract.errors import StagingError, UsageError
from extract.fetch.client import Client, Patience
from extract.fetch.pace import Pacer
from extract.fetch.robots import Robots
from extract.fetch.transport import BrowserTransport, RequestsTransport, Transport
from extract.run.history import History
from extract.run.pages import LivePages, RetryPages, StoredPages
from extract.run.request import Request
from extract.run.runner import Progress, Runner
from extract.run.settings import REPLAY, Settings, secrets
from extract.source.base import LIVE, Source
from extract.source.sample import SampleServer, World
from extract.stage import layout
from extract.stage.layout import Run
from extract.stage.manifest import committed_runs
from extract.stage.pages import PageStore
from extract.stage.run_writer import RunWriter
from extract.stage.storage import Storage

CLOCKS_AGREE = timedelta(minutes=1)
"""How far the clocks of two machines that share a staging area may differ."""


@contextmanager
def open_source(settings: Settings) -> Iterator[Source]:
    """Yield the source; the sample world is served on loopback for the time of the run.

    Raises:
        UsageError: it is neither live, sample nor an http(s) address.
    """
    if settings.source == "live":
        yield LIVE
    elif settings.source == "sample":
        with SampleServer(World(settings.seed), as_of=settings.now()) as server:
            yield Source("sample", server.base_url)
    elif settings.source.startswith(("http://", "https://")):
        yield Source(settings.source, settings.source.rstrip("/"))
    else:
        raise UsageError(f"--source {settings.source!r} is neither live, sample nor an http(s) address. Choose one.")


def new_run(storage: Storage, now: datetime) -> Run:
    """Return a run of this moment, moved on by whole seconds past the newest run if the two clocks are that close.

    Raises:
        StagingError: the clock is behind the newest run: what is scraped now would count as older than that.
    """
    run = Run(now.astimezone(UTC))
    committed = committed_runs(storage)
    if committed:
        newest = Run.of(committed[-1])
        if newest.scraped_at - run.scraped_at > CLOCKS_AGREE:
            raise StagingError(
                f"The newest run, {newest.run_id}, is later than our clock ({run.scraped_at:%Y-%m-%d %H:%M} UTC): "
                "what is scraped now would count as older. Set the clock (or --as-of), or choose another --staging."
            )
        if newest.scraped_at >= run.scraped_at:
            run = Run(newest.scraped_at + timedelta(seconds=1))
    while storage.exists(layout.request_path(run.run_id)):
        run = Run(run.scraped_at + timedelta(seconds=1))
    return run


def make_client(source: Source, settings: Settings, stop: threading.Event) -> Client:
    """Return the polite client of a source."""
    transport: Transport = BrowserTransport() if settings.transport == "browser" else RequestsTransport()
    return Client(
        base_url=source.base_url,
        transport=transport,
        pacer=Pacer(settings.rate),
        headers={"User-Agent": settings.user_agent, "Accept": "text/html", "Accept-Language": "en-GB"} | secrets(),
        patience=Patience(backoff=settings.backoff),
        timeout=settings.timeout,
        robots=Robots(settings.user_agent) if source.obey_robots else None,
        stop=stop,
    )


@contextmanager
def set_up(
    storage: Storage, run: Run, request: Request, settings: Settings, progress: Progress
) -> Iterator[tuple[Runner, Client | None]]:
    """Yield what executes a run that holds the staging lock, and its client, of which a replay has none.

    The request is in place already. A source that is ours is served for as long as the run lives.
    """
    stop = threading.Event()
    store, writer = PageStore(storage), RunWriter(storage, run)
    stored, chosen = StoredPages(store), request.selection
    history = History(storage, min(chosen.dates))
    if request.source == REPLAY:
        yield Runner(writer, stored, chosen, request.source, history, 1, progress, stop), None
        return
    with open_source(settings) as source:
        client = make_client(source, settings, stop)
        live = LivePages(client, store, run, request.continues, frozen=request.source == "sample")
        pages = live if request.good is None else RetryPages(live, stored, request.good)
        yield Runner(writer, pages, chosen, request.source, history, settings.workers, progress, stop), client
