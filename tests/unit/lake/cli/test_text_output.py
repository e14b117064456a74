"""Text output: whatever the screen, no column, no id and no letter is lost."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from decimal import Decimal

import pytest

from lake.cli.file_output import write_csv
from lake.cli.text_output import show

NAMES = ["race_id", "horse", "rpr"]
ROWS = [[901234567, "Tin Lantern (IRE)", 71], [901234568, "Oat Fiddle [slowly away]", None]]
Printed = Callable[..., str]


class Screen(io.TextIOWrapper):
    """A stdout of some encoding that is a terminal or is not."""

    def __init__(self, encoding: str, terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Printed:
    def run(
        names: list[str],
        rows: list[list[object]],
        *,
        columns: int = 80,
        terminal: bool = False,
        encoding: str = "utf-8",
    ) -> str:
        screen = Screen(encoding, terminal)
        monkeypatch.setattr("sys.stdout", screen)
        monkeypatch.setattr("shutil.get_terminal_size", lambda *_: os.terminal_size((columns, 24)))
        show(names, rows)
        screen.flush()
        raw = screen.buffer
        assert isinstance(raw, io.BytesIO)
        return raw.getvalue().decode(encoding).replace("\x1b[1m", "").replace("\x1b[0m", "")

    return run


def test_a_table_lines_up_numbers_right_texts_left_and_keeps_brackets(printed: Printed) -> None:
    assert printed(NAMES, ROWS).splitlines() == [
        "  race_id  horse                     rpr",
        "901234567  Tin Lantern (IRE)          71",
        "901234568  Oat Fiddle [slowly away]",
    ]


@pytest.mark.parametrize("mark", ["[slowly away]", "[bold]x[/bold]", "[/]", ":horse:", "%s", "100%"])
def test_nothing_is_read_as_markup(printed: Printed, mark: str) -> None:
    assert mark in printed(["remark"], [[mark]])
    assert mark in printed([mark], [[1]])


def test_what_is_piped_has_every_column_of_a_row_in_one_line(printed: Printed) -> None:
    names = [f"column_{n}" for n in range(94)]
    lines = printed(names, [list(range(10**9, 10**9 + 94))] * 3).splitlines()
    assert [line.split() for line in lines] == [names, *[[str(10**9 + n) for n in range(94)]] * 3]


def test_a_screen_too_narrow_for_the_table_gets_a_field_a_line(printed: Printed) -> None:
    assert printed(NAMES, ROWS, columns=39, terminal=True).splitlines() == [
        "-- 1 of 2",
        "race_id  901234567",
        "horse    Tin Lantern (IRE)",
        "rpr      71",
        "-- 2 of 2",
        "race_id  901234568",
        "horse    Oat Fiddle [slowly away]",
        "rpr",
    ]
    assert len(printed(NAMES, ROWS, columns=40, terminal=True).splitlines()) == 3


def test_columns_of_one_name_are_all_there(printed: Printed) -> None:
    assert printed(["n", "n", "n"], [[1, 2, 3]]).split() == ["n", "n", "n", "1", "2", "3"]


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", r"1\xbel"), ("latin-1", "1¾l"), ("utf-8", "1¾l")])
def test_a_terminal_that_lacks_a_letter_shows_its_code_and_still_lines_up(
    printed: Printed, encoding: str, shown: str
) -> None:
    lines = printed(["behind", "horse"], [["1¾l", "Oat Fiddle"], ["nk", "Tin Lantern"]], encoding=encoding).splitlines()
    assert shown in lines[1]
    assert {line.index(name) for line, name in zip(lines, ["horse", "Oat", "Tin"], strict=True)} == {
        max(len(shown), 6) + 2
    }


@pytest.mark.parametrize(("text", "shown"), [("a\nb", r"a\nb"), ("a\tb", r"a\tb"), ("\x1b[2J", r"\x1b[2J")])
def test_a_control_character_is_shown_and_does_nothing(printed: Printed, text: str, shown: str) -> None:
    assert printed(["remark", "n"], [[text, 1]]).splitlines()[1].startswith(shown)


def test_kinds_of_values(printed: Printed) -> None:
    row = [True, None, Decimal("2.50"), [1, 2], {"a": "b"}, ""]
    assert printed(list("abcdef"), [row]).splitlines()[1] == "True     2.50  [1, 2]  {'a': 'b'}"


def test_no_rows_and_no_columns(printed: Printed) -> None:
    assert printed(["a", "b"], []) == "a  b\n"
    assert printed([], []) == ""


def test_text_costs_no_more_than_twice_what_csv_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"column_{n}" for n in range(94)]
    row: list[object] = [n if n % 3 else f"text of {n}" for n in range(94)]
    rows = [row] * 2000

    def cost(write: Callable[[], None]) -> float:
        took = []
        for _ in range(3):
            monkeypatch.setattr("sys.stdout", Screen("utf-8", terminal=False))
            started = time.process_time()
            write()
            took.append(time.process_time() - started)
        return min(took)

    assert cost(lambda: show(names, rows)) <= 2 * cost(lambda: write_csv(names, rows, as_is=False))
