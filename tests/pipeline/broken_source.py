"""The real `extract` on a sample world in which something is broken, at any moment: what a source does on a bad morning.

`BROKEN_SOURCE` in the environment says what: a name of `WAYS`, or nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from extract import cli
from extract.source import sample
from extract.source.sample import Fault, SampleServer, World
from extract.source.sample.evolution import View
from extract.source.sample.faults import Faults
from extract.source.sample.races import Race

VARIABLE = "BROKEN_SOURCE"
COMMAND = "from tests.pipeline.broken_source import main; main()"
LOST = date(2025, 4, 17)
"""The British day that `Losing` loses."""


class Losing(World):
    """Every British race of one day has turned void."""

    def view(self, race: Race, as_of: datetime) -> View | None:
        seen = super().view(race, as_of)
        is_lost = seen is not None and race.course.country == "GB" and race.off.date() == LOST
        return View(race, "void", ()) if is_lost else seen


class Lacking(World):
    """No page names a jockey."""

    def result(self, race_id: int, as_of: datetime) -> Any:
        page = super().result(race_id, as_of)
        if page:
            for runner in page["runners"]:
                runner["jockeyName"] = runner["jockeyUrl"] = None
        return page


WAYS: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "some pages fail": lambda: _strike(Fault("truncate", r"/results/\d+/[^/]+/[0-9-]+/\d*7(/|$)")),
    "refuses": lambda: _strike(Fault("status", status=406)),
    "another page": lambda: _strike(Fault("bad-json", "/time-order")),
    "loses a day": lambda: setattr(sample, "World", Losing),
    "names no jockey": lambda: setattr(sample, "World", Lacking),
}


def _strike(fault: Fault) -> None:
    def serve(world: World, *, as_of: datetime) -> SampleServer:
        return SampleServer(world, as_of=as_of, faults=Faults([fault]))

    sample.SampleServer = serve  # type: ignore[misc, assignment]


def main() -> None:
    WAYS[os.environ.get(VARIABLE, "")]()
    cli.main()
