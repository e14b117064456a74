"""`lake relocate`: a warehouse whose folder was moved or copied."""

from __future__ import annotations

import click

from lake import EMBEDDED
from lake.cli.chosen import Chosen


@click.command()
@click.pass_obj
def relocate(chosen: Chosen) -> None:
    """Make a warehouse work where it is now, after its folder was moved or copied.

    Iceberg stores absolute paths. This writes the metadata anew with the paths of today; data files stay as they are, and
    the history is kept. A copy is a warehouse of its own afterwards.

    \b
    Example: LAKE_WAREHOUSE=/new/place lake relocate
    """  # noqa: D301 - click's mark
    from lake.iceberg.catalog import new_catalog
    from lake.iceberg.readings import committing
    from lake.iceberg.relocate import relocate as rewrite
    from lake.lock import warehouse_lock
    from lake.query import refresh
    from lake.target import existing_warehouse, open_target

    folder = existing_warehouse(chosen.folder("tables lie where the bucket is"))
    with warehouse_lock(folder, "lake relocate"), committing(("the catalog",)):
        done = rewrite(new_catalog(folder), folder)
        note = refresh(open_target(EMBEDDED, folder))
    if note:
        click.echo(note, err=True)
    if done:
        click.echo(f"{', '.join(done)}: now at {folder}. Next: dbt build, which makes the views of staged files anew")
    else:
        click.echo(f"Every table lies in {folder} already; nothing was done.")
