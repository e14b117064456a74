"""An invented racing world: deterministic by seed, any date since 2008, seen as of any moment, served over HTTP."""

from extract.source.sample.faults import Fault, Faults
from extract.source.sample.server import SampleServer
from extract.source.sample.world import World

__all__ = ["Fault", "Faults", "SampleServer", "World"]
