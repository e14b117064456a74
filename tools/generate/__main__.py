"""`python -m tools.generate`: write what derives from contract and yml files; `--check` only says what is stale."""

from __future__ import annotations

from pathlib import Path

import click

from extract.contract import CONTRACT
from tools.generate.columns import GenerateError
from tools.generate.project import plan, write

ROOT = Path(__file__).resolve().parents[2]


@click.command(help="Write what dbt says of the staged columns from extract/contract.py, and docs/dictionary.md.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 and name the files that are stale.")
def main(check: bool) -> None:
    """Run the command; its exit code is 0 when every file is as it should be."""
    try:
        stale = plan(ROOT, CONTRACT)
    except GenerateError as error:
        raise click.ClickException(str(error)) from error
    for path, text in stale.items():
        said = ("stale" if check else "written") if text is not None else ("left over" if check else "removed")
        click.echo(f"{said}: {path}", err=check)
    if check and stale:
        raise click.ClickException("Not as extract/contract.py and the yml files say. Run: make generate")
    write(ROOT, stale)


if __name__ == "__main__":
    main()
