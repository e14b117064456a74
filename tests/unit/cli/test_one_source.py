"""A staging area of one source refuses another before anything is asked for or written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from extract.cli.app import main
from extract.stage.storage import open_storage
from tests.unit.stage.staged import RUN, commit_run


@pytest.mark.parametrize("more", [("--dry-run",), ()])
@pytest.mark.parametrize(("there", "asked"), [("sample", "live"), ("live", "sample")])
def test_another_source_is_exit_2_and_touches_nothing(
    there: str,
    asked: str,
    more: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    commit_run(open_storage("staging"), source=there)
    before = sorted(tmp_path.rglob("*.*"))
    monkeypatch.setattr(sys, "argv", ["extract", "--days", "1", "--source", asked, *more])
    with pytest.raises(SystemExit) as stopped:
        main()
    out, err = capsys.readouterr()
    assert (stopped.value.code, out) == (2, "")
    assert (
        f"holds runs of {'the sample world' if there == 'sample' else 'the live site'}, the newest {RUN.run_id}" in err
    )
    assert len(err.splitlines()) == 1
    assert [path for path in sorted(tmp_path.rglob("*.*")) if path not in before and "lock" not in path.name] == []
