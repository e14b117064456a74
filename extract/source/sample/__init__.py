"""An invented racing world: deterministic by seed, any date since 2008, seen as of any moment, served over HTTP.

What can be found in it, because it was put in:

* Horses keep their yard and owner but for a dated move; yards have their jockeys, and the better yard the better ones.
* Ability grows and declines with age, form comes and goes over weeks; official ratings follow both, late.
* Going, distance and surface suit some horses; sires pass on what ground they like.
* Yards are in and out of form for some weeks, low numbers win more at some courses, and an unchallenged lead is worth
  something. The market believes three fifths of these three, and knows the rest; long shots are a little too short.
* Horses have a style, which shows in the comments; class, pattern, ages, sexes and weights are kept by the fields.

`traps` names what is unusual about a page, and `World.having` finds one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.source.sample.faults import Fault, Faults
    from extract.source.sample.server import SampleServer
    from extract.source.sample.traps import Trap
    from extract.source.sample.world import World

__all__ = ["Fault", "Faults", "SampleServer", "Trap", "World"]
HOMES = {"Fault": "faults", "Faults": "faults", "SampleServer": "server", "Trap": "traps", "World": "world"}


def __getattr__(name: str) -> object:
    """Import what is asked for only now: a run on the live site needs nothing of this world."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
