"""`python -m tools.commands`: write docs/commands.md, every command and option, from the commands themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from extract.cli.app import extract
from lake.cli.app import lake

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
AS_IT_STANDS: Final = "\b"
"""Click's mark of a paragraph that is not to be wrapped."""
HEAD: Final = """\
<!-- Do not edit: generated from extract/cli and lake/cli by make generate. -->

# Commands

What `extract --help` and `lake --help` say, on one page. An option goes before the variable that is named with it, a
variable before the settings file, the file before the default ([how that works](../README.md#every-morning)).
"""
Shared = dict[str, click.Option]


def page() -> str:
    """Return docs/commands.md as the commands are now."""
    lines = [HEAD]
    for group in (extract, lake):
        lines += _command(group, str(group.name), level=2, shared={})
        shared: Shared = {option.opts[0]: option for option in group.params if isinstance(option, click.Option)}
        for path, command in _below(group, str(group.name)):
            lines += _command(command, path, level=3, shared=shared)
    return "\n".join(lines).rstrip("\n") + "\n"


def _below(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from _below(command, f"{path} {name}")


def _command(command: click.Command, path: str, level: int, shared: Shared) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    yield f"{'#' * level} {path}\n"
    yield f"    {path} {' '.join(command.collect_usage_pieces(context))}\n"
    yield from _prose(command.help)
    options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    same = [option for option in options if _is(option, shared.get(option.opts[0]))]
    own = [option for option in options if option not in same]
    if own:
        yield "| Option | Meaning |\n|---|---|"
        for option in own:
            yield f"| {_names(option)} | {_meaning(option, context)} |"
        yield ""
    if same:
        named = ", ".join(f"`{option.opts[-1]}`" for option in same)
        yield f"And, as of `{path.partition(' ')[0]}` itself: {named}.\n"
    yield from _prose(command.epilog)


def _prose(text: str | None) -> Iterator[str]:
    """Give the paragraphs of a help; what Click does not wrap, and an example, as code."""
    for paragraph in inspect.cleandoc(text or "").split("\n\n"):
        lines = paragraph.strip("\n").splitlines()
        as_it_stands = bool(lines) and lines[0].strip(" ") == AS_IT_STANDS
        lines = lines[1:] if as_it_stands else lines
        if lines and (as_it_stands or lines[0].startswith("Example:")):
            yield "".join(f"    {line}".rstrip() + "\n" for line in lines)
        elif lines:
            yield "\n".join(lines) + "\n"


def _is(option: click.Option, other: click.Option | None) -> bool:
    return other is not None and all(
        getattr(option, name) == getattr(other, name) for name in ("opts", "help", "envvar", "default")
    )


def _names(option: click.Option) -> str:
    value = "" if option.is_flag or option.count else f" {_cell(_value(option))}"
    return ", ".join(f"`{name}{value}`" for name in (*option.opts, *option.secondary_opts))


def _value(option: click.Option) -> str:
    """Say what an option takes, in words that do not depend on the version of Click."""
    if isinstance(option.type, click.Choice | click.DateTime):
        return option.metavar or ("DATE" if isinstance(option.type, click.DateTime) else "CHOICE")
    return (option.metavar or option.type.name.removesuffix(" range").upper()).replace("|", " or ")


def _bounds(option: click.Option) -> str:
    kind = option.type
    if option.count or not isinstance(kind, click.IntRange | click.FloatRange):
        return ""
    low = None if kind.min is None else f"{'more than' if kind.min_open else 'at least'} {kind.min:g}"
    high = None if kind.max is None else f"{'less than' if kind.max_open else 'at most'} {kind.max:g}"
    return ", ".join(part for part in (low, high) if part).capitalize()


def _meaning(option: click.Option, context: click.Context) -> str:
    said = [_cell(option.help or "")]
    if isinstance(option.type, click.Choice):
        said.append("One of " + ", ".join(f"`{choice}`" for choice in option.type.choices))
    if bounds := _bounds(option):
        said.append(bounds)
    if option.show_default and "[default:" not in said[0]:
        given = option.get_default(context, call=True)
        said.append(f"Default: `{','.join(given) if isinstance(given, tuple) else given}`.")
    if option.required:
        said.append("Required.")
    if option.envvar:
        said.append(f"Variable: `{option.envvar}`.")
    return " ".join(part if part.endswith((".", "]")) else f"{part}." for part in said)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


@click.command(help="Write docs/commands.md from the commands' own help.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when it is stale.")
def main(check: bool) -> None:
    """Run the command; its exit code is 0 when the page is as it should be."""
    text = page()
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return
    if check:
        raise click.ClickException(f"stale: docs/{PAGE.name} is not as the commands' help says. Run: make generate")
    PAGE.write_text(text, encoding="utf-8")
    click.echo(f"written: docs/{PAGE.name}")


if __name__ == "__main__":
    main()
