"""What a run says at its end: a table, and one line that says what to do next; or the same as JSON."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.table import Table

from extract.cli.options import staging_again
from extract.errors import ExitCode
from extract.fetch.client import Client
from extract.run.report import RunReport

SHOWN_REASONS = 10


def next_step(report: RunReport, build: str) -> str:
    """Return the one line that says what to do next; `build` is the command that builds from this staging area."""
    run_id, again = report.run.run_id, staging_again()
    in_doubt = any(item.doubt or item.doubtful_races for item in report.slices)
    retry = f"extract retry{again}" + (" (in five minutes or more, for what is in doubt)" if in_doubt else "")
    if report.halted and report.exit_code == ExitCode.PARTIAL:
        return f"{report.halted} What was had is staged as run {run_id}."
    return {
        ExitCode.OK: f"Run {run_id} is complete. Next: {build}",
        ExitCode.PARTIAL: f"Run {run_id} is partial; what could be had is staged. Next: {retry}, then {build}",
        ExitCode.UNEXPECTED: f"Every page of run {run_id} failed of a fault of ours. Report it with the log.",
        ExitCode.REFUSED: f"{report.refused} What was had is staged as run {run_id}.",
        ExitCode.CONTRACT_BROKEN: (
            f"No page of run {run_id} is a page we know; they are kept, and nothing of them was staged. Update the "
            f"project, then run: extract replay{again}"
        ),
    }[report.exit_code]


def as_json(report: RunReport, client: Client | None, log_file: str, exit_code: ExitCode, build: str) -> str:
    """Return the run as one JSON document; `exit_code` is the command's, which can be worse than the run's own."""
    slices: list[dict[str, Any]] = []
    for item in report.slices:
        record = item.record({}, "", "")
        kept = {name: value for name, value in record.items() if name not in {"source", "extract_version"}}
        slices.append(kept | {"races_not_final": item.reasons, "doubt": item.doubt, "pages_reused": item.reused})
    stats = client.stats if client else None
    document = {
        "run_id": report.run.run_id,
        "scraped_at": report.run.scraped_at_text,
        "exit_code": int(exit_code),
        "next": next_step(report, build),
        "requests": stats.requests if stats else 0,
        "bytes": stats.bytes if stats else 0,
        "pages_unchanged": stats.unchanged if stats else 0,
        "log_file": log_file,
        "slices": slices,
    }
    return json.dumps(document, indent=2)


def as_json_without_run(why: str) -> str:
    """Return the document of a call that found nothing to do, with the keys of a run's."""
    nothing = dict.fromkeys(("run_id", "scraped_at", "log_file"))
    counts = dict.fromkeys(("requests", "bytes", "pages_unchanged"), 0)
    return json.dumps(nothing | {"exit_code": 0, "next": why} | counts | {"slices": []}, indent=2)


def print_text(console: Console, report: RunReport, client: Client | None, log_file: str, build: str) -> None:
    """Print the table of slices, the races that are not final, what it cost, and the next step."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("slice")
    for name in ("listed", "results", "void/abandoned", "pending", "failed", "rows"):
        table.add_column(name, justify="right")
    table.add_column("status")
    for item in report.slices:
        counts = item.statuses
        known = item.listed is not None
        numbers = (
            item.listed,
            counts["result"],
            counts["void"] + counts["abandoned"],
            counts["pending"],
            counts["failed"],
            item.rows,
        )
        cells = [str(number) if known else "?" for number in numbers]
        table.add_row(f"{item.country} {item.race_date}", *cells, item.status)
    console.print(table)
    reasons = [reason for item in report.slices for reason in item.told()]
    for reason in list(dict.fromkeys(reasons))[:SHOWN_REASONS]:
        console.print(f"  - {reason}", markup=False, highlight=False)
    if len(reasons) > SHOWN_REASONS:
        console.print(f"  … and more; see {log_file}", markup=False, highlight=False)
    reused = sum(item.reused for item in report.slices)
    if client and reused:
        console.print(f"{reused} pages were taken as they are stored and not asked for again.", highlight=False)
    if client and client.stats.unchanged:
        count = client.stats.unchanged
        console.print(f"{count} pages are unchanged, says the source, and were not sent again.", highlight=False)
    if client:
        megabytes = client.stats.bytes / 1e6
        console.print(
            f"{client.stats.requests} requests, {megabytes:.1f} MB, {client.stats.retries} retries. Log: {log_file}",
            highlight=False,
        )
    console.print(next_step(report, build), markup=False, highlight=False, soft_wrap=True)
