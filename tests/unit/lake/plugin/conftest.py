"""A dbt project of one Iceberg model, built by dbt inside this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from lake.iceberg.catalog import open_catalog

ROOT = Path(__file__).resolve().parents[4]
PROJECT = f"""
name: tiny
profile: racing_lakehouse
macro-paths: ["{ROOT}/macros", macros]
flags: {{send_anonymous_usage_stats: false}}
on-run-end: ["{{{{ tag_build(results) }}}}"]
models:
  +materialized: incremental
  +incremental_strategy: merge
  +table_type: iceberg
"""
NUMBERS = """
{{ config(unique_key=['id']) }}
select range as id, {{ var('n', 0) }} as n, 'r' || {{ var('n', 0) }} as run_id from range({{ var('rows', 3) }})
"""
SOURCES = "sources: [{name: staging, tables: [{name: slices}]}]"
BIG = "{{ config(materialized='view') }} select * from {{ ref('numbers') }} where n > 0"


@dataclass(frozen=True)
class Tiny:
    folder: Path
    errors: list[str] = field(default_factory=list)

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse"

    @property
    def catalog(self) -> Catalog:
        return open_catalog(self.warehouse)

    @property
    def table(self) -> Table:
        return self.catalog.load_table("racing.numbers")

    def rows(self) -> list[int]:
        return sorted(self.table.scan().to_arrow()["n"].to_pylist())

    def dbt(self, *arguments: str, callbacks: list[Callable[[Any], None]] | None = None) -> dbtRunnerResult:
        self.errors.clear()
        return dbtRunner(callbacks=[self._listen, *(callbacks or [])]).invoke(["--quiet", *arguments])

    def _listen(self, event: Any) -> None:
        if event.info.level == "error":
            self.errors.append(event.info.msg)

    def error(self, done: dbtRunnerResult) -> str:
        """What dbt said when it failed."""
        assert not done.success
        return "\n".join(self.errors)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    for name, text in {
        "models/numbers.sql": NUMBERS,
        "models/big.sql": BIG,
        "tests/never_negative.sql": "select * from {{ ref('numbers') }} where n < 0",
        "models/sources.yml": SOURCES,
        "macros/ask.sql": "{% macro ask() %}{% do run_query('select 1') %}{% endmacro %}",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for name, value in {
        "LAKE_TARGET": "embedded",
        "LAKE_WAREHOUSE": str(tmp_path / "warehouse"),
        "EXTRACT_STAGING": str(tmp_path / "staging"),
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_PROJECT_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return Tiny(tmp_path)
