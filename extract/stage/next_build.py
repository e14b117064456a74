"""What `dbt build` reads, and the command that has it read a staging area.

dbt knows the environment and the settings file, and no option; and it works in the folder of its project.
"""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from extract.project.file import SHARED
from extract.project.home import HOME, Project, find_project, project_of_dbt

VARIABLES = {setting.variable: name for name, setting in SHARED.items()}


def dbt_build(
    staging: str,
    schema: str = SHARED["staging_schema"].default,
    warehouse: str | None = None,
    project: str | None = None,
) -> str:
    """Return the command that builds from a staging area: with the variables it takes, where dbt would read another.

    Args:
        staging: Folder, or address in S3.
        schema: Glue database of the files staged in S3.
        warehouse: Folder to build in, where a command chose one.
        project: The project's home, where a command chose one.
    """
    known = project_of_dbt()
    first = []
    if project is not None and Path(project) != known.home:
        known = find_project(project)
        first = [f"{HOME}={quote(project)}"]
    if staging.startswith("s3://"):
        wanted = {"LAKE_TARGET": "athena", "EXTRACT_STAGING_SCHEMA": schema}
    else:
        wanted = {"LAKE_TARGET": "embedded", "EXTRACT_STAGING": str(Path(staging).expanduser().absolute())}
        if warehouse is not None:
            wanted["LAKE_WAREHOUSE"] = str(Path(warehouse).expanduser().absolute())
    other = [f"{name}={quote(value)}" for name, value in wanted.items() if value != read_by_dbt(name, known)]
    return " ".join([*first, *other, "dbt build"])


def read_by_dbt(variable: str, project: Project | None = None) -> str:
    """Return what dbt makes of a variable, or of the settings file where it is not set; a folder in full."""
    return (project or project_of_dbt()).in_force(VARIABLES[variable])[0]
