"""Take out one safety after the other and see that its test fails: `python -m tests.resilience.mutations [NAME...]`.

Works on a copy of the tree. Ends with 1 if a safety can be taken out and its test still passes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.resilience.mutation_table import MUTATIONS, Mutation

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "target", "logs", "var", "demo", "build", "__pycache__", ".*_cache")
PATIENCE = 600
TESTS_FAILED = 1


def survives(mutation: Mutation, tree: Path) -> bool:
    """Say whether the named test passes although its safety is taken out.

    Raises:
        RuntimeError: the test could not be run.
    """
    file = tree / mutation.file
    sound = file.read_text(encoding="utf-8")
    file.write_text(sound.replace(mutation.text, mutation.instead), encoding="utf-8")
    try:
        done = pytest(mutation.test, tree)
    finally:
        file.write_text(sound, encoding="utf-8")
    if done.returncode not in (0, TESTS_FAILED):
        raise RuntimeError(f"{mutation.test} could not be run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 0


def pytest(test: str, tree: Path) -> subprocess.CompletedProcess[str]:
    """Run one test of the copy, with the copy's code."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def main(names: list[str]) -> int:
    chosen = [mutation for mutation in MUTATIONS if not names or mutation.name in names]
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT, symlinks=True)
        for mutation in chosen:
            found = survives(mutation, tree)
            print(f"{'NOT NOTICED' if found else 'noticed'}: {mutation.name}", flush=True)
            survivors += [mutation.name] if found else []
    print(f"{len(chosen)} safeties taken out, {len(survivors)} of them not noticed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
