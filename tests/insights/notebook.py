"""Run a notebook as its reader does, in a process of its own, on the lake of a test."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.pipeline.conftest import BIN, ROOT, Project

FIRST_LOOK = ROOT / "docs" / "notebooks" / "first_look.ipynb"


def run_notebook(path: Path, project: Project, folder: Path) -> str:
    """Execute a copy; return the text that its last cell with code printed."""
    copy = folder / path.name
    shutil.copy(path, copy)
    done = subprocess.run(
        [str(BIN / "jupyter-execute"), "--inplace", str(copy)],
        cwd=folder, env=project.environment, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-5000:]
    return printed(copy)


def printed(path: Path) -> str:
    """Return what the last cell with code of an executed notebook printed."""
    outputs: list[dict[str, Any]] = [cell["outputs"] for cell in cells(path) if cell["cell_type"] == "code"][-1]
    return "".join("".join(output.get("text", "")) for output in outputs)


def cells(path: Path) -> list[dict[str, Any]]:
    """Return the cells of a notebook."""
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return found
