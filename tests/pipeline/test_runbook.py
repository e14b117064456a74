"""Each command of the README's table in place of the old runbook, run as it is written there, in that order."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extract.stage.manifest import committed_runs
from extract.stage.storage import open_storage
from tests.pipeline.conftest import Project
from tests.unit.lake.report.test_runbook import COMMANDS

pytestmark = pytest.mark.weekly
FIRST, NEXT = datetime(2025, 4, 18, 6, tzinfo=UTC), datetime(2025, 4, 19, 6, tzinfo=UTC)
SAMPLE = {"EXTRACT_SOURCE": "sample", "EXTRACT_RATE": "1000", "EXTRACT_COUNTRIES": "ire"}
RUN_ID = re.compile(r"\d{8}T\d{12}Z")
SAYS = {
    "lake check": "duplicates", "lake morning": " new, ", "lake diff": "row", "extract status": "20250419T060000",
    "extract retry": "othing", "lake rollback": "withdrawn", "lake query": "rows_corrected",
}  # fmt: skip


class Irish(Project):
    """A project whose surroundings say that the sample world is scraped, of one country."""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | SAMPLE


def test_every_step_of_the_old_runbook_has_a_command_that_works(tmp_path: Path) -> None:
    project, said = Irish(tmp_path), dict[str, str]()
    for moment in (FIRST, NEXT):
        project.run("lake", "morning", "--", "--as-of", moment.isoformat())
    for command in COMMANDS:
        newest = max(committed_runs(open_storage(str(project.folder / "staging"))))
        words = shlex.split(RUN_ID.sub(newest, command).replace("2025-11-18", "2025-04-17"))
        if words[:2] in (["lake", "morning"], ["extract", "retry"]):
            words += [*(["--"] if words[0] == "lake" else []), "--as-of", NEXT.replace(minute=len(said)).isoformat()]
        done = project.run(*words, expect=None)
        said[command] = done.stdout + done.stderr
        assert done.returncode == 0, (command, said[command])
        assert SAYS[" ".join(words[:2])] in said[command], (command, said[command])
    assert len(said) >= 8
