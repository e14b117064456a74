"""Set a run up: its name, its client, its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from extract.errors import StagingError
from extract.fetch.by_browser import BrowserTransport
from extract.fetch.by_requests import RequestsTransport
from extract.fetch.client import Client
from extract.fetch.credentials import credentials_for
from extract.fetch.halt import Halt
from extract.fetch.pace import Pacer
from extract.fetch.patience import Patience
from extract.fetch.transport import Limits, Transport
from extract.run.history import History, runs_that_count
from extract.run.live_pages import LivePages, RetryPages
from extract.run.pages import Pages
from extract.run.request import Request
from extract.run.runner import Progress, Runner
from extract.run.settings import REPLAY, Settings
from extract.run.settled_pages import SettledPages
from extract.run.sources import open_source
from extract.run.stored_pages import StoredPages
from extract.source.base import LIVE, Source
from extract.stage import layout
from extract.stage.layout import Run
from extract.stage.pages import PageStore
from extract.stage.run_writer import RunWriter
from extract.stage.storage import Storage
from extract.stage.withdrawals import withdrawn_runs

CLOCKS_AGREE = timedelta(minutes=1)
"""How far the clocks of two machines that share a staging area may differ."""
ANSWER_TIMEOUTS = 3  # a whole answer may take so many times the longest wait for data


def new_run(storage: Storage, now: datetime) -> Run:
    """Return a run of this moment, moved on by whole seconds past the newest run if the two clocks are that close.

    Raises:
        StagingError: the clock is behind the newest run: what is scraped now would count as older than that.
    """
    run = Run(now.astimezone(UTC))
    committed = runs_that_count(storage)
    if committed:
        newest = Run.of(committed[-1])
        if newest.scraped_at - run.scraped_at > CLOCKS_AGREE:
            raise StagingError(
                f"The newest run, {newest.run_id}, is later than our clock ({run.scraped_at:%Y-%m-%d %H:%M} UTC): "
                "what is scraped now would count as older. Set the clock (or --as-of), or withdraw that run."
            )
        if newest.scraped_at >= run.scraped_at:
            run = Run(newest.scraped_at + timedelta(seconds=1))
    while any(storage.exists(path(run.run_id)) for path in (layout.request_path, layout.import_path)):
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
    chosen = request.selection
    history = History(storage, min(chosen.dates))
    if request.source == REPLAY:  # of a withdrawn run too: it may have been withdrawn for how its pages were read
        yield Runner(writer, StoredPages(store), chosen, request.source, history, 1, progress, halt), None
        return
    with open_source(settings) as source:
        client = make_client(source, settings, halt)
        withdrawn = withdrawn_runs(storage)
        live = LivePages(client, store, run, request.continues, request.source == "sample", withdrawn)
        pages: Pages = live
        if request.good is not None:
            pages = RetryPages(live, StoredPages(store, withdrawn), request.good)
        elif request.reuse_settled_after is not None:
            pages = SettledPages(live, history, withdrawn, request.reuse_settled_after)
        yield Runner(writer, pages, chosen, request.source, history, settings.workers, progress, halt), client
