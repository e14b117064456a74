"""Whatever is asked, in whatever surroundings: an exit code that is documented, at least one line, never a traceback."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.cli.app import main
from extract.errors import ExitCode
from tests.conftest import examples

CODES = {int(code) for code in ExitCode}
SAMPLE = ("--source", "sample", "--rate", "1000", "--as-of", "2025-04-14T06:00", "--days", "1", "--countries", "jer")
BIN = Path(sys.executable).parent / "extract"
ODD = ["", " ", "-", "--", "0", "-1", "1e9", "nan", "inf", "x" * 5000, "\x00", "\x1b[31m", "é", "\udcff", "☃", "../..", "%", "{}", "'", "s3://", "s3:///x", "ftp://x", "~nobody-at-all/x", "/proc/x", "/dev/null/x", "0001-01-01", "9999-12-31", "2025-02-30", "2025-04-10"]  # fmt: skip
OPTIONS = ["--days", "--until", "--from", "--to", "--date-file", "--countries", "--course", "--type", "--resume", "--source", "--rate", "--workers", "--timeout", "--backoff", "--deadline", "--user-agent", "--transport", "--as-of", "--seed", "--log-file", "--output", "--staging", "--staging-schema"]  # fmt: skip
COMMANDS = ["retry", "replay", "status", "register", "config", "sample", "nonsense"]


@pytest.fixture(autouse=True)
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("EXTRACT_")]:
        monkeypatch.delenv(name)


def called(
    *args: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], says: str | None = None
) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["extract", *args])
    with pytest.raises(SystemExit) as stopped:
        main()
    out, err = capfd.readouterr()
    code = stopped.value.code
    assert code in CODES, (args, code, err)
    assert "Traceback" not in err + out, (args, err)
    assert "unexpected" not in err.lower(), (args, err)
    assert code == 0 or (out + err).strip(), args
    if says is not None:
        assert says in " ".join((out + err).split()), out + err
    return int(str(code)), out + err


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(OPTIONS), st.sampled_from(ODD) | st.text(max_size=8)), max_size=4),
    st.sampled_from([(), ("--dry-run",), ("--dry-run", "--days", "2"), *[(name,) for name in COMMANDS]]),
)
def test_any_options_at_all(options: list[tuple[str, str]], first: tuple[str, ...]) -> None:
    """Without a network: a run is either refused or is a dry run, or fails at the address it is given."""
    flat = [word for pair in options for word in pair]
    if not {"--dry-run", "status", "config"} & set(first) and "--source" not in flat:
        first = (*first, "--source", "http://127.0.0.1:9/") if first != ("nonsense",) else first
    words = [*flat, *first] if first and first[0] == "--dry-run" else [*first, *flat]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["extract", *words])
        patch.setattr("extract.fetch.patience.Patience.attempts", 1, raising=False)
        said = io.StringIO()
        with contextlib.redirect_stderr(said), pytest.raises(SystemExit) as stopped:
            main()
    assert stopped.value.code in CODES, words
    assert "unexpected" not in said.getvalue().lower(), (words, said.getvalue())
    assert "Traceback" not in said.getvalue(), words


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("--days", "1", "--until", "0001-01-01"), 2, "is before 1988-01-01"),
        (("--days", "10000", "--until", "0002-01-01"), 2, "is before 1988-01-01"),
        (("--days", "10000", "--until", "9999-12-31"), 2, "in the future"),
        (("--from", "0001-01-01", "--to", "2025-01-01"), 2, "is before 1988-01-01"),
        (("--from", "0001-01-01", "--to", "9999-12-31"), 2, "is before 1988-01-01"),
        (("--source", "sample", "--as-of", "0001-01-01T00:00+14:00", "--days", "1"), 2, "out of range"),
        (("--source", "sample", "--as-of", "9999-12-31T23:59-12:00", "--days", "1"), 2, "out of range"),
        (("--source", "sample", "--as-of", "0001-01-01T00:00", "--days", "1"), 2, "out of range"),
        (("--source", "sample", "--as-of", "8999-12-30T00:00", "--days", "1"), 2, "still to come"),
        (("--countries", "uk", "--days", "1"), 2, "Did you mean gb?"),
        (("--countries", "all", "--days", "1"), 2, "It knows arg"),
        (("--staging", "", "--days", "1", "--dry-run"), 2, "--staging"),
        (("--staging", "a\x00b", "--days", "1", "--dry-run"), 2, "--staging"),
        (("--staging", "~nobody-at-all/x", "status"), 2, "--staging"),
        (("--date-file", "/"), 2, "Cannot read"),
        (("--log-file", "/proc/no/such/log", *SAMPLE), 2, "Choose another --log-file"),
        (("--staging", "/proc/no/such", *SAMPLE), 1, "/proc/no"),
        (("--staging", "/dev/null", *SAMPLE), 1, "/dev/null"),
        (("--resume", "20250101T000000000000Z", "--staging", "/dev/null"), 2, "knows no run"),
        (("retry", "20250101T000000000000Z"), 2, "no run yet"),
        (("retry", "--source", "sample", "--days", "0"), 2, "0"),
        (("verify", "nonsense"), 2, "run id"),
    ],
)  # fmt: skip
def test_named_faults_have_their_line(
    args: tuple[str, ...], code: int, says: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert called(*args, monkeypatch=monkeypatch, capfd=capfd, says=says)[0] == code


@pytest.mark.parametrize("name", ["DAYS", "COUNTRIES", "YES", "STAGING", "SOURCE", "RATE", "WORKERS", "TIMEOUT", "BACKOFF", "TRANSPORT", "AS_OF", "SEED", "LOG_FILE", "OUTPUT", "USER_AGENT", "DEADLINE"])  # fmt: skip
@pytest.mark.parametrize("value", ["garbage\n", "é", "-1", "0x10", "\x7f", "/proc/x/y"])
def test_rubbish_in_the_environment(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"EXTRACT_{name}", value)
    for args in (("--days", "1", "--dry-run"), ("config",), ("status",)):
        called(*args, monkeypatch=monkeypatch, capfd=capfd)


def test_empty_settings_of_the_environment_count_as_unset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("STAGING", "DAYS", "COUNTRIES", "RATE", "AS_OF", "SOURCE", "LOG_FILE"):
        monkeypatch.setenv(f"EXTRACT_{name}", "")
    assert called("status", monkeypatch=monkeypatch, capfd=capfd, says=f"Staging {tmp_path}/staging")[0] == 0
    shown = called("config", monkeypatch=monkeypatch, capfd=capfd)[1]
    assert {line.split()[-1] for line in shown.splitlines() if line.startswith(("staging ", "rate", "source"))} == {
        "default"
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tool = 3", "is not a table"), ("[tool]\nextract = 'x'", "is not a table"), ("[tool.extract]\nrat = 1", "sets 'rat'"),
        ("[tool.extract]\nrate = []", "rate"), ("[tool.extract]\nrate = 'fast'", "rate"), ("\x00", "not valid TOML"), ("[", "not valid TOML"),
        ("[tool.extract]\ncountries = 'uk'", "Did you mean gb?"), ("[tool.extract]\nstaging = 7", "Write a text in quotes"),
        ("[tool.extract]\ndays = 'x'\n", ""), ("[tool.extract]\ncountries = {a=1}\n", ""),
    ],
)  # fmt: skip
def test_a_project_file_of_any_kind(
    text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    called("--days", "1", "--dry-run", monkeypatch=monkeypatch, capfd=capfd, says=says)


def test_countries_of_the_project_file_may_be_one_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.extract]\ncountries = 'gb,ire'\ndays = 2\n")
    assert called("--dry-run", monkeypatch=monkeypatch, capfd=capfd, says="4 slices")[0] == 0


def test_stray_files_in_staging_are_no_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert called(*SAMPLE, monkeypatch=monkeypatch, capfd=capfd)[0] == 0
    for folder in (tmp_path / "staging").rglob("*"):
        if folder.is_dir():
            (folder / ".DS_Store").write_bytes(b"\x00\x01Bud1")
    (tmp_path / "staging" / ".DS_Store").write_bytes(b"\x00")
    plan = ("--source", "sample", "--days", "1", "--dry-run")
    for args in (("status",), ("retry",), ("replay",), plan, ("verify",)):
        assert called(*args, monkeypatch=monkeypatch, capfd=capfd)[0] == 0, args


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), ValueError("odd"), RecursionError()]
)
def test_whatever_a_command_raises_is_one_line(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("extract.cli.status.open_storage", fails)
    monkeypatch.setattr(sys, "argv", ["extract", "status"])
    with pytest.raises(SystemExit) as stopped:
        main()
    err = capfd.readouterr().err
    assert stopped.value.code == 1
    assert len(err.strip().splitlines()) == 1


def process(*args: str, **more: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXTRACT_")}
    environment |= more.pop("env", {})  # type: ignore[arg-type]
    for name in more.pop("without", ()):  # type: ignore[attr-defined]
        environment.pop(name, None)
    options: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    done = subprocess.run([str(BIN), *args], text=True, timeout=120, env=environment, check=False, **options)  # type: ignore[call-overload]
    assert "Traceback" not in (done.stderr or ""), done.stderr
    assert "Exception ignored" not in (done.stderr or ""), done.stderr
    assert done.returncode in CODES, done.stderr
    return done  # type: ignore[no-any-return]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is of Linux")
def test_a_full_disk_behind_the_output_or_the_log_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = process("config", stdout=full)
        assert done.returncode == 1
        assert (
            done.stderr.strip()
            == "extract: cannot write the output: No space left on device. What was staged is staged: see extract status."
        )
    done = process("--log-file", "/dev/full", *SAMPLE)
    assert done.returncode == 0
    assert len([line for line in done.stderr.splitlines() if "cannot write the log" in line]) == 1


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
)
def test_a_terminal_that_knows_only_ascii(environment: dict[str, str]) -> None:
    for args in (("--help",), ("--days", "1", "--dry-run"), ("--days", "é☃"), SAMPLE, ("status",), ("config",)):
        done = process(*args, env=environment)
        assert done.returncode == (2 if "é☃" in args else 0), done.stderr


def test_without_a_home() -> None:
    assert process("--days", "1", "--dry-run", without=("HOME", "USER", "LOGNAME")).returncode == 0


def test_a_reader_that_leaves_early_is_no_failure() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = process("--days", "300", "--dry-run", stdout=writing)
    os.close(writing)
    assert done.stderr == ""
    assert done.returncode == 0


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", f"cd {gone} && rmdir {gone} && exec {BIN} status"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "folder is gone" in done.stderr


def test_a_run_whose_reader_has_left_keeps_its_own_exit_code() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = process(*SAMPLE[:-1], "gb", "--deadline", "0.00001", stdout=writing)
    os.close(writing)
    assert done.returncode == 3
