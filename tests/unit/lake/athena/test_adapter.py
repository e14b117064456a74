"""dbt loads our part of the Athena adapter by itself, and it takes the tables before it does anything."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dbt.adapters.athena
import pyarrow as pa
import pytest
from dbt.adapters.athena.__version__ import version as dbt_athena_version
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.plugins.manager import PluginManager

import dbt_racing_lakehouse
from extract.stage.s3 import S3Storage
from lake.athena.lock import path_of, schema_lock
from lake.errors import WarehouseLocked
from lake.plugin.athena import AthenaAdapterOfLake
from lake.target import athena_target

ROOT = Path(__file__).resolve().parents[4]
PROJECT = """
name: {name}
profile: racing_lakehouse
macro-paths: ["{root}/macros", macros]
flags: {{send_anonymous_usage_stats: false}}
on-run-start: ["{{{{ require_lock() }}}}"]
"""
ASK = """
{% macro ask() %}{% do require_lock() %}{% do log('asked', info=true) %}{% endmacro %}
{% macro tag(name) %}{% do adapter.tag_lake_build([name], '20250501T060000000000Z') %}{% endmacro %}
{% macro sweep() %}{% for line in adapter.sweep_lake(['results'], 0, true) %}{% do log(line, info=true) %}{% endfor %}{% endmacro %}
"""


@dataclass(frozen=True)
class Tiny:
    """A dbt project on Athena with no models, run inside this process."""

    folder: Path
    said: list[str] = field(default_factory=list)

    def dbt(self, *arguments: str, during: Callable[[], None] | None = None) -> dbtRunnerResult:
        self.said.clear()

        def listen(event: Any) -> None:
            if event.info.level != "debug":
                self.said.append(event.info.msg)
            if during and event.info.msg == "asked":
                during()

        return dbtRunner(callbacks=[listen]).invoke(list(arguments))

    def output(self) -> str:
        return "\n".join(self.said)


@pytest.fixture
def tiny(tmp_path: Path, schema: str, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    (tmp_path / "dbt_project.yml").write_text(PROJECT.format(name="racing_lakehouse", root=ROOT))
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "ask.sql").write_text(ASK)
    monkeypatch.setenv("DBT_PROFILES_DIR", str(ROOT))
    monkeypatch.setenv("DBT_PROJECT_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return Tiny(tmp_path)


def test_dbt_finds_our_part_where_the_project_is_installed() -> None:
    names = [name for _, name, _ in pkgutil.iter_modules()]
    assert "dbt_racing_lakehouse" in names
    assert PluginManager.get_prefixed_modules()["dbt_racing_lakehouse"] is importlib.import_module(
        "dbt_racing_lakehouse"
    )


def test_the_lock_is_held_for_the_time_of_the_command_and_no_longer(tiny: Tiny, data: S3Storage, schema: str) -> None:
    refused: list[str] = []

    def second() -> None:
        with pytest.raises(WarehouseLocked) as error, schema_lock(data.url, schema, "lake rollback"):
            pass
        refused.append(str(error.value))

    assert tiny.dbt("run-operation", "ask", during=second).success, tiny.output()
    assert "Another command (dbt run-operation, process" in refused[0]
    with schema_lock(data.url, schema, "lake rollback"):
        pass


def test_dbt_stops_before_it_touches_anything_while_another_command_writes(
    tiny: Tiny, data: S3Storage, schema: str
) -> None:
    with schema_lock(data.url, schema, "lake rollback"):
        for command in (["build"], ["test"], ["seed"], ["docs", "generate"], ["run-operation", "ask"]):
            assert not tiny.dbt(*command).success
            assert "Another command (lake rollback, process" in tiny.output(), command
            assert f"Wait for it to end, then run dbt {command[0].replace('docs', 'generate')} again." in tiny.output()
            assert "Traceback" not in tiny.output()
            assert "asked" not in tiny.said
        for command in (["parse"], ["list"]):
            assert tiny.dbt(*command).success, tiny.output()
    assert tiny.dbt("run-operation", "ask").success


def test_a_command_that_lost_its_lock_writes_no_more(tiny: Tiny, data: S3Storage, schema: str) -> None:
    ask_twice = (
        "{% macro twice() %}{% do ask() %}{% do lose() %}{% do ask() %}{% endmacro %}{% macro lose() %}{% endmacro %}"
    )
    (tiny.folder / "macros" / "twice.sql").write_text(ask_twice)

    def lose() -> None:
        other = b'{"token": "another", "host": "elsewhere", "pid": 7, "since": "now"}'
        data.client.put_object(Bucket=data.bucket, Key=data.prefix + path_of(schema), Body=other)
        from lake.plugin import athena

        with pytest.raises(WarehouseLocked):
            athena._leases[f"s3://{data.bucket}/lake/ {schema}"].confirm()

    assert not tiny.dbt("run-operation", "twice", during=lose).success
    assert tiny.said.count("asked") == 1
    assert "This command lost its lock" in tiny.output()
    assert "process 7 on elsewhere" in tiny.output()
    assert b"another" in data.read(path_of(schema))  # the other's lock is left alone


def test_where_dbt_does_not_find_our_part_nothing_is_written(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_racing_lakehouse, "plugins", [])
    monkeypatch.setattr(dbt.adapters.athena.Plugin, "adapter", dbt.adapters.athena.AthenaAdapter)
    assert not tiny.dbt("run-operation", "ask").success
    assert "Install the project again: pip install -e '.[athena]'" in tiny.output()
    assert "asked" not in tiny.said


def test_another_project_is_left_as_it_is(tiny: Tiny, data: S3Storage, schema: str) -> None:
    (tiny.folder / "dbt_project.yml").write_text(PROJECT.format(name="somebody_s", root=ROOT))
    with schema_lock(data.url, schema, "lake rollback"):
        assert tiny.dbt("run-operation", "ask").success, tiny.output()


def test_dbt_takes_it_for_dbt_athena_s_own() -> None:
    """dbt asks by the name of the class, after each model."""
    asked = AthenaAdapterOfLake.get_adapter_run_info(SimpleNamespace(config={}))
    assert asked.adapter_name == "athena"
    assert asked.adapter_version == dbt_athena_version


def test_the_macros_can_tag_a_build(tiny: Tiny, data: S3Storage, schema: str) -> None:
    catalog = athena_target(schema).catalog
    rows = pa.table({"id": [1]})
    catalog.create_table((schema, "results"), rows.schema, location=f"{data.url}/{schema}/results").append(rows)
    assert tiny.dbt("run-operation", "tag", "--args", "name: results").success, tiny.output()
    table = catalog.load_table((schema, "results"))
    assert table.metadata.refs["run-20250501T060000000000Z"].snapshot_id == table.metadata.current_snapshot_id
    assert not tiny.dbt("run-operation", "tag", "--args", "name: no_such").success
    assert f"There is no Iceberg table {schema}.no_such" in tiny.output()
    assert "Traceback" not in tiny.output()


def test_the_macros_can_sweep(tiny: Tiny, data: S3Storage, schema: str) -> None:
    key = f"lake/{schema}/results__dbt_tmp/0b8c3c9e-0000-4000-8000-000000000000/data/x"
    data.client.put_object(Bucket=data.bucket, Key=key, Body=b"")
    assert tiny.dbt("run-operation", "sweep").success, tiny.output()
    assert not any(line.startswith("Would delete") for line in tiny.said)  # younger than an hour, whatever is asked


@pytest.mark.parametrize(
    "argument", ["{minimum_age_hours: soon}", "{minimum_age_hours: -1}", "{dry_run: maybe}", "{from_year: soon}"]
)
def test_odd_arguments_of_maintain_are_one_sentence(tiny: Tiny, argument: str) -> None:
    assert not tiny.dbt("run-operation", "maintain", "--args", argument).success
    assert "; got " in tiny.output()
    assert "Traceback" not in tiny.output()
