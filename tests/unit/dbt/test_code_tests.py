"""The tests of the code itself: not part of a morning's build, run here."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extract.stage.layout import Run
from extract.stage.storage import open_storage
from tests.dbt_process import run_dbt
from tests.unit.stage.staged import commit_run

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("code")


def dbt(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "EXTRACT_STAGING": str(folder / "staging"),
        "LAKE_WAREHOUSE": str(folder / "warehouse"),
        "NO_COLOR": "1",
    }
    return run_dbt([*arguments], ROOT, environment)


def listed(folder: Path, *arguments: str) -> set[str]:
    done = dbt(folder, "--quiet", "list", "--output", "json", "--output-keys", "unique_id", *arguments)
    assert done.returncode == 0, done.stdout
    return {json.loads(line)["unique_id"] for line in done.stdout.splitlines() if line.startswith("{")}


def test_the_logic_of_models_and_generic_tests_holds(folder: Path) -> None:
    # the fixtures of unit tests take their types from the views over staging, and from the seeds
    views = ("path:dbt_project/models/staging", "path:dbt_project/seeds")
    made = dbt(folder, "build", "--exclude-resource-type", "test", "--select", *views)
    assert made.returncode == 0, made.stdout
    done = dbt(folder, "test", "--selector", "code")
    assert done.returncode == 0, done.stdout
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    statuses = {(result["unique_id"].split(".")[0], result["status"]) for result in results}
    assert statuses - {("operation", "success")} == {("unit_test", "pass"), ("test", "pass")}


def test_a_build_without_a_run_is_refused_and_a_stale_one_warns(folder: Path) -> None:
    # run_slices stands for all tables, which are made from it
    models = ("stg_racing_post__slices", "stg_racing_post__withdrawals", "run_slices")
    build = ("--quiet", "build", "--exclude-resource-type", "unit_test", "--select", *models)
    nothing = dbt(folder, *build)
    assert nothing.returncode != 0
    assert f"No run is staged in {folder}/staging. Scrape first (extract --days 7)" in " ".join(nothing.stdout.split())
    commit_run(open_storage(str(folder / "staging")))  # of the sample world, whose time is not ours
    sampled = dbt(folder, *build)
    assert (sampled.returncode, "Stale" in sampled.stdout) == (0, False), sampled.stdout
    live = Run(datetime.now(UTC) - timedelta(days=5))
    commit_run(open_storage(str(folder / "staging")), live, source="live")
    assert f"is {live.run_id}, 5 days old. Next: extract --days 12 && dbt build" in dbt(folder, *build).stdout
    assert dbt(folder, "--warn-error", *build).returncode != 0


def test_a_bare_build_leaves_out_the_tests_of_the_code_and_nothing_else(folder: Path) -> None:
    everything, daily, code = listed(folder, "--select", "*"), listed(folder), listed(folder, "--selector", "code")
    assert daily == everything - code
    assert {name for name in code if not name.startswith("unit_test.")} == {
        f"test.racing_lakehouse.{path.stem}" for path in (ROOT / "tests" / "dbt" / "proofs").glob("*.sql")
    }
    assert sum(name.startswith("unit_test.") for name in code) > 40
