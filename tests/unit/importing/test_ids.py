"""Ids that files of others lack, from an export of the lake: only where one horse fits."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.errors import UsageError
from extract.importing.known_ids import KnownIds
from tests.rpscrape_files import CLASSIC
from tests.unit.importing.support import ROW, SECOND, aside, import_, record, staged, text, write

HORSES = (
    "horse_id,horse,horse_country,sire,dam,foaled_year\n"
    "70001,Plain Lantern,IRE,Quarry,Mallow,2021\n70002,Second Lantern,GB,Quarry,Mallow,2021\n"
)
COURSES = "course_id,course,country\n90007,Garstone,gb\n90008,Garstone,ire\n"


def test_a_classic_export_gets_the_ids_of_horses_and_courses(tmp_path: Path) -> None:
    write(tmp_path / "gb" / "2025.csv", text(ROW, SECOND, columns=CLASSIC))
    horses, courses = write(tmp_path / "horses.csv", HORSES), write(tmp_path / "courses.csv", COURSES)
    outcome = import_(tmp_path / "staging", tmp_path / "gb", ids_from=(str(horses), str(courses)))
    assert [(row["horse_id"], row["course_id"]) for row in staged(tmp_path / "staging")] == [
        (70001, 90007),
        (70002, 90007),
    ]
    assert outcome.tally.dirt == 0


def test_without_them_every_row_is_set_aside(tmp_path: Path) -> None:
    write(tmp_path / "gb" / "2025.csv", text(ROW, SECOND, columns=CLASSIC))
    outcome = import_(tmp_path / "staging", tmp_path / "gb")
    assert outcome.tally.set_aside == {"no horse_id": 2}
    assert "Plain Lantern of race 4001" in aside(tmp_path / "staging")[0]


@pytest.mark.parametrize(
    "changes",
    [{"horse": "Plain Lantern (FR)"}, {"dam": "Another (FR)"}, {"sire": ""}, {"horse": "Plain Lantern"}],
)  # fmt: skip
def test_another_horse_is_not_taken_for_it(tmp_path: Path, changes: dict[str, str]) -> None:
    write(tmp_path / "a.csv", text(ROW | {"horse_id": ""} | changes))
    horses = write(tmp_path / "horses.csv", HORSES)
    outcome = import_(tmp_path / "staging", tmp_path / "a.csv", ids_from=(str(horses),))
    assert outcome.tally.set_aside == {"no horse_id": 1}


def test_case_blanks_and_apostrophes_make_no_other_horse(tmp_path: Path) -> None:
    known = KnownIds()
    known.read(str(write(tmp_path / "horses.csv", HORSES.replace("Plain Lantern", "Plain O'Lantern"))))
    assert record(ids=known, horse_id="", horse="PLAIN  OLantern (IRE)")["horse_id"] == 70001


def test_where_two_horses_fit_none_does(tmp_path: Path) -> None:
    horses = write(tmp_path / "horses.csv", HORSES + "70009,Plain Lantern,IRE,Quarry,Mallow,2003\n")
    write(tmp_path / "a.csv", text(ROW | {"horse_id": ""}))
    outcome = import_(tmp_path / "staging", tmp_path / "a.csv", ids_from=(str(horses),))
    assert outcome.tally.set_aside == {"horse_id ambiguous": 1}


def test_an_id_that_the_file_has_is_kept(tmp_path: Path) -> None:
    known = KnownIds()
    known.read(str(write(tmp_path / "horses.csv", HORSES)))
    assert record(ids=known, horse_id="5")["horse_id"] == 5


def test_parquet_and_rows_with_suffixes_serve_as_well(tmp_path: Path) -> None:
    pq.write_table(
        pa.table(
            {"horse_id": [70001], "horse": ["Plain Lantern (IRE)"], "sire": ["Quarry (GB)"], "dam": ["Mallow (FR)"]}
        ),
        tmp_path / "horses.parquet",
    )
    known = KnownIds()
    known.read(str(tmp_path / "horses.parquet"))
    assert record(ids=known, horse_id="")["horse_id"] == 70001


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "horse_id,horse,sire,dam\nx,A,B,C\n", "\x00\xff"])
def test_an_export_that_says_nothing_is_refused(tmp_path: Path, content: str) -> None:
    path = write(tmp_path / "ids.csv", content)
    with pytest.raises(UsageError, match=r"--ids-from .*: lake query"):
        KnownIds().read(str(path))
    with pytest.raises(UsageError, match="cannot be read"):
        KnownIds().read(str(tmp_path / "nowhere.csv"))
