"""The page: everything on it is there as text, in a document that a browser, a reader and a printer can do with."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup

from lake.report import charts
from lake.report.page import Cell, Page, Section, Table, render, text_of

HOSTILE = "<script>alert('Ann')</script>\"&"
AT = datetime(2025, 11, 19, 7, tzinfo=UTC)


def page(**changes: object) -> Page:
    values: dict[str, object] = {"made_at": AT, "verdict": "3 rows, 0 duplicates", "state": "fine"}
    return Page(**(values | changes))  # type: ignore[arg-type]


def parsed(shown: Page) -> BeautifulSoup:
    return BeautifulSoup(render(shown), "html.parser")


def test_what_comes_from_data_is_shown_as_text_wherever_it_stands() -> None:
    table = Table("t", HOSTILE, (HOSTILE,), [[HOSTILE], [Cell(HOSTILE, "bad", is_code=True)]])
    drawn = charts.lines("c", HOSTILE, HOSTILE, [(1, 50.0, HOSTILE), (2, 60.0, HOSTILE)], HOSTILE, "y")
    drawn += charts.bars("b", HOSTILE, HOSTILE, [(HOSTILE, 5, HOSTILE)], "x", "y")
    assert len(drawn) == 2
    shown = parsed(
        page(verdict=HOSTILE, state=HOSTILE, problems=(HOSTILE,), alarms=(HOSTILE,),
             sections=(Section("s", HOSTILE, (HOSTILE,), tuple(drawn), (table,)),))
    )  # fmt: skip
    assert shown.find_all("script") == []
    assert [cell.text for cell in shown.select("#t th[scope=row]")] == [HOSTILE, HOSTILE]
    assert shown.select_one("h1").text == shown.title.text == HOSTILE  # type: ignore[union-attr]
    assert {tag.text for tag in shown.select(".problems li, .alarms li, h2, caption, section > p")} == {HOSTILE}
    assert [image["aria-label"] for image in shown.select("[role=img]")] == [f"{HOSTILE}. {HOSTILE}"] * 2


def test_the_document_is_one_that_anyone_can_use() -> None:
    table = Table("t", "Rows", ("Day", "Rows"), [["a", 1_234], ["b", None]], more=5)
    folded = Table("f", "More rows", ("Day",), [], is_folded=True)
    html = render(page(sections=(Section("s", "Days", (), (), (table, folded)),)))
    shown = BeautifulSoup(html, "html.parser")
    assert shown.html["lang"] == "en"  # type: ignore[index]
    assert [tag.name for tag in shown.select("h1, h2")] == ["h1", "h2"]
    assert len(shown.select("main")) == 1
    assert shown.select_one("a.skip")["href"] == "#main"  # type: ignore[index]
    assert {head["scope"] for head in shown.select("th")} == {"col", "row"}
    assert [cell.text for cell in shown.select("#t td")] == ["1,234", "?"]
    assert "number" in shown.select("#t td")[1]["class"]
    assert shown.select_one(".more").text == "… and 5 more."  # type: ignore[union-attr]
    assert shown.select_one("details #f td").text == "None."  # type: ignore[union-attr]
    for box in shown.select(".box"):
        assert box["tabindex"] == "0"
        assert shown.find(id=box["aria-labelledby"]) is not None
    for part in ("prefers-color-scheme: dark", "@media print", "default-src 'none'"):
        assert part in html
    assert "http" not in html.replace("http-equiv", "").replace("http://www.w3.org", "")
    assert shown.find_all("script") == []


def test_two_charts_share_no_id_and_readers_are_told_in_words() -> None:
    points = [(1, 10.0, "gb"), (2, 20.0, "gb"), (1, 5.0, "fr")]
    drawn = (*charts.lines("a", "A", "a", points, "x", "y"), *charts.lines("b", "B", "b", points, "x", "y"))
    shown = parsed(page(sections=(Section("s", "S", (), drawn),)))
    ids = [tag["id"] for tag in shown.select("[id]")]
    assert len(ids) == len(set(ids))
    assert [svg["aria-hidden"] for svg in shown.select("svg")] == ["true", "true"]


def test_without_what_draws_the_numbers_stand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "find_spec", lambda name: None)
    assert charts.lines("a", "A", "a", [(1, 1.0, "gb")], "x", "y") == []
    assert charts.bars("a", "A", "a", [("r", 1.0, "new")], "x", "y") == []
    monkeypatch.undo()
    assert charts.lines("a", "A", "a", [], "x", "y") == []


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "?"), (0, "0"), (1_234_567, "1,234,567"), (12.345, "12.3"), ("x", "x"), (Cell("y"), "y"),
     (date(2025, 1, 2), "2025-01-02"), (datetime(2025, 1, 2, 3, 4, 5), "2025-01-02 03:04")],
)  # fmt: skip
def test_values_are_written_one_way(value: object, text: str) -> None:
    assert text_of(value) == text  # type: ignore[arg-type]
