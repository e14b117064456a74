"""Execute a run, tell what came of it, exit: what every command that makes a run has in common."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from extract.cli.ending import printed
from extract.cli.logs import report_error, start_logging
from extract.cli.options import begin_area, build_again, staging_again
from extract.cli.summary import as_json, print_text
from extract.errors import ExitCode, ExtractError
from extract.fetch.credentials import secrets
from extract.project.option import project_of
from extract.run.origin import refuse_another_source
from extract.run.outcome import SliceOutcome
from extract.run.request import Request
from extract.run.settings import REPLAY, Settings
from extract.run.setup import new_run, set_up
from extract.run.sources import check
from extract.stage.glue import register
from extract.stage.lock import staging_lock
from extract.stage.storage import Storage

log = logging.getLogger(__name__)


def execute_and_exit(storage: Storage, request: Request, settings: Settings, options: dict[str, Any]) -> NoReturn:
    """Execute a run under the staging lock, print its summary, exit with its code."""
    verbosity = -1 if options["quiet"] else int(options["verbose"])
    if request.source != REPLAY:
        check(settings)
    tell_begun = begin_area(storage)
    with staging_lock(storage):
        tell_begun()
        refuse_another_source(storage, request)
        run = new_run(storage, settings.now())
        project = project_of(click.get_current_context())
        log_file = Path(options["log_file"] or project.from_here(f"logs/extract_{run.run_id}.log"))
        start_logging(log_file, verbosity, secrets().values())
        request.save(storage, run.run_id)
        log.info("run %s: %d slices from %s", run.run_id, len(request.selection.slices), request.source)
        try:
            with (
                _progress(len(request.selection.slices), quiet=bool(options["quiet"])) as tell,
                set_up(storage, run, request, settings, tell) as (runner, client),
            ):
                report = runner.execute()
        except KeyboardInterrupt:
            log.error("run %s was interrupted", run.run_id)
            click.echo(f"Interrupted. Go on with: extract --resume {run.run_id}{staging_again()}", err=True)
            sys.exit(int(ExitCode.INTERRUPTED))
        except ExtractError:
            raise
        except Exception:
            log.info("%s", traceback.format_exc())
            if verbosity > 0:
                traceback.print_exc()
            click.echo(
                f"Unexpected error; see {log_file}. Go on with: extract --resume {run.run_id}{staging_again()}",
                err=True,
            )
            sys.exit(int(ExitCode.UNEXPECTED))
        unregistered = _register(storage, options["staging_schema"])
    code = report.exit_code or (unregistered.exit_code if unregistered else ExitCode.OK)
    build = build_again(storage.url, options["staging_schema"])
    if options["output"] == "json":
        untold = printed(lambda: click.echo(as_json(report, client, str(log_file), code, build)))
    else:
        console = Console(width=None if sys.stdout.isatty() else 140)
        untold = printed(lambda: print_text(console, report, client, str(log_file), build))
    if unregistered:
        report_error(unregistered, run.scraped_at)
    log.info("run %s ended with exit code %d", run.run_id, code)
    sys.exit(int(code) or untold)


def _register(storage: Storage, schema: str) -> ExtractError | None:
    """Make what is staged in S3 readable for Athena; return what went wrong, to be told after the run's summary."""
    if not storage.url.startswith("s3://"):
        return None
    try:
        for table, change in register(storage.url, schema).items():
            log.info("table %s.%s: %s", schema, table, change)
    except ExtractError as error:
        return error
    return None


class _progress:
    """Show slices done on stderr, when it is a terminal."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
        self._total = total

    def __enter__(self) -> Any:  # noqa: ANN401
        self._bar.start()
        task = self._bar.add_task("slices", total=self._total)

        def tell(item: SliceOutcome) -> None:
            log.info("%s %s: %s, %d rows", item.country, item.race_date, item.status, item.rows)
            self._bar.update(task, advance=1, description=f"{item.country} {item.race_date}")

        return tell

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
