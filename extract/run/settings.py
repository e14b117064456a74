"""How a run behaves, whatever it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from extract.errors import UsageError
from extract.stage.scrapes import REPLAY

__all__ = ["AGENT", "REPLAY", "VERSION", "Settings"]

VERSION = version("racing-lakehouse")
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
        """Return the run's clock: the moment at which the sample world is looked at, else the real time.

        Raises:
            UsageError: that moment is still to come.
        """
        real = datetime.now(UTC)
        if self.as_of is None or self.source not in {"sample", REPLAY}:
            return real
        if self.as_of > real:
            raise UsageError(f"--as-of {self.as_of.isoformat()} is still to come. Choose an earlier one.")
        return self.as_of
