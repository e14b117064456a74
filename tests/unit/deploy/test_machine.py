"""What a machine or a container runs every morning: the files are whole and name what is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.dbt_process import run_dbt
from tests.pipeline.conftest import ROOT

DEPLOY = ROOT / "deploy"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_the_units_are_valid(tmp_path: Path) -> None:
    program = tmp_path / ".venv" / "bin" / "lake"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    units = []
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        units.append(tmp_path / unit.name)
        units[-1].write_text(unit.read_text(encoding="utf-8").replace("/srv/racing", str(tmp_path)))
    done = subprocess.run(["systemd-analyze", "verify", *map(str, units)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_cron_and_systemd_start_the_same() -> None:
    service = (DEPLOY / "systemd" / "racing-morning.service").read_text(encoding="utf-8")
    (line,) = [
        said for said in (DEPLOY / "crontab").read_text(encoding="utf-8").splitlines() if not said.startswith("#")
    ]
    assert "ExecStart=/srv/racing/.venv/bin/lake morning\n" in service
    assert re.fullmatch(r"30 6 \* \* \* cd /srv/racing && \.venv/bin/lake morning >> logs/morning\.log 2>&1", line)
    assert "/srv/racing/logs/*.log" in (DEPLOY / "logrotate.conf").read_text(encoding="utf-8")


def test_the_image_has_what_a_build_needs(tmp_path: Path) -> None:
    """Copied as the Dockerfile does, no more and no less, dbt finds the whole project."""
    said = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    assert re.search(r"^USER racing$", said, re.MULTILINE)
    for copied in re.findall(r"^COPY (.+)$", said, re.MULTILINE):
        *sources, target = copied.split()
        for source in (ROOT / name for name in sources):
            there = tmp_path / target
            if source.is_dir():
                shutil.copytree(source, there, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                there.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, there)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "EXTRACT_", "LAKE_"))
    }
    places = {"DBT_PROFILES_DIR": str(tmp_path), "LAKE_WAREHOUSE": str(tmp_path / "warehouse")}
    done = run_dbt(["list", "--resource-type", "model", "--output", "name"], tmp_path, environment | places)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    models = {path.stem for path in (ROOT / "dbt_project" / "models").rglob("*.sql")}
    assert models <= set(done.stdout.split())


@pytest.mark.parametrize("name", ["compose.yaml", "github-actions.yaml"])
def test_it_is_yaml_that_runs_the_morning(name: str) -> None:
    said = yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
    if name == "compose.yaml":
        (service,) = said["services"].values()
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).samefile(DEPLOY / "Dockerfile")
    else:
        assert "lake morning" in [step.get("run") for step in said["jobs"]["morning"]["steps"]]
