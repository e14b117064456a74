"""`extract register`: the staged files in S3 as tables in Glue."""

from __future__ import annotations

import click

from extract.cli.options import STAGING, STAGING_SCHEMA
from extract.stage import glue


@click.command()
@STAGING
@STAGING_SCHEMA
def register(staging: str, staging_schema: str) -> None:
    """Register the files staged in S3 as tables in Glue, as every run does at its end.

    Example: extract register --staging s3://my-bucket/racing
    """
    for table, change in glue.register(staging, staging_schema).items():
        click.echo(f"{staging_schema}.{table}: {change}")
