"""How a run behaves, whatever it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

VERSION = version("racing-lakehouse")
REPLAY = "replay"
"""The source of a run that reads stored pages and asks nobody."""
AGENT = f"racing-lakehouse/{VERSION} (personal research; python-requests)"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run behaves, whatever it is asked for.

    `rate` is requests a second, `timeout` and `backoff` are seconds, `deadline` minutes for the whole run.
    """

    source: str = "live"
    rate: float = 1.0
    workers: int = 2
    timeout: float = 30.0
    backoff: float = 2.0
    deadline: float | None = None
    user_agent: str = AGENT
    transport: str = "requests"
    as_of: datetime | None = None
    seed: int = 7

    def now(self) -> datetime:
        """Return the run's clock: the moment at which the sample world is looked at, else the real time."""
        return self.as_of if self.as_of and self.source == "sample" else datetime.now(UTC)
