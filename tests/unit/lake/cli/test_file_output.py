"""CSV for spreadsheets: nothing in it runs. JSON: nothing of it is lost."""

from __future__ import annotations

import io
import json

import pytest

from lake.cli.file_output import write_csv, write_json


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-", "-cmd", "@sum(a1)", "\tx", "\rx"])
def test_a_text_like_a_formula_is_marked(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(["remark"], [[text]], as_is=False)
    assert "'" + text in capsys.readouterr().out
    write_csv(["remark"], [[text]], as_is=True)
    assert "'" not in capsys.readouterr().out


def test_numbers_names_and_nothing_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(["a", "b", "c", "d"], [[-3.5, "-3.5", "D'Artagnel's Folly", None]], as_is=False)
    assert capsys.readouterr().out == "a,b,c,d\n-3.5,-3.5,D'Artagnel's Folly,\n"


def test_csv_is_utf_8_whatever_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    monkeypatch.setattr("sys.stdout", screen)
    write_csv(["behind"], [["1¾"]], as_is=False)
    screen.flush()
    assert isinstance(screen.buffer, io.BytesIO)
    assert screen.buffer.getvalue().decode() == "behind\n1¾\n"


def test_columns_of_one_name_are_all_in_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    write_json(["n", "n", "n_1", "n"], [[1, 2, 3, 4]])
    assert json.loads(capsys.readouterr().out) == [{"n": 1, "n_2": 2, "n_1": 3, "n_3": 4}]
