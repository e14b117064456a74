"""The options that several commands share, and where their values come from.

Precedence: option, then EXTRACT_* in the environment, then the settings file, then the default.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from extract.errors import UsageError
from extract.project.file import SHARED
from extract.project.home import Project, options_of
from extract.project.option import given_project, in_project
from extract.run.settings import AGENT, Settings
from extract.stage.next_build import dbt_build
from extract.stage.storage import Storage

F = TypeVar("F", bound=Callable[..., Any])
DAY = click.DateTime(["%Y-%m-%d"])
FROM_SAMPLE = "for --source sample: "


class FilePath(click.Path):
    """A path; one that no file can have is a usage error."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """Return the path."""
        try:
            return super().convert(value, param, ctx)
        except ValueError as error:
            self.fail(f"{value!r} is no path: {error}.", param, ctx)


class Moment(click.ParamType[datetime]):
    """A date and time; UTC unless it says otherwise."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401
        """Read ISO 8601."""
        if isinstance(value, datetime):
            return value
        try:
            when = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time like 2025-11-18T06:00.", param, ctx)
        if not 1988 <= when.year <= 9000:
            self.fail(f"{value!r} is out of range; results begin in 1988.", param, ctx)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


class Place(click.ParamType[str]):
    """Where staged files lie: a folder, or s3://bucket/prefix."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401
        """Let an address pass that can be one."""
        text = str(value)
        if not text.strip() or not text.isprintable():
            self.fail(f"{text!r} is neither a folder nor s3://bucket/prefix.", param, ctx)
        try:
            Path(text).expanduser()
        except RuntimeError:
            self.fail(f"{text!r} lies in a home folder that cannot be told. Write the path out.", param, ctx)
        return text


class Finite(click.FloatRange):
    """A number in a range, as FloatRange has it, and never `nan`, which compares with nothing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Read a number."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return number


STAGING = click.option(
    "--staging",
    envvar="EXTRACT_STAGING",
    type=Place(),
    default="staging",
    show_default=True,
    callback=in_project,
    help="Folder, or s3://bucket/prefix. Better set EXTRACT_STAGING, which dbt reads too.",
)
STAGING_SCHEMA = click.option(
    "--staging-schema", envvar="EXTRACT_STAGING_SCHEMA", default="staging", show_default=True,
    help="With s3://: the Glue database of the staged files. Better set EXTRACT_STAGING_SCHEMA, which dbt reads too.",
)  # fmt: skip
OUTPUT = click.option(
    "--output", envvar="EXTRACT_OUTPUT", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="How to print the result.",
)  # fmt: skip
EXECUTION = (
    click.option("--source", envvar="EXTRACT_SOURCE", default="live", show_default=True, help="live, sample, or the URL of a server that speaks the same addresses."),
    click.option("--rate", envvar="EXTRACT_RATE", type=Finite(0.001, 1000), default=1.0, show_default=True, help="Requests a second, over all workers."),
    click.option("--workers", envvar="EXTRACT_WORKERS", type=click.IntRange(1, 16), default=2, show_default=True, help="Races fetched side by side; the pace stays the same."),
    click.option("--timeout", envvar="EXTRACT_TIMEOUT", type=Finite(0.1, 300), default=30.0, show_default=True, help="Seconds to wait for data; a whole answer may take three times as long."),
    click.option("--backoff", envvar="EXTRACT_BACKOFF", type=Finite(0, 60), default=2.0, show_default=True, help="Seconds before a first repeat; doubled for each next one."),
    click.option("--deadline", envvar="EXTRACT_DEADLINE", type=Finite(0, 100_000, min_open=True), help="Minutes for the whole run: after them nothing more is asked for, and what was had is staged."),
    click.option("--user-agent", envvar="EXTRACT_USER_AGENT", default=AGENT, help="How to introduce ourselves; say who you are."),
    click.option("--transport", envvar="EXTRACT_TRANSPORT", type=click.Choice(["requests", "browser"]), default="requests", show_default=True, help="browser needs the extra of that name, and that you are entitled to use it."),
    click.option("--as-of", envvar="EXTRACT_AS_OF", type=Moment(), help=FROM_SAMPLE + "the moment at which the world is seen; also the run's clock."),
    click.option("--seed", envvar="EXTRACT_SEED", type=int, default=7, show_default=True, help=FROM_SAMPLE + "which world."),
    click.option("--log-file", envvar="EXTRACT_LOG_FILE", type=FilePath(dir_okay=False, path_type=Path), callback=in_project, help="Default: logs/extract_RUN_ID.log."),
    click.option("-v", "--verbose", count=True, help="More on stderr; with an error, its traceback."),
    click.option("-q", "--quiet", is_flag=True, help="Nothing on stderr but a failure, and that a new staging area begins."),
    OUTPUT,
    STAGING_SCHEMA,
    STAGING,
)  # fmt: skip


