"""The home of a project, and its standing settings.

A setting is what the command's option says, else the environment, else the settings file, else its default. A folder
that is not written out in full lies in the project's home; if an option gives it, it lies where the user stands.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from extract.errors import UsageError
from extract.project.file import SHARED, SettingsFile, read_settings

HOME: Final = "RACING_HOME"
DBT_PROJECT: Final = "dbt_project.yml"
ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""How an address begins that is no local folder, written in full or, as `s3:/x`, not."""


@dataclass(frozen=True, slots=True)
class Project:
    """A home, how it was found, and its settings file."""

    home: Path
    found_by: str
    file: SettingsFile = field(default_factory=SettingsFile)

    def in_force(self, name: str) -> tuple[str, str]:
        """Return the value of a shared setting, a folder in full, and where it comes from."""
        setting = SHARED[name]
        if value := os.environ.get(setting.variable) or "":
            origin = setting.variable
        elif value := self.file.shared.get(name, ""):
            origin = str(self.file.path)
        else:
            value, origin = setting.default, "default"
        return (self.in_full(value) if setting.is_folder else value), origin

    def in_full(self, folder: str) -> str:
        """Return a folder of standing settings in full; an address in S3 as it is."""
        return folder if ADDRESS.match(folder) else str(self.home / expanded(folder))

    def from_here(self, folder: str) -> str:
        """Return a folder of standing settings as it is where home is the current folder, else in full."""
        return folder if self.home == current_folder() else self.in_full(folder)


def find_project(given: str | None = None, start: Path | None = None, said_by: str = HOME) -> Project:
    """Find the home: the folder that is given, else the nearest with a settings file, else that of the dbt project.

    Args:
        given: The folder that an option or RACING_HOME names.
        start: Where to look, and above; the current folder, then that of the dbt project.
        said_by: Who gave the folder.

    Raises:
        UsageError: there is no such folder, or its settings file cannot be read or is wrong.
    """
    if given:
        home = expanded(given).absolute()
        if not home.is_dir():
            raise UsageError(f"{said_by} names {home}, and there is no such folder. Make it, or name another.")
        return Project(home, said_by, read_settings(home) or SettingsFile())
    dbt = start or dbt_folder()
    here = start or current_folder()
    for folder in dict.fromkeys([here, *here.parents, dbt, *dbt.parents]):
        if found := read_settings(folder, is_sure=folder in (here, dbt)):
            return Project(folder, str(found.path), found)
    is_dbt = (dbt / DBT_PROJECT).is_file()
    return Project(dbt, str(dbt / DBT_PROJECT) if is_dbt else "the current folder")


def project_of_dbt() -> Project:
    """Return the project that dbt finds: it looks for its own project first, and from there for the settings file.

    Raises:
        UsageError: there is no such folder, or its settings file cannot be read or is wrong.
    """
    return find_project(os.environ.get(HOME) or None, dbt_folder())


def dbt_folder() -> Path:
    """Return the folder in which dbt works: its project's, which it looks for in the current one and above."""
    if given := os.environ.get("DBT_PROJECT_DIR") or "":
        return Path(given).absolute()
    here = current_folder()
    return next((folder for folder in (here, *here.parents) if (folder / DBT_PROJECT).exists()), here)


def current_folder() -> Path:
    """Return the folder that the user stands in.

    Raises:
        UsageError: it is gone.
    """
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("The current folder is gone. Change to one that exists.") from error


def expanded(folder: str) -> Path:
    """Return a path with `~` resolved.

    Raises:
        UsageError: whose home that is cannot be told.
    """
    try:
        return Path(folder).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{folder!r} lies in a home folder that cannot be told. Write the path out.") from error


def options_of(project: Project) -> dict[str, Any]:
    """Return what the settings file says of the options of `extract`, the shared ones among them."""
    return {**project.file.options, **project.file.shared}
