"""`extract status`: what staging holds."""

from __future__ import annotations

import json
from collections import Counter

import click

from extract.cli.options import OUTPUT, STAGING
from extract.errors import UnknownCode
from extract.stage.manifest import IMPORT, committed_runs, read_races, read_slices, unfinished_imports
from extract.stage.storage import Storage, open_storage
from extract.stage.strays import strays
from extract.stage.unknown_pages import UnknownPages
from extract.stage.withdrawals import withdrawn_runs

SHOWN = 10


@click.command()
@STAGING
@OUTPUT
def status(staging: str, output: str) -> None:
    """List the runs in staging, the unfinished ones too, pages and codes that are not known, and files of others.

    Example: extract status
    """
    show(open_storage(staging), output)


def show(storage: Storage, output: str) -> None:
    """Print the last runs with their slices in short, the codes they did not know, and the unfinished runs."""
    from extract.run.rerun import open_runs  # imports what a run needs; help must not wait for it

    runs = []
    shown = committed_runs(storage)[-SHOWN:]
    for run_id in shown:
        slices = read_slices(storage, run_id)
        complete = sum(row["status"] == "complete" for row in slices)
        rows = sum(int(row["rows_staged"] or 0) for row in slices)
        runs.append(
            {"run_id": run_id, "slices": len(slices), "complete": complete, "rows": rows, "source": slices[0]["source"]}
        )
    unknown = unknown_codes(storage, [str(run["run_id"]) for run in runs if run["source"] != IMPORT])
    unfinished, imports = open_runs(storage), unfinished_imports(storage)
    withdrawn = withdrawn_runs(storage)
    found = strays(storage)
    kept = len(UnknownPages(storage).list())
    if output == "json":
        document = {
            "staging": storage.url,
            "runs": [run | {"withdrawn": run["run_id"] in withdrawn} for run in runs],
            "unknown_codes": unknown,
            "unknown_pages": kept,
            "unfinished": unfinished,
            "unfinished_imports": imports,
            "strays": [{"path": stray.path, "is_read": stray.is_read, "remedy": stray.remedy} for stray in found],
        }
        click.echo(json.dumps(document, indent=2))
        return
    click.echo(f"Staging {storage.url}")
    for run in runs:
        note = "  withdrawn" if run["run_id"] in withdrawn else ""
        click.echo("{run_id}  {complete} of {slices} slices complete, {rows} rows, from {source}".format(**run) + note)
    if not runs:
        click.echo("No run yet. Start with: extract --days 7")
    for kind, counts in unknown.items():
        codes = ", ".join(f"'{code}' in {count} race{'s' * (count > 1)}" for code, count in counts.items())
        click.echo(f"Unknown {kind}: {codes}")
    if unknown:
        click.echo("Races with unknown codes are not staged. Update the project, then run: extract replay")
    for run_id in unfinished:
        click.echo(f"{run_id}  unfinished; go on with: extract --resume {run_id}")
    for run_id in imports:
        click.echo(f"{run_id}  unfinished import; call the same `extract import` again to finish it")
    if kept:
        click.echo(f"{kept} pages are not the pages we know and are kept. Update the project, then run: extract replay")
    for stray in sorted(found, key=lambda stray: not stray.is_read)[:SHOWN]:
        click.echo(f"Stray file {stray.path}. {stray.remedy}")
    if len(found) > SHOWN:
        click.echo(f"{len(found)} stray files in all; --output json lists them.")


def unknown_codes(storage: Storage, run_ids: list[str]) -> dict[str, dict[str, int]]:
    """Return, by kind and code, the races that failed for a code we do not know; each race as its last run left it."""
    reasons: dict[object, str] = {}
    for run_id in run_ids:
        for race in read_races(storage, run_id):
            reasons[race["race_id"]] = str(race["reason"] or "")
    found: dict[str, Counter[str]] = {}
    for reason in reasons.values():
        if said := UnknownCode.said_in(reason):
            found.setdefault(said[0], Counter())[said[1]] += 1
    return {kind: dict(found[kind].most_common()) for kind in sorted(found)}
