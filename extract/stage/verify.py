"""Check committed runs: every file that a run's `slices` file names is there, and is what was written."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from extract.contract import RESULTS
from extract.errors import StagingError
from extract.stage import layout
from extract.stage.figures import faults_of_races, faults_of_slices, names_its_results
from extract.stage.files import Seen, look, read_table
from extract.stage.layout import Run
from extract.stage.manifest import run_of
from extract.stage.storage import Storage

WORKERS = 8
REMEDY = (
    "Put the file back from a backup, or, if you changed it on purpose, say: extract reseal {run_id}. If there is no "
    "backup, scrape its dates again and withdraw run {run_id}."
)
UNNAMED = "Move it out of staging: whoever reads the folder reads it with the run {run_id}."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a staged file, and what to do about it."""

    file: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file} {self.fault}. {self.remedy}"


@dataclass(slots=True)
class RunCheck:
    """What the check of one run came to. It is good when there are no findings."""

    run_id: str
    findings: list[Finding] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    """What could not be checked, in words: runs of older versions carry fewer checksums."""
    sha256_by_file: dict[str, str] = field(default_factory=dict)
    """SHA-256 of every file of the run as it is now; `missing` for one that is not there."""

    @property
    def content_sha256(self) -> str:
        """SHA-256 over the run's files as they are now: another one than before means that a file was changed."""
        lines = (f"{digest}  {path}\n" for path, digest in sorted(self.sha256_by_file.items()))
        return sha256("".join(lines).encode()).hexdigest()


def verify_runs(
    storage: Storage, run_ids: Iterable[str], only: Collection[tuple[str, str]] | None = None
) -> list[RunCheck]:
    """Check some runs; see `verify_run`. The cost is one pass over the files of these runs and no others.

    With `only`, slices by country and date, the results files of other slices are not read.
    """
    listed: dict[str, list[str]] = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        return [_verify(storage, run_of(run_id), pool, listed, only) for run_id in run_ids]


def verify_run(storage: Storage, run_id: str) -> RunCheck:
    """Check one committed run: each of its files is present, with its SHA-256, columns, rows and figures.

    Raises:
        UsageError: it is not a run id.
        StagingError: the storage cannot be read at all. A damaged or missing file is a finding, not an error.
    """
    return verify_runs(storage, [run_id])[0]


def _verify(
    storage: Storage,
    run: Run,
    pool: ThreadPoolExecutor,
    listed: dict[str, list[str]],
    only: Collection[tuple[str, str]] | None,
) -> RunCheck:
    check = RunCheck(run.run_id)
    path = layout.slices_path(run)
    slices = read_table(storage, path, "slices")
    check.sha256_by_file[path] = slices.sha256
    _add(check, path, slices.fault or faults_of_slices(run, slices.rows, slices.header))
    if slices.fault:
        return check  # nothing that it says can be relied upon
    if slices.is_sealed is False:
        _add(check, path, "is not what was written: it differs from its own checksum, a value was edited")
    elif slices.is_sealed is None:
        check.unchecked.append(f"{path} carries no checksum of its own")
    _verify_races(check, storage, run, slices.rows)
    named = [row for row in slices.rows if names_its_results(run, row)]
    asked = [row for row in named if only is None or (row["country"], row["race_date"]) in only]
    _verify_results(check, storage, asked, pool)
    expected = {path, layout.races_path(run), *(row["results_file"] for row in named)}
    _find_unnamed(check, storage, run, expected, listed)
    return check


def _verify_races(check: RunCheck, storage: Storage, run: Run, slices: list[dict[str, str]]) -> None:
    path = layout.races_path(run)
    races = read_table(storage, path, "races")
    check.sha256_by_file[path] = races.sha256
    first = slices[0] if slices else {}
    expected, rows = first.get("races_sha256"), first.get("races_rows")
    if races.fault:
        _add(check, path, races.fault)
        return
    if rows and rows != str(len(races.rows)):
        _add(check, path, f"has {len(races.rows)} rows where {rows} were written")
    elif expected and expected != races.sha256:
        _add(check, path, "is not what was written: its SHA-256 differs, a value was edited")
    elif not expected:
        check.unchecked.append(f"{path} has no checksum in the slices file")
    _add(check, path, faults_of_races(run, races.rows, slices))


def _verify_results(check: RunCheck, storage: Storage, named: list[dict[str, str]], pool: ThreadPoolExecutor) -> None:
    seen = pool.map(partial(look, storage), (row["results_file"] for row in named))
    for row, file in zip(named, seen, strict=True):
        check.sha256_by_file[row["results_file"]] = file.sha256
        _add(check, row["results_file"], _fault_of_results(row, file))


def _fault_of_results(row: dict[str, str], file: Seen) -> str | None:
    if file.fault or (fault := file.fault_of_header(RESULTS)):
        return file.fault or fault
    if row.get("rows_staged") != str(file.rows):
        return f"has {file.rows} rows where {row.get('rows_staged')} were written"
    if row.get("results_sha256") != file.sha256:
        return "is not what was written: its SHA-256 differs, a value was edited or bytes were added"
    return None


def _find_unnamed(
    check: RunCheck, storage: Storage, run: Run, expected: set[str], listed: dict[str, list[str]]
) -> None:
    """Find copies and left-over parts beside the run's files, which readers of the folder would take for its own."""
    for kind in ("results", "races", "slices"):
        folder = f"{kind}/scraped_on={run.scraped_on}"
        if folder not in listed:
            listed[folder] = storage.list(folder)
        for path in listed[folder]:
            if path.startswith(f"{folder}/{run.run_id}") and path not in expected:
                fault = "is not named by the run's slices file"
                check.findings.append(Finding(path, fault, UNNAMED.format(run_id=run.run_id)))


def _add(check: RunCheck, path: str, faults: str | list[str] | None) -> None:
    for fault in [faults] if isinstance(faults, str) else faults or []:
        check.findings.append(Finding(path, fault, REMEDY.format(run_id=check.run_id)))


def require_good(checks: Iterable[RunCheck]) -> None:
    """Stop at runs whose files are not what was written.

    Raises:
        StagingError: naming up to five findings and how many more there are.
    """
    findings = [finding for check in checks for finding in check.findings]
    if findings:
        shown = "\n".join(f"  {finding}" for finding in findings[:5])
        more = f"\n  and {len(findings) - 5} more" if len(findings) > 5 else ""
        raise StagingError(f"Staged files are not what was written; nothing was read from them:\n{shown}{more}")
