"""Set a run up: its clock, its source, its client, its pages."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from extract.errors import UsageError
from extract.fetch.client import Client, Patience
from extract.fetch.pace import Pacer
from extract.fetch.robots import Robots
from extract.fetch.transport import BrowserTransport, RequestsTransport, Transport
from extract.run.pages import LivePages, RetryPages, StoredPages
from extract.run.request import Request
from extract.run.runner import VERSION, Progress, Runner
from extract.source.base import LIVE, Source
from extract.source.sample import SampleServer, World
from extract.stage import layout
from extract.stage.layout import Run
from extract.stage.pages import PageStore
from extract.stage.run_writer import RunWriter
from extract.stage.storage import Storage

REPLAY = "replay"
AGENT = f"racing-lakehouse/{VERSION} (personal research; python-requests)"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run behaves, whatever it is asked for. `rate` is requests a second, `timeout` and `backoff` seconds."""

    source: str = "live"
    rate: float = 1.0
    workers: int = 2
    timeout: float = 30.0
    backoff: float = 2.0
    user_agent: str = AGENT
    transport: str = "requests"
    as_of: datetime | None = None
    seed: int = 7

    def now(self) -> datetime:
        """Return the run's clock: the moment at which the sample world is looked at, else the real time."""
        return self.as_of if self.as_of and self.source == "sample" else datetime.now(UTC)


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
    """Return a run of this moment, moved on by whole seconds while staging knows a run of that name."""
    run = Run(now.astimezone(UTC))
    while storage.exists(layout.request_path(run.run_id)):
        run = Run(run.scraped_at + timedelta(seconds=1))
    return run


def secrets(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the user's own credentials as headers. They come from the environment only and are never logged."""
    headers = {}
    if cookie := environment.get("EXTRACT_COOKIE"):
        headers["Cookie"] = cookie
    if token := environment.get("EXTRACT_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    return headers


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
    stored = StoredPages(store)
    if request.source == REPLAY:
        yield Runner(writer, stored, request.selection, request.source, 1, progress, stop), None
        return
    with open_source(settings) as source:
        client = make_client(source, settings, stop)
        live = LivePages(client, store, run)
        pages = live if request.good is None else RetryPages(live, stored, request.good)
        yield Runner(writer, pages, request.selection, request.source, settings.workers, progress, stop), client
