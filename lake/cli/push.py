"""`lake push`: a local lake goes on in Athena."""

from __future__ import annotations

import click

from lake import EMBEDDED
from lake.cli.chosen import Chosen
from lake.cli.screen import confirm
from lake.errors import LakeError, UsageError


@click.command()
@click.option("--to-staging", metavar="S3", required=True, help="Where staged files go: s3://bucket/prefix.")
@click.option("--data", envvar="ATHENA_DATA", metavar="S3", help="Where the tables' files go. Better set ATHENA_DATA.")
@click.option(
    "--staging-schema", envvar="EXTRACT_STAGING_SCHEMA", default="staging", show_default=True,
    help="Glue database of the staged files. Better set EXTRACT_STAGING_SCHEMA, which dbt reads too.",
)  # fmt: skip
@click.option("--pages", "with_pages", is_flag=True, help="Copy the stored pages too, for `extract replay` there.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def push(chosen: Chosen, to_staging: str, data: str | None, staging_schema: str, with_pages: bool, yes: bool) -> None:
    """Copy this lake to S3 and register it in Glue: go on there with dbt build --target athena, nothing scraped again.

    What is staged is copied, then the tables with their whole history, as they are. The local lake is not touched and
    nobody writes it meanwhile. Started again, it goes on where it stopped.

    Example: ATHENA_DATA=s3://my-bucket/lake/ lake push --to-staging s3://my-bucket/staging
    """
    if chosen.name != EMBEDDED:
        raise UsageError("What is pushed is the embedded engine's lake. Say lake --target embedded push.")
    if not data:
        raise UsageError("Say where the tables' files go: set ATHENA_DATA, or --data s3://bucket/lake/.")
    if not to_staging.startswith("s3://"):
        raise UsageError(f"--to-staging {to_staging} is not in S3. Write s3://bucket/prefix.")
    from extract.stage import glue as staged_tables
    from extract.stage.storage import open_storage
    from lake.athena.lock import schema_lock
    from lake.push import copy_staging, plan_tables, push_table
    from lake.target import athena_schema, glue_catalog, reaching_glue

    schema = athena_schema()
    with chosen.exclusive("push") as target, reaching_glue(schema), schema_lock(data, schema, "lake push") as lease:
        tables = list(target.tables())
        if not tables:
            raise LakeError("The local lake has no tables yet. Run dbt build first.")
        glue = glue_catalog()
        glue.create_namespace_if_not_exists(schema)
        wanted = plan_tables(tables, glue, schema)
        if not yes:
            confirm(f"Copy {chosen.staging} to {to_staging}, and {len(wanted)} tables to {data}?", yes=False)
        staged = copy_staging(open_storage(chosen.staging), open_storage(to_staging), with_pages=with_pages)
        click.echo(f"staging: {staged.files} files, {_megabytes(staged.size)}, {staged.already} were there already")
        staged_tables.register(to_staging, staging_schema)
        for table in wanted:
            lease.check()
            done = push_table(table, glue, schema, data)
            click.echo(
                f"{schema}.{done.name}: {done.files} files, {_megabytes(done.size)}, {done.already} were there already"
            )
    click.echo(f"{len(tables)} tables are in Glue. Next: LAKE_TARGET=athena EXTRACT_STAGING={to_staging} dbt build")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
