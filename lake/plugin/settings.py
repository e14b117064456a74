"""What dbt is told of staging and warehouse: by its profile, which knows the environment, else by the settings file.

dbt reads its profile before any code of ours runs. So what the file says is put in its place afterwards.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.flags import get_flags
from dbt_common.context import get_invocation_context

from extract.errors import ExtractError
from extract.project.file import SHARED
from extract.project.home import HOME, Project, find_project
from lake.errors import LakeError, UsageError
from lake.iceberg.warehouse import warehouse_folder


@dataclass(frozen=True, slots=True)
class Places:
    """Where a build reads and writes: both folders in full, and the schema in which staged files appear."""

    warehouse: Path
    staging: str
    staging_schema: str


def project_of_build() -> Project:
    """Return the project that this invocation of dbt builds.

    Raises:
        LakeError: its settings file is wrong, or RACING_HOME is.
    """
    folder = getattr(get_flags(), "PROJECT_DIR", None)  # type: ignore[no-untyped-call]
    try:
        return find_project(os.environ.get(HOME) or None, Path(folder).absolute() if folder else None)
    except ExtractError as error:
        raise LakeError(str(error)) from error


def places(config: dict[str, Any], credentials: DuckDBCredentials | None) -> Places:
    """Return where a build reads and writes, and have dbt open its DuckDB file there.

    Args:
        config: The plugin's settings in the profile; what is empty there comes from the settings file.
        credentials: The profile itself: its path is moved along with the warehouse, its memory limit set.

    Raises:
        LakeError: a setting is missing in the profile, the settings file is wrong, or no warehouse can lie there.
    """
    project = project_of_build()
    try:
        said = {name: str(config[name] or "") for name in ("warehouse", "staging", "staging_schema")}
    except KeyError as error:
        raise LakeError(f"The lake plugin needs the setting {error}. See profiles.yml.") from error
    found = {name: value or project.in_force(name)[0] for name, value in said.items()}
    warehouse = warehouse_folder(Path(project.in_full(found["warehouse"])))
    if credentials is not None:
        path = Path(credentials.path)
        if path.parent == Path(said["warehouse"] or SHARED["warehouse"].default):
            credentials.path = str(warehouse / path.name)
        if project.file.shared.get("memory") and credentials.settings is not None:
            credentials.settings["memory_limit"] = project.in_force("memory")[0]
    return Places(warehouse, project.in_full(found["staging"]), found["staging_schema"])


def tell_dbt() -> None:
    """Let dbt know what the settings file says of what it reads itself, once the profile is read.

    Raises:
        UsageError: the file names a target and dbt was started with none: it chose its own.
        LakeError: the settings file is wrong, or RACING_HOME is.
    """
    project, flags = project_of_build(), get_flags()  # type: ignore[no-untyped-call]
    wanted, origin = project.in_force("target")
    if wanted != SHARED["target"].default and not os.environ.get("LAKE_TARGET") and not getattr(flags, "TARGET", None):
        raise UsageError(
            f"{origin} sets target to {wanted}, and dbt chose its own before it could be told. "
            f"Say it to dbt too: LAKE_TARGET={wanted} dbt build"
        )
    seen = get_invocation_context().env
    schema = SHARED["staging_schema"].variable
    said = project.file.shared.get("staging_schema")
    # dbt parses anew what reads a variable that it sees set and the process has not: never set one without need
    if said and not seen.get(schema) and isinstance(seen, MutableMapping):
        seen[schema] = said
