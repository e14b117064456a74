"""`lake query`: where the SQL comes from, and what its answers look like in every form."""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from datetime import date
from pathlib import Path

import click
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from lake.cli.app import lake
from lake.errors import LakeError
from tests.unit.lake.conftest import write_run

TWO = "select 1 as a, 2 as a, '[slowly away]' as t; select 3 as b"
KINDS = (
    "select 'é' as t, null as nothing, date '2025-05-01' as d, timestamp '2025-05-01 06:00' as m, true as yes, 2.50::decimal(9,2) "
    "as price, 'nan'::double as odd, [1, 2] as several, '=1+1' as formula"
)


def asked(folder: Path, *arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(lake, ["--warehouse", str(folder), "query", *arguments], input=stdin)


def said(folder: Path, *arguments: str, stdin: str | None = None) -> str:
    done = asked(folder, *arguments, stdin=stdin)
    assert done.exit_code == 0, done.output + str(done.exception)
    return done.output


def cells(path: Path, sheet: int = 1) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(f"xl/worksheets/sheet{sheet}.xml").decode()


@pytest.mark.parametrize("name", ["t", "racing.t", "lake.racing.t"])
def test_tables_are_found_with_and_without_their_schema(filled: Path, name: str) -> None:
    assert said(filled, f"select count(*) as n from {name}", "--output", "csv") == "n\n6\n"


def test_sql_from_a_file_and_from_standard_input(filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "q.sql"
    file.write_text("select count(*) as n -- how many\nfrom t", encoding="utf-8")
    for arguments in (["--file", str(file)], ["-"], ["--file", "-"]):
        stdin = None if str(file) in arguments else file.read_text(encoding="utf-8")
        assert said(filled, *arguments, "--output", "csv", stdin=stdin) == "n\n6\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "Give the SQL, or --file FILE"),
        (["select 1", "--file", "-"], "Give the SQL, or --file FILE"),
        ([" -- nothing"], "There is no statement"),
        (["select 1", "--output", "parquet"], "Add --to FILE"),
        (["select 1", "--output", "xlsx"], "Add --to FILE"),
        (["select 1", "--to", "/dev/null"], "is no file"),
        (["select 1", "--as-of", "yesterday"], "neither a UTC time such as"),
        (["create view v as select 1", "--to", "x.parquet"], "gives no rows"),
        (["select 1; select 2", "--to", "x.parquet"], "one answer, and the SQL gives several"),
    ],
)
def test_wrong_usage_says_what_to_do(
    filled: Path, arguments: list[str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(filled.parent)
    done = asked(filled, *arguments)
    assert done.exit_code == 2
    assert reason in done.output
    assert [path.name for path in filled.parent.iterdir()] == [filled.name]


def test_several_statements_are_all_answered(filled: Path) -> None:
    assert said(filled, TWO).splitlines() == ["a  a  t", "1  2  [slowly away]", "", "b", "3"]
    assert said(filled, TWO, "--output", "csv") == "a,a,t\n1,2,[slowly away]\n\nb\n3\n"
    lines = said(filled, TWO, "--output", "jsonl").splitlines()
    assert [json.loads(line) for line in lines] == [{"a": 1, "a_1": 2, "t": "[slowly away]"}, {"b": 3}]
    assert said(filled, "create view v as select 7 as s; set threads = 1; from v", "--output", "csv") == "s\n7\n"


def test_what_an_earlier_statement_gave_is_there_when_a_later_one_fails(filled: Path) -> None:
    done = asked(filled, "select 1 as one; select * from nowhere", "--output", "csv")
    assert done.output == "one\n1\n"
    assert isinstance(done.exception, LakeError)


@pytest.mark.parametrize("form", ["text", "csv", "json", "jsonl", "parquet", "xlsx"])
def test_every_form_goes_into_a_file_named_for_it(filled: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"out.{form}"
    path.write_text("what was there before")
    assert said(filled, KINDS, "--to", str(path), *(["--output", "text"] if form == "text" else [])) == ""
    assert [left.name for left in tmp_path.iterdir() if left.name.startswith(".")] == []
    if form == "csv":
        (row,) = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
        assert (row["t"], row["nothing"], row["price"], row["formula"]) == ("é", "", "2.50", "'=1+1")
    elif form in ("json", "jsonl"):
        got = json.loads(path.read_text(encoding="utf-8"))
        got = got[0] if form == "json" else got
        assert (got["t"], got["nothing"], got["odd"], got["several"]) == ("é", None, "nan", [1, 2])
    elif form == "parquet":
        (got,) = pq.read_table(path).to_pylist()
        assert (got["t"], got["nothing"], got["d"], got["formula"]) == ("é", None, date(2025, 5, 1), "=1+1")
    elif form == "xlsx":
        text = cells(path)
        assert "é" in text
        assert "=1+1" in text
        assert "<f>" not in text
    else:
        assert path.read_text(encoding="utf-8").splitlines()[1].startswith("é")


def test_a_query_that_fails_leaves_the_file_as_it_was(filled: Path, tmp_path: Path) -> None:
    for form in ("csv", "parquet", "xlsx"):
        path = tmp_path / f"out.{form}"
        path.write_text("kept")
        done = asked(filled, "select error('no') from range(9)", "--to", str(path))
        assert isinstance(done.exception, LakeError)
        assert path.read_text() == "kept"
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {"out.csv", "out.parquet", "out.xlsx"}


def test_a_link_stays_one_and_its_file_is_written(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "out.csv").touch()
    (tmp_path / "out.csv").symlink_to(tmp_path / "real" / "out.csv")
    said(filled, "select 1 as one", "--to", str(tmp_path / "out.csv"))
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "real" / "out.csv").read_text() == "one\n1\n"


def test_parquet_keeps_sums_whole_and_names_apart(filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    said(filled, "select sum(9007199254740993) as s, 1 as s", "--to", str(path))
    assert pq.read_table(path).to_pylist() == [{"s": 9007199254740993, "s_1": 1}]
    refused = asked(filled, "select sum(9223372036854775807) as s from range(2)", "--to", str(path)).exception
    assert "Parquet cannot hold this result" in str(refused)


def test_a_workbook_has_a_sheet_for_each_answer_and_no_number_loses_a_figure(filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    said(filled, "select 1234567890123456789 as snapshot, 2 as n; select date '1850-01-01' as d", "--to", str(path))
    assert "1234567890123456789</t>" in cells(path)
    assert "<v>2</v>" in cells(path)
    assert "1850-01-01</t>" in cells(path, 2)
    refused = asked(filled, "select repeat('x', 40000) as t", "--to", str(path)).exception
    assert "A sheet of xlsx holds 32767 letters in a cell" in str(refused)


def test_without_the_library_the_extra_is_named(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    refused = asked(filled, "select 1", "--to", str(tmp_path / "x.xlsx")).exception
    assert "pip install 'racing-lakehouse[excel]'" in str(refused)


def test_long_answers_go_through_the_pager_on_a_terminal_only(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paged: list[str] = []
    monkeypatch.setattr(click, "echo_via_pager", lambda lines: paged.extend(lines))
    said(filled, "select range as n from range(500)")
    assert paged == []
    monkeypatch.setattr("lake.cli.text_output.on_terminal", lambda: True)
    assert said(filled, "select range as n from range(5)").split() == ["n", "0", "1", "2", "3", "4"]
    assert said(filled, "select range as n from range(500)") == ""
    assert len(paged) == 501


def test_the_past_is_a_run_or_a_time_and_tables_that_are_newer_are_left_out(tmp_path: Path) -> None:
    run = "20250501T060000000000Z"
    write_run(tmp_path, run, 7)
    write_run(tmp_path, "20250502T060000000000Z", 8)
    write_run(tmp_path, "20250502T060000000000Z", 0, name="newer")
    assert said(tmp_path, "select distinct n from t", "--as-of", run, "--output", "csv") == "n\n7\n"
    refused = str(asked(tmp_path, "from newer", "--as-of", run).exception)
    assert f"No state of newer is known to rest on run {run}" in refused
    assert "had no snapshot at" in str(asked(tmp_path, "from t", "--as-of", "2020-01-01").exception)
