"""`lake maintain`: keep the tables small."""

from __future__ import annotations

from datetime import timedelta

import click

from lake.cli.chosen import Chosen


@click.command()
@click.option(
    "--keep-days", type=click.IntRange(0, 36_500), default=35, show_default=True, help="Keep snapshots this young."
)
@click.option("--keep-last", type=click.IntRange(1), default=10, show_default=True, help="Keep this many, however old.")
@click.option(
    "--minimum-age-hours",
    type=click.IntRange(0, 100_000),
    default=24,
    show_default=True,
    help="Sweep only files older than this; younger than an hour never.",
)
@click.option("--yes", is_flag=True, help="Do it; without, only say what would be done.")
@click.pass_obj
def maintain(chosen: Chosen, keep_days: int, keep_last: int, minimum_age_hours: int, yes: bool) -> None:
    """Compact years that are over, expire old snapshots, sweep files nothing refers to. A build does it once a week.

    While a build is running, it says so and touches nothing.

    On Athena: dbt run-operation maintain

    Example: lake maintain --yes
    """
    with chosen.exclusive("maintain", "dbt run-operation maintain --target athena, which sweeps S3 too") as target:
        import duckdb

        from lake.iceberg import maintain as upkeep
        from lake.merge.compact import compact, scattered
        from lake.query import refresh

        for table in list(target.tables()):
            fewer = sum(len(paths) - 1 for paths in scattered(table))
            if fewer and yes:
                compact(duckdb.connect(), table, "lake maintain")
                table = target.catalog.load_table(table.name())
            if fewer:
                done_so = "made" if yes else "would make"
                click.echo(f"{'.'.join(table.name())}: {done_so} {fewer} files fewer of the years that are over")
            done = upkeep.maintain(
                target.catalog, table, keep_days=keep_days, keep_last=keep_last,
                minimum_age=timedelta(hours=minimum_age_hours), dry_run=not yes,
            )  # fmt: skip
            verb = "expired and swept" if yes else "would expire and sweep"
            click.echo(f"{'.'.join(table.name())}: {verb} {len(done.expired)} snapshots and {len(done.orphans)} files")
        note = refresh(target) if yes else ""
    if note:
        click.echo(note, err=True)
    if not yes:
        click.echo("Nothing was touched. Add --yes to do it.")
