"""A staging area is a record of one source: an invented horse must not slip into a lake of real ones, nor the reverse.

What an area holds is told by its runs, newest first, so areas older than this rule know it too. Imports go with any
source, replays ask none, withdrawn runs count for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote

from extract.errors import StagingError, UsageError
from extract.fetch.address import is_loopback
from extract.run.request import Request, load_request
from extract.run.settings import REPLAY
from extract.stage.manifest import committed_runs
from extract.stage.scrapes import LIVE, newest_scrapes
from extract.stage.storage import Storage

SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Origin:
    """A source as far as mixing goes; the seed is that of a sample world, None where it is not known."""

    name: str
    seed: int | None = None

    def goes_with(self, other: Origin) -> bool:
        """Say whether runs of both may stand in one staging area."""
        return self.name == other.name and (self.seed == other.seed or None in (self.seed, other.seed))

    def __str__(self) -> str:
        """Name it as a person would."""
        if self.name == SAMPLE:
            return "the sample world" + ("" if self.seed is None else f" of seed {self.seed}")
        return "the live site" if self.name == LIVE else self.name


def origin(source: str, seed: int | None) -> Origin:
    """Return what a run's source is; a server on this machine is a sample world whose seed it does not tell."""
    if source == SAMPLE:
        return Origin(SAMPLE, seed)
    return Origin(SAMPLE) if is_loopback(source) else Origin(source.rstrip("/"))


def refuse_another_source(storage: Storage, request: Request) -> None:
    """Let a run begin whose source is the one that staging is filled from, or that is the first.

    Raises:
        UsageError: staging holds runs of another source.
    """
    if request.source == REPLAY:
        return
    asked = origin(request.source, request.seed)
    for run_id, rows in newest_scrapes(storage, committed_runs(storage)):
        source = str(rows[0]["source"])
        known = origin(source, _seed(storage, run_id))
        if not asked.goes_with(known):
            raise UsageError(
                f"Staging {storage.url} holds runs of {known}, the newest {run_id}; {asked} does not go with them. "
                "Choose another --staging. If it is that run which is wrong there: "
                f"lake --staging {quote(storage.url)} withdraw {run_id} --reason 'another source'"
            )
        if known.name != SAMPLE or known.seed is not None:
            return


def _seed(storage: Storage, run_id: str) -> int | None:
    """The seed that a run was asked for with; None where its request is not there or cannot be read."""
    try:
        return load_request(storage, run_id).seed
    except (UsageError, StagingError):
        return None
