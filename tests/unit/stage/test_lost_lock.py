"""A run that loses its lock stops: it asks the source for nothing more, and commits nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from extract.cli.app import extract
from extract.errors import ExitCode, ExtractError, StagingLocked
from extract.stage.pages import PageStore
from extract.stage.storage import open_storage

OPTIONS = "--source sample --rate 1000 --workers 1 --as-of 2025-11-18T06:00 --countries fr --days 2".split()


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_run_whose_lock_is_lost_stops(after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tried, save = [], PageStore.save

    def lose(self: PageStore, path: str, *page: Any, **said: Any) -> Any:
        tried.append(path)
        if len(tried) > after:
            raise StagingLocked("This run lost its lock. Wait for the other run to end.")
        return save(self, path, *page, **said)

    monkeypatch.setattr(PageStore, "save", lose)
    ran = CliRunner().invoke(extract, [*OPTIONS, "--staging", str(tmp_path / "staging")])
    assert isinstance(ran.exception, ExtractError)
    assert ran.exception.exit_code is ExitCode.LOCKED
    assert len(tried) == after + 1
    storage = open_storage(str(tmp_path / "staging"))
    assert (storage.list("slices"), storage.list("races")) == ([], [])
