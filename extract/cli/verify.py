"""`extract verify`: are the staged files still what the runs wrote?"""

from __future__ import annotations

import json
import sys

import click

from extract.cli.options import OUTPUT, STAGING
from extract.errors import ExitCode, UsageError
from extract.stage.manifest import committed_runs, run_of
from extract.stage.storage import open_storage
from extract.stage.verify import RunCheck, verify_runs


@click.command()
@click.argument("run_ids", nargs=-1)
@STAGING
@OUTPUT
def verify(run_ids: tuple[str, ...], staging: str, output: str) -> None:
    """Check staged runs against what they wrote: checksums, columns, rows and counts of every file.

    Without RUN_IDS all committed runs are checked. Ends with 1 when something is wrong; every finding says what to do.

    Example: extract verify
    """
    storage = open_storage(staging)
    committed = committed_runs(storage)
    for run_id in run_ids:
        if run_of(run_id).run_id not in committed:
            raise UsageError(f"Run {run_id} is not committed in {storage.url}. See: extract status")
    checks = verify_runs(storage, run_ids or committed)
    show(checks, output)
    if any(check.findings for check in checks):
        sys.exit(int(ExitCode.UNEXPECTED))


def show(checks: list[RunCheck], output: str) -> None:
    """Print the findings, what could not be checked, and the count of good runs."""
    if output == "json":
        runs = [
            {
                "run_id": check.run_id,
                "findings": [{"file": f.file, "fault": f.fault, "remedy": f.remedy} for f in check.findings],
                "unchecked": check.unchecked,
            }
            for check in checks
        ]
        click.echo(json.dumps({"runs": runs}, indent=2))
        return
    for check in checks:
        for finding in check.findings:
            click.echo(f"{check.run_id}  {finding}")
        for text in check.unchecked:
            click.echo(f"{check.run_id}  not checked: {text}")
    good = sum(not check.findings for check in checks)
    click.echo(f"{good} of {len(checks)} runs are as they were written.")
