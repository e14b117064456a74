"""Lines of every kind become rows, or say why not; none is lost and none spoils the next."""

from __future__ import annotations

import io

import pytest

from extract.importing import lines
from extract.importing.header import Header
from extract.importing.lines import Row, read_rows
from tests.unit.importing.support import ROW, SECOND, TODAY, text

HEADER = "date,race_id,horse,pos,jockey,age,owner,comment"
GOOD = "2025-11-11,1,A Horse (GB),1,A Jockey,4,An Owner,Led"


def read(data: bytes, encoding: str = "utf-8") -> list[Row]:
    """The rows of a file; cells that were put together fit when the age is a number."""
    place = {"age": -1}

    def fits(cells: list[str]) -> bool:
        return cells[place["age"]].isdecimal()

    rows = []
    for item in read_rows(io.BytesIO(data), encoding, fits):
        if isinstance(item, Header):
            place["age"] = item.at["age"]
        else:
            rows.append(item)
    return rows


def one(line: str) -> Row:
    (row,) = read(f"{HEADER}\n{line}\n".encode())
    return row


def reasons(rows: list[Row]) -> list[str | None]:
    return [row.dirt.reason if row.dirt else None for row in rows]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_are_passed_over(end: str, mark: bytes) -> None:
    rows = read(mark + end.join([HEADER, GOOD, "", ",,,,,,,", GOOD]).encode())
    assert [row.cells for row in rows] == [GOOD.split(",")] * 2
    assert [row.line for row in rows] == [2, 5]


def test_quoted_values_hold_commas_quotes_and_line_ends() -> None:
    quoted = '2025-11-11,1,"A Horse (GB)",1,"Jockey, A",4,"The ""Owners""","Led,\nheld on"'
    rows = read(f"{HEADER}\n{quoted}\n{GOOD}\n".encode())
    assert rows[0].cells[4:] == ["Jockey, A", "4", 'The "Owners"', "Led,\nheld on"]
    assert rows[1].cells == GOOD.split(",")
    assert rows[1].line == 4


def test_a_quote_that_does_not_close_is_a_letter_and_swallows_nothing() -> None:
    rows = read(f'{HEADER}\n{GOOD} 5" of rain\n{GOOD}\n'.encode())
    assert [row.cells[-1] for row in rows] == ['Led 5" of rain', "Led"]


def test_two_lines_with_a_stray_quote_each_are_two_rows() -> None:
    spoiled = GOOD.replace("2025-11-11", '"')
    assert len(read(f"{HEADER}\n{spoiled}\n{spoiled}\n{GOOD}\n".encode())) == 3


def test_commas_within_a_text_are_put_together_where_one_way_makes_a_row() -> None:
    row = one("2025-11-11,1,A Horse (GB),1,Jockey,The Elder,4,An Owner,Led")
    assert row.cells[4] == "Jockey,The Elder"
    assert row.is_mended


def test_a_piece_that_begins_with_a_blank_belongs_to_the_one_before() -> None:
    row = one("2025-11-11,1,A Horse (GB),1,A Jockey,4,Owners, The,Led, headed, held on")
    assert row.cells[6:] == ["Owners, The", "Led, headed, held on"]


def test_commas_that_two_texts_could_have_meant_are_not_guessed_at() -> None:
    row = one("2025-11-11,1,A Horse (GB),1,A Jockey,4,An Owner,And Son,Led")
    assert reasons([row]) == ["stray commas"]
    assert row.raw.endswith("An Owner,And Son,Led")


def test_a_number_between_two_commas_is_no_part_of_a_text() -> None:
    """Otherwise 1,2 where a position belongs would shift every column behind it up to the next name."""
    assert reasons([one("2025-11-11,1,A Horse (GB),1,A Jockey,4,5,An Owner,Led")]) == ["stray commas"]


def test_commas_at_the_end_with_nothing_behind_are_nothing() -> None:
    assert one(f"{GOOD},, ,").cells == GOOD.split(",")


def test_a_cut_line_is_told_and_the_next_is_read() -> None:
    rows = read(f"{HEADER}\n{GOOD[:30]}\n{GOOD}\n".encode())
    assert reasons(rows) == ["too few columns", None]


def test_another_encoding_is_told_by_line_and_never_guessed() -> None:
    data = f"{HEADER}\n{GOOD}\n{GOOD.replace('Jockey', 'Agnès')}\n{GOOD}\n".encode("latin-1")
    rows = read(data)
    assert reasons(rows) == [None, "not the encoding", None]
    assert "give --encoding" in str(rows[1].dirt)
    assert [row.cells[4] for row in read(data, "latin-1")] == ["A Jockey", "A Agnès", "A Jockey"]


def test_lines_of_a_file_without_a_usable_header_are_all_accounted_for() -> None:
    rows = read(b"some,notes\nof mine\nand more\n")
    assert reasons(rows) == ["no usable header"] * 2
    assert [row.raw for row in rows] == ["of mine", "and more"]


def test_a_file_of_nothing_or_of_its_header_has_no_rows() -> None:
    assert read(b"") == []
    assert read(f"{HEADER}\n\n".encode()) == []


def test_a_line_without_end_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 200)
    rows = read(f"{HEADER}\n{'x' * 5000}\n{GOOD}\n".encode())
    assert reasons(rows) == ["unusable text", None]
    assert len(rows[0].raw) < 1000


def test_the_support_rows_are_rows() -> None:
    assert TODAY.isoformat() > ROW["date"]
    assert len(text(ROW, SECOND).splitlines()) == 3
