"""Pages parsed in a CPU second, beside what no parser of them can do without: finding the JSON and decoding it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from extract.parse import ListedRace, parse_index, parse_result
from extract.parse.page import next_data
from extract.source.sample.server import SampleServer

FROM = date(2026, 4, 11)
DAYS = 2
SEEN_AT = datetime(2026, 5, 11, 6, tzinfo=UTC)
CPU_SECONDS = 3.0
"""How long each is kept at it."""


def pages(days: int = DAYS) -> list[tuple[bytes, ListedRace]]:
    """Return the result pages of some days of the sample world, with their listings."""
    server = SampleServer(as_of=SEEN_AT)
    found = []
    for number in range(days):
        day = FROM + timedelta(days=number)
        index = parse_index(server.page(f"/results/{day}/time-order")[1], day)
        found += [(server.page(race.path)[1], race) for race in index.races if race.status == "result"]
    return found


def rate(work: Callable[[bytes, ListedRace], object], shown: list[tuple[bytes, ListedRace]]) -> float:
    """Return how many pages a CPU second are worked on."""
    done, started = 0, time.process_time()
    while (spent := time.process_time() - started) < CPU_SECONDS:
        for body, race in shown:
            work(body, race)
        done += len(shown)
    return done / spent


def rates() -> tuple[float, float]:
    """Return the pages a CPU second that are parsed whole, and those whose JSON is only found and decoded."""
    shown = pages()
    return rate(parse_result, shown), rate(lambda body, race: next_data(body), shown)


if __name__ == "__main__":
    ours, decoded = rates()
    print(f"parse: {ours:.0f} pages a CPU second; find and decode alone: {decoded:.0f} ({decoded / ours:.2f} x)")
