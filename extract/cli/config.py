"""`extract config`: every setting in force, and where it comes from."""

from __future__ import annotations

import os
from typing import Any

import click
from click.core import ParameterSource

from extract.fetch.credentials import secrets
from extract.stage.next_build import DEFAULTS, dbt_build, read_by_dbt

ORIGINS = {
    ParameterSource.COMMANDLINE: "option",
    ParameterSource.ENVIRONMENT: "environment",
    ParameterSource.DEFAULT_MAP: "pyproject.toml",
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
    for name in DEFAULTS:
        shown = "dbt_" + name.partition("_")[2].lower()
        click.echo(f"{shown:<16} {read_by_dbt(name):<40} {name if os.environ.get(name) else 'default'}")
    command = dbt_build(settings["staging"], settings["staging_schema"])
    if command != "dbt build":
        click.echo(
            f"dbt_differs      dbt build does not read what is staged here. Export what stands before it: {command}"
        )


def show(context: click.Context) -> None:
    """Print the settings of the main command; of secrets only whether they are set."""
    for parameter in context.command.params:
        name = parameter.name or ""
        if name in {"version", "help"} or name not in context.params:
            continue
        source = context.get_parameter_source(name)
        origin = ORIGINS.get(source, "default") if source else "default"
        click.echo(f"{name:<16} {context.params[name]!s:<40} {origin}")
    show_dbt(context.params)
    given = secrets()
    click.echo(f"{'cookie':<16} {'set, masked' if 'Cookie' in given else 'not set':<40} environment only")
    click.echo(f"{'token':<16} {'set, masked' if 'Authorization' in given else 'not set':<40} environment only")
