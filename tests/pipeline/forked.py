"""The commands of `lake morning`, with dbt forked from a process that has it imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lake.report.commands import Commands, Ended
from tests.dbt_process import run_dbt


class Forked(Commands):
    """`extract` as it is, and `dbt` forked: half the time of a process of its own."""

    def dbt(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Ended:
        done = run_dbt([*arguments], folder, dict(environment), one_stream=True)
        log.write_text(done.stdout, encoding="utf-8")
        return Ended(done.returncode, "", (), done.cpu_seconds)
