"""`extract config`: every setting in force, and where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from extract.cli.options import build_again
from extract.fetch.credentials import secrets
from extract.project.file import SHARED
from extract.project.home import project_of_dbt
from extract.project.option import project_of

ORIGINS = {
    ParameterSource.COMMANDLINE: "option",
    ParameterSource.ENVIRONMENT: "environment",
    ParameterSource.DEFAULT: "default",
}


@click.command()
@click.pass_context
def config(context: click.Context) -> None:
    """Show every setting in force and where it comes from, those of dbt build and lake too; secrets are masked.

    \b
    Example: extract config
    Shell completion: eval "$(_EXTRACT_COMPLETE=bash_source extract)"
    """  # noqa: D301 - click's mark
    show(context.parent or context)


def show_dbt(settings: dict[str, Any]) -> None:
    """Print what `dbt build` and `lake` go by, and whether they read what is staged here."""
    project = project_of_dbt()
    for name in SHARED:
        value, origin = project.in_force(name)
        click.echo(f"{'dbt_' + name:<16} {value:<40} {Path(origin).name}")
    command = build_again(settings["staging"], settings["staging_schema"])
    if command != "dbt build":
        click.echo(
            f"dbt_differs      dbt build does not read what is staged here. Export what stands before it: {command}"
        )


def show(context: click.Context) -> None:
    """Print the project's home and the settings of the main command; of secrets only whether they are set."""
    project = project_of(context)
    click.echo(f"{'project':<16} {project.home!s:<40} {Path(project.found_by).name}")
    for parameter in context.command.params:
        name = parameter.name or ""
        if name in {"version", "help"} or name not in context.params:
            continue
        source = context.get_parameter_source(name)
        origin = ORIGINS.get(source, "default") if source else "default"
        if source is ParameterSource.DEFAULT_MAP and project.file.path:
            origin = project.file.path.name
        click.echo(f"{name:<16} {context.params[name]!s:<40} {origin}")
    show_dbt(context.params)
    given = secrets()
    click.echo(f"{'cookie':<16} {'set, masked' if 'Cookie' in given else 'not set':<40} environment only")
    click.echo(f"{'token':<16} {'set, masked' if 'Authorization' in given else 'not set':<40} environment only")
