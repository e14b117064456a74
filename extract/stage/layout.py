"""Where each staged file lies, relative to the staging area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

RUN_FORMAT = "%Y%m%dT%H%M%S%fZ"
ALL = "all"


@dataclass(frozen=True, slots=True)
class Run:
    """One invocation of `extract`: its id is its UTC time, so ids sort by time."""

    scraped_at: datetime

    @classmethod
    def of(cls, run_id: str) -> Run:
        """Return the run of an id.

        Raises:
            ValueError: it is not a run id.
        """
        run = cls(datetime.strptime(run_id, RUN_FORMAT).replace(tzinfo=UTC))
        if run.run_id != run_id:  # strptime also takes other digits and fewer of them
            raise ValueError(f"{run_id!r} is not written as {run.run_id}")
        return run

    @property
    def run_id(self) -> str:
        """Sortable id such as `20251118T060000000000Z`."""
        return self.scraped_at.astimezone(UTC).strftime(RUN_FORMAT)

    @property
    def scraped_at_text(self) -> str:
        """The run's time as the contract writes timestamps."""
        return timestamp(self.scraped_at)

    @property
    def scraped_on(self) -> str:
        """UTC date of the run: the partition of its files."""
        return self.scraped_at.astimezone(UTC).date().isoformat()


def timestamp(at: datetime) -> str:
    """Return a moment as the contract writes timestamps: UTC, microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def moment(text: str) -> datetime:
    """Return the moment of a timestamp as the contract writes it."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)


def run_at(path: str, kind: str) -> Run | None:
    """Return the run whose file of a kind (`slices`, `runs` and so on) lies at a path; None when no run's does.

    The moment of a decision (`withdrawals`) is returned as a run, too.
    """
    try:
        run = Run.of(PurePosixPath(path).stem)
    except ValueError:
        return None
    expected = {
        "slices": slices_path(run),
        "races": races_path(run),
        "runs": request_path(run.run_id),
        "imports": import_path(run.run_id),
        "withdrawals": withdrawals_path(run.scraped_at),
    }
    return run if path == expected[kind] else None


def results_path(run: Run, country: str, race_date: date | str) -> str:
    """Runner rows of one slice."""
    return f"{results_folder(run)}/{run.run_id}_{country}_{race_date}.csv"


def results_folder(run: Run) -> str:
    """Folder of the results files of every run of that date."""
    return f"results/scraped_on={run.scraped_on}"


def races_path(run: Run) -> str:
    """Every listed race of the run."""
    return f"races/scraped_on={run.scraped_on}/{run.run_id}.csv"


def slices_path(run: Run) -> str:
    """Every slice of the run; the commit marker, written last."""
    return f"slices/scraped_on={run.scraped_on}/{run.run_id}.csv"


def withdrawals_path(decided_at: datetime) -> str:
    """Decisions taken at one moment to withdraw or restore runs."""
    stamp = Run(decided_at)
    return f"withdrawals/scraped_on={stamp.scraped_on}/{stamp.run_id}.csv"


def request_path(run_id: str) -> str:
    """What the run was asked for, written first, so that an interrupted run can be resumed."""
    return f"runs/{run_id}.json"


def import_path(run_id: str) -> str:
    """What an import was asked for, written first, so that it is told when it is not finished."""
    return f"imports/{run_id}.json"


def set_aside_path(run_id: str, part: int) -> str:
    """Rows that an import could not stage, with file, line and reason; in parts, from 1."""
    return f"set_aside/{run_id}_{part}.csv"


def page_path(country: str, race_date: date, race_id: int, run_id: str) -> str:
    """Raw payload of one race."""
    return f"{page_folder(country, race_date)}/{race_id}_{run_id}.json.gz"


def index_page_path(race_date: date, run_id: str) -> str:
    """Raw payload of the index of one date, which serves every country."""
    return f"{page_folder(ALL, race_date)}/index_{run_id}.json.gz"


def unknown_folder(run_id: str = "") -> str:
    """Folder of the pages that were not the page we know: a run's, or all."""
    return f"pages/unknown/run={run_id}" if run_id else "pages/unknown"


def page_folder(country: str, race_date: date) -> str:
    """Folder of the stored pages of one slice."""
    return f"pages/country={country}/date={race_date}"
