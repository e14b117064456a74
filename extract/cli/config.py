"""`extract config`: every setting in force, and where it comes from."""

from __future__ import annotations

import click
from click.core import ParameterSource

from extract.fetch.credentials import secrets

ORIGINS = {
    ParameterSource.COMMANDLINE: "option",
    ParameterSource.ENVIRONMENT: "environment",
    ParameterSource.DEFAULT_MAP: "pyproject.toml",
    ParameterSource.DEFAULT: "default",
}


@click.command()
@click.pass_context
def config(context: click.Context) -> None:
    """Show every setting in force and where it comes from; secrets are masked.

    \b
    Example: extract config
    Shell completion: eval "$(_EXTRACT_COMPLETE=bash_source extract)"
    """  # noqa: D301 - click's mark
    show(context.parent or context)


def show(context: click.Context) -> None:
    """Print the settings of the main command; of secrets only whether they are set."""
    for parameter in context.command.params:
        name = parameter.name or ""
        if name in {"version", "help"} or name not in context.params:
            continue
        source = context.get_parameter_source(name)
        origin = ORIGINS.get(source, "default") if source else "default"
        click.echo(f"{name:<16} {context.params[name]!s:<40} {origin}")
    given = secrets()
    click.echo(f"{'cookie':<16} {'set, masked' if 'Cookie' in given else 'not set':<40} environment only")
    click.echo(f"{'token':<16} {'set, masked' if 'Authorization' in given else 'not set':<40} environment only")
