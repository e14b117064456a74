"""Where Trino cannot be had, one sentence says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.athena.local_athena import trino_files
from tests.athena.local_athena.running import ROOT
from tests.athena.local_athena.trino_files import TrinoUnavailable


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty cache and nothing on its path but what a test puts there."""
    monkeypatch.setenv("TRINO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr("shutil.which", lambda name: str(p) if (p := tmp_path / "bin" / name).exists() else None)
    return tmp_path


def test_without_maven(bare: Path) -> None:
    with pytest.raises(TrinoUnavailable, match=r"need Maven to fetch Trino: install it .* or set TRINO_CACHE"):
        trino_files.trino_files()


def test_when_maven_fails_nothing_counts_as_fetched(bare: Path) -> None:
    program(bare / "bin", "mvn", "echo '[ERROR] Could not transfer artifact'; exit 1")
    for _ in range(2):
        with pytest.raises(TrinoUnavailable, match=r"run the tests again to resume.*Could not transfer artifact"):
            trino_files.trino_files()
    assert not (trino_files.cache_folder() / "lib").exists()


def test_without_a_jdk_new_enough(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "bin", "java", "echo 'openjdk version \"17.0.1\" 2021-10-19' >&2")
    monkeypatch.setattr(trino_files, "USUAL_PLACES", bare / "jvm")
    for name in ("TRINO_JAVA_HOME", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(TrinoUnavailable, match=r"needs a JDK 24 or newer .*TRINO_JAVA_HOME"):
        trino_files.java()
    program(bare / "jvm" / "new" / "bin", "java", "echo 'openjdk version \"25.0.1\" 2025-10-21' >&2")
    program(bare / "jvm" / "new" / "bin", "javac", "true")
    assert trino_files.java() == bare / "jvm" / "new" / "bin" / "java"


def test_the_whole_session_ends_with_the_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/athena/test_staging_tables.py", "-q"],
        cwd=ROOT,
        env=os.environ | {"TRINO_CACHE": str(tmp_path), "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.count("The Athena tests need Maven to fetch Trino") == 1
    assert "Traceback" not in done.stdout + done.stderr
