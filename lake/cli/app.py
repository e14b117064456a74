"""The `lake` command: look at the Iceberg tables, ask them, go back, tidy up."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.table import Table as TextTable

from lake import query as asking
from lake.errors import LakeError
from lake.iceberg import maintain as upkeep
from lake.iceberg import snapshots as past
from lake.target import ATHENA, EMBEDDED, Target, open_target


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which target the user chose; it is opened by the command that needs it."""

    name: str
    warehouse: Path

    def open(self) -> Target:
        """Open the target."""
        return open_target(self.name, self.warehouse)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("racing-lakehouse"), message="%(version)s")
@click.option(
    "--target",
    envvar="LAKE_TARGET",
    type=click.Choice([EMBEDDED, ATHENA]),
    default=EMBEDDED,
    show_default=True,
    help="Whose tables. Better set LAKE_TARGET, which dbt reads too.",
)
@click.option(
    "--warehouse",
    envvar="LAKE_WAREHOUSE",
    default="warehouse",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Of the embedded target: folder of the catalog and the tables.",
)
@click.pass_context
def lake(context: click.Context, /, target: str, warehouse: Path) -> None:
    """Look at the Iceberg tables, ask them, go back, tidy up."""
    context.obj = Chosen(target, warehouse)


@lake.command()
@click.pass_obj
def status(chosen: Chosen) -> None:
    """Show every table: rows, files, snapshots, last commit.

    Example: lake status
    """
    target = chosen.open()
    ours = target.name == EMBEDDED
    rows: list[list[object]] = []
    for table in target.tables():
        entries = past.history(table)
        current = next((entry for entry in entries if entry.is_current), None)
        size = past.size(table)
        counts = [size.rows, size.data_files, size.delete_files, len(entries)]
        runs = [current.run_ids if current else ""] if ours else []
        rows.append([".".join(table.name()), *counts, _minute(current), *runs])
    names = ["table", "rows", "data files", "delete files", "snapshots", "last commit"]
    show([*names, "runs"] if ours else names, rows)


@lake.command()
@click.argument("table")
@click.pass_obj
def history(chosen: Chosen, table: str) -> None:
    """Show a table's snapshots: when, what changed, from which runs.

    Example: lake history results
    """
    target = chosen.open()
    entries = past.history(target.find(table))
    ours = target.name == EMBEDDED
    counts = ["inserted", "updated", "deleted", "runs"] if ours else ["operation", "rows written", "rows removed"]
    show(
        ["snapshot", "committed (UTC)", *counts, ""],
        [
            [
                entry.snapshot_id,
                _minute(entry),
                *(
                    [entry.inserted, entry.updated, entry.deleted, entry.run_ids]
                    if ours
                    else [entry.operation, entry.rows_written, entry.rows_removed]
                ),
                "current" if entry.is_current else "",
            ]
            for entry in entries
        ],
    )


@lake.command()
@click.argument("table")
@click.option("--to", "snapshot_id", type=int, help="Snapshot to go back to.")
@click.option("--before", "run_id", help="Go back to just before this run was merged.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def rollback(chosen: Chosen, table: str, snapshot_id: int | None, run_id: str | None, yes: bool) -> None:
    r"""Make an earlier snapshot current. Nothing is lost: roll back to the later one to undo it.

    The tables follow one another, so roll back all three, or the next dbt build brings the rows back.

    \b
    Example: lake rollback results --before 20251121T060000000000Z
    """
    if (snapshot_id is None) == (run_id is None):
        raise click.UsageError("Give either --to or --before.")
    target = chosen.open()
    found = target.find(table)
    goal = past.rollback_target(found, snapshot_id, run_id)
    confirm(f"Make snapshot {goal} of {'.'.join(found.name())} current?", yes=yes)
    past.rollback(target.catalog, found, goal)
    asking.refresh(target)
    click.echo(f"{'.'.join(found.name())} is now at snapshot {goal}. Undo with: lake rollback {table} --to SNAPSHOT_ID")


@lake.command()
@click.argument("sql")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="The tables as they were at this UTC time.",
)
@click.option(
    "--output",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
    help="How to print the rows.",
)
@click.pass_obj
def query(chosen: Chosen, sql: str, as_of: datetime | None, output: str) -> None:
    r"""Answer a SQL query.

    \b
    Example: lake query "select course, count(*) from racing.results group by course"
    """
    when = as_of.replace(tzinfo=UTC) if as_of else None
    with asking.connect(chosen.open(), when) as connection:
        try:
            relation = connection.execute(sql)
        except duckdb.Error as error:
            raise LakeError(f"The query failed: {error}") from error
        names = [column[0] for column in relation.description or []]
        rows = [list(row) for row in relation.fetchall()]
    if output == "json":
        click.echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str, indent=1))
    elif output == "csv":
        csv.writer(sys.stdout).writerows([names, *rows])
    else:
        show(names, rows)


@lake.command()
@click.option("--keep-days", type=click.IntRange(0), default=35, show_default=True, help="Keep snapshots this young.")
@click.option("--keep-last", type=click.IntRange(1), default=10, show_default=True, help="Keep this many, however old.")
@click.option(
    "--minimum-age-hours",
    type=click.FloatRange(0),
    default=24.0,
    show_default=True,
    help="Sweep only files older than this.",
)
@click.option("--yes", is_flag=True, help="Do it; without, only say what would be done.")
@click.pass_obj
def maintain(chosen: Chosen, keep_days: int, keep_last: int, minimum_age_hours: float, yes: bool) -> None:
    """Expire old snapshots and sweep files nothing refers to. Not while a build is running.

    Example: lake maintain --yes
    """
    target = chosen.open()
    target.warehouse(instead="dbt run-operation maintain --target athena")
    for table in target.tables():
        done = upkeep.maintain(
            target.catalog, table, keep_days=keep_days, keep_last=keep_last,
            minimum_age=timedelta(hours=minimum_age_hours), dry_run=not yes,
        )  # fmt: skip
        verb = "expired and swept" if yes else "would expire and sweep"
        click.echo(f"{'.'.join(table.name())}: {verb} {len(done.expired)} snapshots and {len(done.orphans)} files")
    if not yes:
        click.echo("Nothing was touched. Add --yes to do it.")


@lake.command()
@click.argument("table")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def drop(chosen: Chosen, table: str, yes: bool) -> None:
    """Drop a table with its history, so that the next build makes it anew from staging.

    Example: lake drop results --yes
    """
    target = chosen.open()
    target.warehouse(instead="dbt build --full-refresh --select TABLE makes it anew; DROP TABLE in the Athena console")
    found = target.find(table)
    confirm(f"Drop {'.'.join(found.name())} and its history?", yes=yes)
    target.catalog.drop_table(found.name())
    asking.refresh(target)
    click.echo(f"{'.'.join(found.name())} is dropped. Its files stay until deleted by hand. Next: dbt build")


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something that other people would notice; without a terminal, refuse."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("Without a terminal, this needs --yes.")
    click.confirm(question, abort=True, err=True)


def show(names: list[str], rows: list[list[Any]]) -> None:
    """Print rows as a table, in full."""
    table = TextTable(box=None, header_style="bold", pad_edge=False)
    for name in names:
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    Console(width=None if sys.stdout.isatty() else 1000).print(table)


def _minute(entry: past.Entry | None) -> str:
    return entry.committed_at.strftime("%Y-%m-%d %H:%M:%S") if entry else "never"


def main() -> None:
    """Run the command; our own errors become one line and exit code 1."""
    try:
        lake()
    except LakeError as error:
        click.echo(f"lake: {error}", err=True)
        sys.exit(1)
