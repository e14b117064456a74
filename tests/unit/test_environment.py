"""A variable that is set but empty counts as not set, whoever reads it: Click, our own code, dbt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import jinja2
import pytest

from extract.cli.app import extract
from extract.fetch.credentials import credentials_for, secrets
from extract.source.base import LIVE
from extract.stage.next_build import dbt_build
from lake.athena.lock import data_folder
from lake.cli.app import lake
from lake.errors import UsageError
from lake.target import athena_schema

ROOT = Path(__file__).resolve().parents[2]
EXPRESSION = re.compile(r"\{\{-?(.*?)-?\}\}|\{%-?\s*if (.*?)-?%\}", re.DOTALL)
READ = re.compile(r"environ(?:ment)?(?:\.get\(|\[)\"?(\w+)")
MEANT_FOR = {"MEANT_FOR": "EXTRACT_CREDENTIALS_FOR", "HOME": "RACING_HOME"}
BY_PYTHON = {
    "ATHENA_DATA", "ATHENA_SCHEMA", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_REGION", "CURL_CA_BUNDLE",
    "EXTRACT_COOKIE", "EXTRACT_CREDENTIALS_FOR", "EXTRACT_TOKEN", "REQUESTS_CA_BUNDLE", "DBT_PROJECT_DIR", "DBT_TARGET_PATH",
    "LAKE_TARGET", "RACING_HOME", "XDG_STATE_HOME", "setting", "name",
}  # fmt: skip
"""What our own code reads; `setting` stands for the shared settings (extract/project), `name` for those of Athena."""


def expressions() -> Iterator[tuple[str, str]]:
    """Every expression of dbt's that reads the environment: file and expression."""
    files = [ROOT / "profiles.yml", ROOT / "selectors.yml", ROOT / "dbt_project.yml"]
    for folder in ("macros", "dbt_project", "tests/dbt"):
        files += [path for path in (ROOT / folder).rglob("*") if path.suffix in {".sql", ".yml"}]
    for path in files:
        for written, condition in EXPRESSION.findall(path.read_text(encoding="utf-8")):
            if "env_var(" in written + condition:
                yield path.name, (written or condition).strip()


def value(expression: str, environment: dict[str, str]) -> str:
    """What dbt makes of an expression in an environment."""

    def env_var(name: str, default: str | None = None) -> str:
        found = environment.get(name, default)
        return f"no {name}" if found is None else found

    asked = jinja2.Environment(autoescape=False)
    asked.filters["as_number"] = float
    return asked.from_string("{{ " + expression + " }}").render(env_var=env_var)


def names(expression: str) -> list[str]:
    return re.findall(r"env_var\('(\w+)'", expression)


def options(command: click.Command) -> Iterator[tuple[click.Command, click.Parameter]]:
    """Every option that a variable can give, of a command and those below it."""
    for parameter in command.params:
        if parameter.envvar:
            yield command, parameter
    for below in getattr(command, "commands", {}).values():
        yield from options(below)


def test_dbt_reads_an_empty_variable_as_none() -> None:
    found = list(expressions())
    assert {"EXTRACT_STAGING", "LAKE_TARGET", "LAKE_INSIGHTS"} <= {name for _, one in found for name in names(one)}
    for file, expression in found:
        assert value(expression, dict.fromkeys(names(expression), "")) == value(expression, {}), (file, expression)


def test_what_dbt_cannot_do_without_is_asked_for_by_name() -> None:
    asked = [value(one, dict.fromkeys(names(one), "")) for file, one in expressions() if file == "profiles.yml"]
    for name in ("ATHENA_DATA", "ATHENA_RESULTS", "AWS_REGION"):
        assert f"no {name}, which is not set or empty" in asked


@pytest.mark.parametrize("command", [extract, lake], ids=["extract", "lake"])
def test_click_reads_an_empty_variable_as_none(command: click.Command, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(options(command))
    assert found
    for owner, option in found:
        monkeypatch.setenv(str(option.envvar), "")
        assert option.value_from_envvar(click.Context(owner)) is None, option.envvar


def test_our_own_code_reads_an_empty_variable_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in BY_PYTHON:
        monkeypatch.setenv(name, "")
    assert secrets({"EXTRACT_COOKIE": "", "EXTRACT_TOKEN": ""}) == {}
    given = {"EXTRACT_TOKEN": "t", "EXTRACT_CREDENTIALS_FOR": ""}
    assert credentials_for(LIVE.base_url, LIVE.base_url, given) == secrets(given)
    assert athena_schema() == "racing"
    assert dbt_build("staging") == "dbt build"
    with pytest.raises(UsageError, match="ATHENA_DATA is not set"):
        data_folder()


def test_no_variable_is_read_that_these_tests_do_not_know() -> None:
    read: dict[str, list[str]] = {}
    for path in [*(ROOT / "extract").rglob("*.py"), *(ROOT / "lake").rglob("*.py")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            for name in READ.findall(line):
                read.setdefault(MEANT_FOR.get(name, name), []).append(line.strip())
    assert read.keys() == BY_PYTHON
    ways = (" or ", ":=", "if os.environ", "not os.environ", 'data = os.environ.get("ATHENA_DATA", "")')
    assert all(any(way in line for way in ways) for lines in read.values() for line in lines), read
