"""The two commands: options, precedence, help, plan."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from extract.cli.app import extract
from extract.cli.app import main as run_main
from extract.cli.logs import Redact
from lake.cli.app import lake

README = Path(__file__).resolve().parents[3] / "README.md"


def commands(group: click.Group, prefix: str) -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = [(prefix, group)]
    for name, command in group.commands.items():
        found += (
            commands(command, f"{prefix} {name}")
            if isinstance(command, click.Group)
            else [(f"{prefix} {name}", command)]
        )
    return found


ALL = commands(extract, "extract") + commands(lake, "lake")


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_command_has_help_that_reads(name: str, command: click.Command) -> None:
    root, *names = name.split()
    help_text = CliRunner().invoke({"extract": extract, "lake": lake}[root], [*names, "-h"]).output
    assert len(help_text.splitlines()) > 4
    assert "\\b" not in help_text
    assert [line for line in help_text.splitlines() if len(line) > 80] == []
    assert command.help
    assert command.help.split("\n")[0].endswith(".")
    if not isinstance(command, click.Group):
        assert "Example:" in command.help, f"{name} shows no example"
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name} has no help"


def test_the_readme_uses_only_options_there_are() -> None:
    known = {flag for _, command in ALL for option in command.params for flag in (*option.opts, *option.secondary_opts)}
    known |= {"--help", "--version", "--full-refresh", "--vars", "--target", "--profiles-dir", "--select", "--limit"}
    known |= {"--metrics", "--group-by"}  # of MetricFlow's mf query
    text = README.read_text(encoding="utf-8")
    used = {
        flag
        for line in text.splitlines()
        if re.search(r"\b(extract|lake|dbt)\b", line)
        for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)
    }
    assert used <= known, used - known


def test_precedence_option_environment_project_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("[tool.extract]\nrate = 0.5\nstaging = 'from-project'\nuser-agent = 'me'\n")

    def config(*args: str) -> dict[str, list[str]]:
        done = CliRunner().invoke(extract, [*args, "config"])
        assert done.exit_code == 0, done.output
        return {line.split()[0]: line.split()[1:] for line in done.output.splitlines()}

    assert config()["rate"] == ["0.5", "pyproject.toml"]
    assert config()["user_agent"] == ["me", "pyproject.toml"]
    assert config()["workers"] == ["2", "default"]
    monkeypatch.setenv("EXTRACT_RATE", "0.25")
    assert config()["rate"] == ["0.25", "environment"]
    assert config("--rate", "0.1")["rate"] == ["0.1", "option"]
    monkeypatch.setenv("EXTRACT_COOKIE", "hush")
    assert config()["cookie"] == ["set,", "masked", "environment", "only"]


def run(*args: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["extract", *args])
    with pytest.raises(SystemExit) as stopped:
        run_main()
    captured = capsys.readouterr()
    return int(stopped.value.code or 0), captured.out, captured.err


@pytest.mark.parametrize(
    "args",
    [("--days", "0"), ("--days", "x"), ("--countries", "g8", "--days", "1"), ("--nonsense",), (), ("--staging", "ftp://x", "--days", "1"),
     ("--source", "nowhere", "--days", "1"), ("--days", "40"), ("--resume", "yesterday"), ("--rate", "0", "--days", "1"), ("retry",), ("replay",)],
)  # fmt: skip
def test_wrong_usage_is_exit_2(
    args: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*args, monkeypatch=monkeypatch, capsys=capsys)
    assert code == 2, out + err
    assert err.strip()


def test_a_dry_run_touches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("--days", "60", "--dry-run", monkeypatch=monkeypatch, capsys=capsys)
    assert code == 0
    assert "180 slices" in out
    assert "staged: nothing" in out
    assert list(tmp_path.iterdir()) == []


def test_secrets_never_reach_a_log() -> None:
    import logging

    record = logging.LogRecord("x", logging.INFO, "f", 1, "sent %s", ("cookie=hush",), None)
    assert Redact(["hush", ""]).filter(record)
    assert record.getMessage() == "sent cookie=[secret]"


WORLD = "extract.source.sample.world"


@pytest.mark.parametrize(
    ("module", "unused"),
    [
        ("extract.cli.app", {"requests", "bs4", "pandas", "boto3", "duckdb", "pyiceberg", WORLD}),
        ("extract.cli.scrape", {"bs4", "pandas", "boto3", "duckdb", "pyiceberg", WORLD}),
        ("lake.cli.app", {"duckdb", "pyiceberg", "pyarrow", "pandas", "rich", "boto3"}),
    ],
)
def test_a_command_loads_nothing_that_it_does_not_need(module: str, unused: set[str]) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert module in done.stdout.split()
    assert unused & set(done.stdout.split()) == set()