def execution_options(command: F) -> F:
    """Add the options of every command that executes a run."""
    for option in EXECUTION:
        command = option(command)
    return command


def settings_of(values: dict[str, Any]) -> Settings:
    """Return the settings among a command's options."""
    names = ("source", "rate", "workers", "timeout", "backoff", "deadline", "user_agent", "transport", "as_of", "seed")
    return Settings(**{name: values[name] for name in names})


def project_settings(project: Project, known: Container[str]) -> dict[str, Any]:
    """Return what a project's settings file says of options, with names as options have them.

    Raises:
        UsageError: it holds a setting of a name that is not `known`, or of a kind that none has.
    """
    settings: dict[str, Any] = {}
    for name, value in options_of(project).items():
        if name not in known:
            if name in SHARED:  # of lake and dbt alone
                continue
            raise UsageError(f"[extract] in {project.file.path} sets {name!r}, which is no option. See extract --help.")
        if not isinstance(value, str | int | float) and name != "countries":
            raise UsageError(f"[extract] in {project.file.path} sets {name!r} to {value!r}. Give one value.")
        settings[name] = [value] if name == "countries" and isinstance(value, str) else value
    return settings


def refuse_before(context: click.Context, subcommand: str) -> None:
    """Refuse options that stand before a subcommand, which has its own: `extract --staging X status` showed another area.

    Raises:
        UsageError: there are some.
    """
    for option in context.command.params:
        if option.name and option.name != "project" and given(context, option.name):
            flag = option.opts[-1]
            raise UsageError(
                f"{flag} before {subcommand} says nothing to it. Write it after: extract {subcommand} {flag} ..."
            )


def staging_again() -> str:
    """Return ` --staging X` for a command that goes on from this one; nothing where standing settings say it anyway."""
    context = click.get_current_context()
    home = given_project(context)
    project = f" --project {quote(home)}" if home else ""
    return project + (f" --staging {quote(context.params['staging'])}" if given(context, "staging") else "")


def build_again(staging: str, schema: str) -> str:
    """Return the `dbt build` that reads what this command staged, with what it takes for that."""
    return dbt_build(staging, schema, project=given_project(click.get_current_context()))


def begin_area(storage: Storage) -> Callable[[], None]:
    """Return what says, once, that a run began a staging area where none was: a job at night may stand anywhere."""
    folder = None if storage.url.startswith("s3://") else Path(storage.url)
    is_new = folder is not None and not folder.is_dir()

    def tell() -> None:
        if is_new and folder is not None and folder.is_dir():
            click.echo(f"NOTE: a new staging area begins in {folder}; extract config says why there.", err=True)

    return tell


def given(context: click.Context, name: str, *, also_by_environment: bool = False) -> bool:
    """Say whether an option was given by hand, not by a default or standing settings."""
    source = context.get_parameter_source(name)
    return source is ParameterSource.COMMANDLINE or (also_by_environment and source is ParameterSource.ENVIRONMENT)
