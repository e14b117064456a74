"""The options that several commands share, and where their values come from.

Precedence: option, then EXTRACT_* in the environment, then [tool.extract] in pyproject.toml, then the default.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from extract.errors import UsageError
from extract.run.settings import AGENT, Settings

F = TypeVar("F", bound=Callable[..., Any])
DAY = click.DateTime(["%Y-%m-%d"])
FROM_SAMPLE = "for --source sample: "


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
        return when if when.tzinfo else when.replace(tzinfo=UTC)


class Finite(click.FloatRange):
    """A number in a range, as FloatRange has it, and never `nan`, which compares with nothing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Read a number."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return number


STAGING = click.option(
    "--staging", envvar="EXTRACT_STAGING", default="staging", show_default=True, help="Folder, or s3://bucket/prefix."
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
    click.option("--log-file", envvar="EXTRACT_LOG_FILE", type=click.Path(dir_okay=False, path_type=Path), help="Default: logs/extract_RUN_ID.log."),
    click.option("-v", "--verbose", count=True, help="More on stderr; with an error, its traceback."),
    click.option("-q", "--quiet", is_flag=True, help="Nothing on stderr but a failure."),
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


def project_settings(folder: Path | None = None) -> dict[str, Any]:
    """Return [tool.extract] of the pyproject.toml in a folder, with names as options have them.

    Raises:
        UsageError: the file is not valid TOML.
    """
    path = (folder or Path.cwd()) / "pyproject.toml"
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("extract", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}. Correct it.") from error
    return {name.replace("-", "_"): value for name, value in table.items()}
