"""The project as dbt reads it: one `dbt parse` for all tests that look at its manifest."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_process import run_dbt

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Parsed:
    """What dbt said while it read the project, and the manifest it wrote."""

    output: str
    manifest: dict[str, Any]
    semantic_manifest: dict[str, Any]

    def nodes(self, *kinds: str) -> list[dict[str, Any]]:
        """The nodes of some kinds, such as model or seed."""
        return [node for node in self.manifest["nodes"].values() if node["resource_type"] in kinds]


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Parsed:
    folder = tmp_path_factory.mktemp("parsed")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LAKE_", "DBT_"))} | {
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "EXTRACT_STAGING": str(folder / "staging"),
        "LAKE_WAREHOUSE": str(folder / "warehouse"),
        "NO_COLOR": "1",
    }
    done = run_dbt(["parse", "--no-partial-parse", "--show-all-deprecations"], ROOT, environment)
    assert done.returncode == 0, done.stdout
    read = {
        name: json.loads((folder / "target" / f"{name}.json").read_text()) for name in ("manifest", "semantic_manifest")
    }
    return Parsed(done.stdout + done.stderr, **read)
