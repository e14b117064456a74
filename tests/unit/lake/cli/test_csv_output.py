"""CSV for spreadsheets: nothing in it runs."""

from __future__ import annotations

import pytest

from lake.cli.csv_output import write_csv


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-", "-cmd", "@sum(a1)", "\tx", "\rx"])
def test_a_text_like_a_formula_is_marked(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(["remark"], [[text]], as_is=False)
    assert "'" + text in capsys.readouterr().out
    write_csv(["remark"], [[text]], as_is=True)
    assert "'" not in capsys.readouterr().out


def test_numbers_names_and_nothing_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(["a", "b", "c", "d"], [[-3.5, "-3.5", "D'Artagnel's Folly", None]], as_is=False)
    assert capsys.readouterr().out == "a,b,c,d\n-3.5,-3.5,D'Artagnel's Folly,\n"
