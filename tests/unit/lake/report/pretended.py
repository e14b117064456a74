"""A morning whose two commands only pretend, and a place for it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from extract.stage.storage import open_storage
from lake.cli.app import lake
from lake.report import commands as real
from lake.report.commands import Commands, Ended
from tests.unit.lake.report.conftest import DAY, LATER, NEXT, write, write_lake
from tests.unit.stage.staged import commit_run

ROOT = Path(__file__).resolve().parents[4]
SCRAPED = {
    "run_id": "r2",
    "next": "Run r2 is complete. Next: dbt build",
    "requests": 12,
    "bytes": 3_400_000,
    "pages_unchanged": 1_234,
    "slices": [],
}
PARTIAL = {
    "next": "Run r2 is partial. Next: extract retry",
    "slices": [
        {
            "country": "gb",
            "race_date": "2025-11-18",
            "doubt": "",
            "races_not_final": ["Sandford 14:00 (7): not in time"],
        }
    ],
}
VERSIONS = [
    (2, 21, LATER, "gb", NEXT, "insert"), (1, 11, LATER, "gb", DAY, "update"), (2, 20, LATER, "gb", NEXT, "delete"),
]  # fmt: skip


@dataclass
class Pretended(Commands):
    """`extract` says what it is told to; `dbt build` adds what it is told to, or fails."""

    folder: Path
    code: int = 0
    document: dict[str, Any] | None = field(default_factory=dict)
    said: tuple[str, ...] = ()
    build_code: int = 0
    results: list[dict[str, Any]] | None = field(default_factory=list)
    build_says: str = "05:00:00  Done."
    adds: dict[str, tuple[str, list[tuple[Any, ...]]]] = field(default_factory=dict)
    called: list[tuple[str, list[str]]] = field(default_factory=list)
    environments: list[dict[str, str]] = field(default_factory=list)

    def extract(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Ended:
        self.called.append(("extract", list(arguments)))
        self.environments.append(dict(environment))
        output = "" if self.document is None else json.dumps(SCRAPED | self.document)
        return Ended(self.code, output, self.said, 1.0)

    def dbt(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Ended:
        self.called.append(("dbt", list(arguments)))
        self.environments.append(dict(environment))
        log.write_text(self.build_says, encoding="utf-8")
        for name, (columns, rows) in self.adds.items():
            write(self.folder / "warehouse", name, columns, rows)
        if self.results is not None:
            file = Path(environment["DBT_TARGET_PATH"], "run_results.json")
            file.parent.mkdir(parents=True, exist_ok=True)
            stamp = datetime.now(UTC).isoformat()
            results = [{"adapter_response": {}, "message": None} | result for result in self.results]
            file.write_text(json.dumps({"metadata": {"generated_at": stamp}, "results": results}), encoding="utf-8")
        return Ended(self.build_code, "", (), 2.0)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with tables, and with a staged run."""
    for name in [name for name in os.environ if name.startswith(("EXTRACT_", "LAKE_", "DBT_", "RACING_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DBT_PROJECT_DIR", str(ROOT))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("LAKE_WAREHOUSE", str(tmp_path / "warehouse"))
    monkeypatch.setenv("EXTRACT_STAGING", str(tmp_path / "staging"))
    monkeypatch.setenv("RACING_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    write_lake(tmp_path / "warehouse")
    commit_run(open_storage(str(tmp_path / "staging")))
    return tmp_path


def morning(pretended: Pretended, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    monkeypatch.setattr(real, "Commands", lambda: pretended)
    return CliRunner().invoke(lake, ["morning", *options])


def as_json(pretended: Pretended, monkeypatch: pytest.MonkeyPatch, *options: str) -> dict[str, Any]:
    done = morning(pretended, monkeypatch, "--output", "json", *options)
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["exit_code"] == done.exit_code
    return said
