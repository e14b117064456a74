"""docs/commands.md has every command and option; and what the docs tell people to type exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from extract.cli.app import extract
from lake.cli.app import lake
from tools import commands

ROOT = Path(__file__).parents[3]
GROUPS: dict[str, click.Group] = {"extract": extract, "lake": lake}
PAGES = ["README.md", "deploy/README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]


def test_every_command_and_option_is_on_the_page() -> None:
    page = commands.page()
    for name, group in GROUPS.items():
        for below, command in group.commands.items():
            section = page[page.index(f"### {name} {below}\n") :].split("\n### ")[0]
            named = {option.opts[-1] for option in command.params if isinstance(option, click.Option)}
            assert {option for option in named if f"`{option}" not in section} == set(), below


def test_a_stale_page_is_told_and_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = tmp_path / "commands.md"
    stale.write_text("old\n", encoding="utf-8")
    monkeypatch.setattr(commands, "PAGE", stale)
    told = CliRunner().invoke(commands.main, ["--check"])
    assert (told.exit_code, told.output.splitlines()[-1][-20:]) == (1, ". Run: make generate")
    assert CliRunner().invoke(commands.main, []).exit_code == 0
    assert CliRunner().invoke(commands.main, ["--check"]).exit_code == 0


def typed(page: str) -> Iterator[list[str]]:
    """Every line of a page's code that calls one of the commands, in words."""
    fenced = False
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        fenced ^= line.startswith("```")
        command = re.match(r"( {4})?(?:[A-Z_]+=\S+ )*((?:extract|lake) [^#;|&>…]*)", line)
        if command and (command[1] or fenced) and "→" not in line and "─" not in line:
            yield shlex.split(command[2] if command[2].count('"') % 2 == 0 else command[2].partition('"')[0])


def unknown(words: list[str]) -> list[str]:
    """The words of a command that look like options and are none of it."""
    command: click.Command = GROUPS[words[0]]
    known = set[str]()
    said: list[str] = []
    for word in words[1:]:
        known |= {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {"--help"}
        if word == "--":
            command = extract
        elif isinstance(command, click.Group) and word in command.commands:
            command = command.commands[word]
        elif word.startswith("--") and word not in known:
            said.append(word)
    return said


def test_an_option_that_does_not_exist_is_found() -> None:
    assert unknown(["lake", "check", "--dayz", "3"]) == ["--dayz"]
    assert unknown(["lake", "morning", "--", "--rate", "1", "--paste"]) == ["--paste"]


@pytest.mark.parametrize("page", PAGES)
def test_what_the_docs_say_to_type_exists(page: str) -> None:
    assert {" ".join(words): found for words in typed(page) if (found := unknown(words))} == {}
