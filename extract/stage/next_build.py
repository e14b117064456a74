"""What `dbt build` reads, and the command that has it read a staging area.

dbt knows the environment only, no option and no [tool.extract]; and it works in the folder of its project.
"""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote

DEFAULTS = {
    "EXTRACT_STAGING": "staging",
    "EXTRACT_STAGING_SCHEMA": "staging",
    "LAKE_TARGET": "embedded",
    "LAKE_WAREHOUSE": "warehouse",
}
"""What dbt goes by where a variable is not set, or empty (profiles.yml)."""
FOLDERS = {"EXTRACT_STAGING", "LAKE_WAREHOUSE"}


def dbt_build(staging: str, schema: str = DEFAULTS["EXTRACT_STAGING_SCHEMA"], warehouse: str | None = None) -> str:
    """Return the command that builds from a staging area: with the variables it takes, where dbt would read another.

    Args:
        staging: Folder, or address in S3.
        schema: Glue database of the files staged in S3.
        warehouse: Folder to build in, where a command chose one.
    """
    if staging.startswith("s3://"):
        wanted = {"LAKE_TARGET": "athena", "EXTRACT_STAGING_SCHEMA": schema}
    else:
        wanted = {"LAKE_TARGET": "embedded", "EXTRACT_STAGING": str(Path(staging).expanduser().absolute())}
        if warehouse is not None:
            wanted["LAKE_WAREHOUSE"] = str(Path(warehouse).expanduser().absolute())
    other = [f"{name}={quote(value)}" for name, value in wanted.items() if value != read_by_dbt(name)]
    return " ".join([*other, "dbt build"])


def read_by_dbt(name: str) -> str:
    """Return what dbt makes of a variable; a folder in full."""
    value = os.environ.get(name) or DEFAULTS[name]
    if name not in FOLDERS or "://" in value:
        return value
    return str(_project_folder() / Path(value).expanduser())


def _project_folder() -> Path:
    """The folder in which dbt works: its project's, which it looks for above the current one."""
    if given := os.environ.get("DBT_PROJECT_DIR"):
        return Path(given).absolute()
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "dbt_project.yml").exists()), here)
