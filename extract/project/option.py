"""The option --project, and what it does to the other options of a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import click
from click.core import ParameterSource

from extract.project.home import HOME, Project, find_project

KEY: Final = "racing.project"
F = TypeVar("F", bound=Callable[..., Any] | click.Command)
T = TypeVar("T", str, Path)


def project_option(defaults: Callable[[Project], Mapping[str, Any]]) -> Callable[[F], F]:
    """Return the option --project, which goes before all others: the settings file gives them their defaults.

    Args:
        defaults: Makes the defaults of a command's options, and by name those of its subcommands, of a project.
    """

    def opened(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
        by_hand = context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
        if KEY in context.meta and not by_hand:  # said before the subcommand
            return
        project = find_project(value, said_by="--project" if by_hand else HOME)
        context.meta[KEY] = project
        found = defaults(project)
        context.default_map = dict(found if context.parent is None else found.get(str(context.info_name), {}))

    return click.option(
        "--project", envvar=HOME, metavar="FOLDER", is_eager=True, expose_value=False, callback=opened,
        help=f"Where racing.toml, staging and the rest lie. Better set {HOME}, which dbt reads too. "
        "Default: where the settings file is, here or above.",
    )  # fmt: skip


def project_of(context: click.Context) -> Project:
    """Return the project that a command works on."""
    return cast(Project, context.meta.get(KEY) or find_project())


def in_project(context: click.Context, parameter: click.Parameter, value: T | None) -> T | None:
    """Return a path that an option was given as it is, and one of standing settings as it lies in the project's home.

    For use as the callback of an option.
    """
    if value is None or context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE:
        return value
    return type(value)(project_of(context).from_here(str(value)))


def given_project(context: click.Context) -> str | None:
    """Return the home that --project names; None where it was not given."""
    project = project_of(context)
    return str(project.home) if project.found_by == "--project" else None
