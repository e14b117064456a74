"""`dbt build` as a morning runs it: where, with which settings, and what came of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from extract.project.home import DBT_PROJECT, dbt_folder
from lake.errors import LakeError
from lake.report.commands import Commands

BAD: Final = frozenset({"error", "fail", "runtime error"})
LOCKED: Final = ("is at work on the warehouse", "is writing s3://", "DuckDB lets nobody write meanwhile")
"""What a build says that somebody else keeps out: see lake/lock.py, extract/stage/holder.py, lake/duck/file.py."""
LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Build:
    """What came of a build: `failures` are models and tests with what dbt said of them.

    `bytes_scanned` is what Athena says that the statements of models and tests scanned; None on the embedded engine.
    """

    code: int
    seconds: float
    log: Path
    failures: tuple[tuple[str, str], ...] = ()
    is_locked: bool = False
    bytes_scanned: int | None = None


def project_folder() -> Path:
    """Return the folder of the dbt project: where dbt would look for it, or else the one this code lies in.

    Raises:
        LakeError: there is none.
    """
    folder, own = dbt_folder(), Path(__file__).resolve().parents[2]
    for candidate in [folder] if os.environ.get("DBT_PROJECT_DIR") else [folder, own]:
        if (candidate / DBT_PROJECT).is_file():
            return candidate
    raise LakeError(f"There is no {DBT_PROJECT} in {folder}. Call lake in its folder, or set DBT_PROJECT_DIR.")


def target_folder(project: Path, tables: str) -> Path:
    """Return where dbt keeps what it compiled: a folder for each set of tables, none of them the one of `dbt build`.

    So neither a build by hand nor a morning of other tables writes over what this one is about to read.
    """
    base = project / Path(os.environ.get("DBT_TARGET_PATH") or "target").expanduser()
    return base / "morning" / hashlib.sha256(tables.encode()).hexdigest()[:12]


def build(commands: Commands, project: Path, environment: Mapping[str, str], target: Path, log: Path) -> Build:
    """Build and test everything, and read what came of it."""
    began = datetime.now(UTC)
    log.parent.mkdir(parents=True, exist_ok=True)
    ended = commands.dbt(
        ["--no-use-colors", "build"], dict(environment) | {"DBT_TARGET_PATH": str(target)}, project, log
    )
    results = _results(target / "run_results.json", began)
    failures = [(_name(result), _reason(result)) for result in results if result["status"] in BAD]
    said = log.read_text(encoding="utf-8", errors="replace")
    if ended.code and not failures:
        failures = [("dbt build", _last_words(said))]
    scanned = [result["adapter_response"].get("data_scanned_in_bytes") for result in results]
    known = [int(number) for number in scanned if number is not None]
    is_locked = bool(ended.code) and any(text in said for text in LOCKED)
    return Build(ended.code, ended.seconds, log, tuple(failures), is_locked, sum(known) if known else None)


def _results(file: Path, since: datetime) -> list[dict[str, Any]]:
    """Return what dbt tells of every model and test; nothing where it was another build that told it."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        if datetime.fromisoformat(said["metadata"]["generated_at"]) < since:
            return []
        return [result for result in said["results"] if isinstance(result.get("adapter_response"), dict)]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _name(result: dict[str, Any]) -> str:
    kind, _, name, *_ = [*str(result["unique_id"]).split("."), "", ""]
    return f"{kind} {name}"


def _reason(result: dict[str, Any]) -> str:
    return " ".join(str(result.get("message") or "dbt says no more").split())[:LONGEST]


def _last_words(said: str) -> str:
    """Return the end of what dbt said, without the times of its lines."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    told = [line[8:].strip() if line[2:3] == ":" and line[5:6] == ":" else line for line in lines[-4:]]
    return " ".join(told)[-LONGEST:] or "dbt said nothing"
