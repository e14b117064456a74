"""`lake shell`: one question after the other, and nothing that ends it but its user."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from lake.cli import shell
from lake.cli.app import lake
from lake.errors import LakeError


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("select 1;", True), ("select 1; -- done", True), ("select ';';", True), ("select 1;  \n", True), (";", True),
        ("select 1", False), ("select ';", False), ("select 1 -- ;", False), ('select "a;', False), ("select $$;", False),
        ("", False),
    ],
)  # fmt: skip
def test_a_statement_ends_with_a_semicolon_of_its_own(text: str, whole: bool) -> None:
    assert shell.is_whole(text) is whole


def test_what_is_typed_becomes_statements(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed: Iterator[str | BaseException] = iter(
        ["", "select 1;", "select", "2;", "select half", KeyboardInterrupt(), "from t;", ".help", "exit;", "never;"]
    )

    def answer(_: str) -> str:
        line = next(typed)
        if isinstance(line, BaseException):
            raise line
        return line

    monkeypatch.setattr("builtins.input", answer)
    assert list(shell._statements()) == ["select 1;", "select\n2;", "from t;"]
    assert "Ctrl-D leaves" in capsys.readouterr().out
    assert list(typed) == ["never;"]


def test_what_is_piped_in_is_answered_and_an_error_is_one(filled: Path) -> None:
    run = CliRunner()
    done = run.invoke(lake, ["--warehouse", str(filled), "shell"], input="select count(*) as c from t; select 2 as b;")
    assert done.output.split() == ["c", "6", "b", "2"]
    failed = run.invoke(lake, ["--warehouse", str(filled), "shell"], input="from nowhere; select 2 as b;")
    assert isinstance(failed.exception, LakeError)


def test_at_a_terminal_errors_and_ctrl_c_end_a_statement_and_ctrl_d_ends_it(filled: Path, tmp_path: Path) -> None:
    process, screen = pty.fork()
    if process == 0:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests in the background ignores it
        os.environ.update(HOME=str(tmp_path), XDG_STATE_HOME=str(tmp_path / "state"), PATH="/nonexistent")
        code = "from lake.cli import main; main()"
        os.execv(sys.executable, [sys.executable, "-c", code, "--warehouse", str(filled), "shell", "--plain"])
    seen = ""

    def until(text: str) -> None:
        nonlocal seen
        end = time.monotonic() + 60
        while text not in seen:
            assert time.monotonic() < end, seen
            if select.select([screen], [], [], 1)[0]:
                seen += os.read(screen, 65536).decode()
        seen = seen[seen.index(text) + len(text) :]

    def type_in(text: str) -> None:
        os.write(screen, text.encode())

    try:
        until("lake> ")
        type_in("from nowhere;\n")
        until("Table with name nowhere does not exist")
        until("lake> ")
        type_in(
            "select 'begun' as b; select count(*) from range(100000000000) t(i), range(1000) u(j) where i * j % 7 = 3;\n"
        )
        until("\nbegun")
        type_in("\x03")
        until("Given up.")
        until("lake> ")
        type_in("select 'still ' || 'here' as x;\n")
        until("still here")
        until("lake> ")
        type_in("\x04")
    except BaseException:
        os.kill(process, signal.SIGKILL)  # or it asks on
        raise
    finally:
        _, status = os.waitpid(process, 0)
        os.close(screen)
    assert os.waitstatus_to_exitcode(status) == 0
    assert "from nowhere;" in (tmp_path / "state" / "racing-lakehouse" / "history").read_text()


def test_duckdb_s_own_shell_opens_what_is_published_read_only(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[list[str]] = []

    class Ended:
        returncode = 0

    def run(command: list[str], **_: object) -> Ended:
        called.append(command)
        return Ended()

    (filled / "racing.duckdb").touch()
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.setattr("lake.cli.shell.at_terminal", lambda: True)
    assert CliRunner().invoke(lake, ["--warehouse", str(filled), "shell"]).exit_code == 0
    assert called == [["/bin/duckdb", "-readonly", str(filled / "racing.duckdb")]]
