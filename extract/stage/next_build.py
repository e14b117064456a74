"""The `dbt build` that reads a staging area: dbt knows the environment only, no option and no [tool.extract]."""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote

STAGING, STAGING_SCHEMA = "staging", "staging"
"""What dbt reads where no variable says otherwise (profiles.yml)."""


def dbt_build(staging: str, schema: str = STAGING_SCHEMA) -> str:
    """Return the command that builds from a staging area: with the variables it takes, where dbt would read another.

    Args:
        staging: Folder, or address in S3.
        schema: Glue database of the files staged in S3.
    """
    target = os.environ.get("LAKE_TARGET") or "embedded"
    if staging.startswith("s3://"):
        wanted = {"LAKE_TARGET": ("athena", target), "EXTRACT_STAGING_SCHEMA": (schema, dbt_schema())}
    else:
        folder = _absolute(staging)
        wanted = {
            "LAKE_TARGET": ("embedded", target),
            "EXTRACT_STAGING": (folder, _absolute(dbt_staging())),
        }
    other = [f"{name}={quote(value)}" for name, (value, in_force) in wanted.items() if value != in_force]
    return " ".join([*other, "dbt build"])


def dbt_staging() -> str:
    """Return the staging area that dbt reads on the embedded engine, started in this folder."""
    return os.environ.get("EXTRACT_STAGING") or STAGING


def dbt_schema() -> str:
    """Return the Glue database of staged files that dbt reads on Athena."""
    return os.environ.get("EXTRACT_STAGING_SCHEMA") or STAGING_SCHEMA


def _absolute(staging: str) -> str:
    return staging if "://" in staging else str(Path(staging).expanduser().absolute())
