"""`lake where`: what is in force here, and where it comes from."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from extract.project.file import SHARED
from extract.project.home import expanded, project_of_dbt
from extract.project.option import project_of
from lake import ATHENA
from lake.cli.chosen import Chosen
from lake.cli.text_output import show

OF_ATHENA: Final = ("ATHENA_SCHEMA", "ATHENA_DATA", "ATHENA_RESULTS", "ATHENA_WORK_GROUP", "AWS_REGION")
"""What Athena goes by besides, from the environment only."""


@click.command()
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print.")
@click.pass_context
def where(context: click.Context, /, output: str) -> None:
    """Show which folders and settings are in force here, where each comes from, and what dbt build takes instead.

    An option goes before a variable, a variable before the settings file (racing.toml, or [tool.racing] in
    pyproject.toml), the file before the default.

    Example: lake where
    """
    project = project_of(context)
    settings = _in_force(context)
    document: dict[str, Any] = {
        "project": str(project.home),
        "found_by": project.found_by,
        "settings_file": str(project.file.path) if project.file.path else None,
        "settings": settings,
    }
    if output == "json":
        click.echo(json.dumps(document, indent=2))
        return
    click.echo(f"Project {project.home}, by {project.found_by}")
    rows = [
        [item["name"], item["value"], item["from"], item["dbt"] if item["dbt_differs"] else ""] for item in settings
    ]
    names = ["setting", "value", "from", "dbt build takes"]
    differs = any(item["dbt_differs"] for item in settings)
    show(names if differs else names[:3], rows if differs else [row[:3] for row in rows])


def _in_force(context: click.Context) -> list[dict[str, Any]]:
    """Every setting: its value, where it comes from, and what dbt makes of it."""
    project, of_dbt = project_of(context), project_of_dbt()
    parent = context.parent or context
    chosen: Chosen = context.obj
    asked = {"staging": chosen.staging, "target": chosen.name, "warehouse": str(chosen.warehouse)}
    found = []
    for name, setting in SHARED.items():
        value, origin = project.in_force(name)
        source = parent.get_parameter_source(name) if name in asked else None
        if name in asked and (source is ParameterSource.COMMANDLINE or (name == "target" and value != asked[name])):
            value, origin = asked[name], "option"
            if setting.is_folder and "://" not in value:
                value = str(Path.cwd() / expanded(value))
        dbt, _ = of_dbt.in_force(name)
        found.append({"name": name, "value": value, "from": origin, "dbt": dbt, "dbt_differs": dbt != value})
    if chosen.name == ATHENA:
        for name in OF_ATHENA:
            value = os.environ.get(name) or ""
            origin = name if value else "not set"
            found.append({"name": name.lower(), "value": value, "from": origin, "dbt": value, "dbt_differs": False})
    return found
