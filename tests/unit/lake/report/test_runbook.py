"""The README's table instead of the old runbook: every command of it is one that there is, as it is written there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from extract.cli.app import extract
from lake.cli.app import lake

README = (Path(__file__).resolve().parents[4] / "README.md").read_text(encoding="utf-8")
TABLE = re.search(r"\| The old runbook \| Today \|\n\|---\|---\|\n((?:\|.*\n)+)", README)
COMMANDS = re.findall(r"`((?:lake|extract) [^`]+)`", TABLE[1] if TABLE else "")


def test_every_step_says_what_to_do_today() -> None:
    assert TABLE
    assert len(TABLE[1].splitlines()) >= 8
    assert {" ".join(command.split()[:2]) for command in COMMANDS} == {
        "lake check", "lake morning", "lake diff", "lake rollback", "lake query", "extract status", "extract retry"
    }  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_understood(command: str) -> None:
    name, verb, *arguments = shlex.split(command)
    group: click.Group = lake if name == "lake" else extract
    group.commands[verb].make_context(verb, arguments)


def test_the_verdict_of_a_morning_leads_to_the_table_of_codes() -> None:
    codes = re.findall(r"^\| ([\d, ]+) \| ", README[README.index("Code of `lake morning`") :], re.MULTILINE)
    assert {int(code) for said in codes[:6] for code in said.split(",")} == {0, 1, 2, 3, 4, 5, 6, 130}
