"""Files, folders, globs and archives: which are read, in which order, and what is said of those that cannot be."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.errors import UsageError
from extract.importing.country import named_by
from extract.importing.importer import find
from tests.unit.importing.support import FILE_TIME, ROW, SECOND, aside, import_, staged, text, write


def ids(staging: Path) -> list[object]:
    return [row["horse_id"] for row in staged(staging)]


@pytest.mark.parametrize("how", ["file", "folder", "glob"])
def test_a_file_a_folder_and_a_glob(tmp_path: Path, how: str) -> None:
    path = write(tmp_path / "data" / "gb" / "2025_11_11.csv", text(ROW, SECOND))
    write(tmp_path / "data" / ".hidden" / "x.csv", "nonsense")
    write(tmp_path / "data" / "notes.txt", "nonsense")
    meant = {"file": path, "folder": tmp_path / "data", "glob": tmp_path / "data" / "*" / "*.csv"}[how]
    outcome = import_(tmp_path / "staging", meant)
    assert ids(tmp_path / "staging") == [70001, 70002]
    assert outcome.tally.files == 1
    assert [Path(name).name for name in outcome.tally.passed_over] == (["notes.txt"] if how == "folder" else [])


def test_gzip_and_zip_are_unpacked(tmp_path: Path) -> None:
    write(tmp_path / "a" / "one.csv.gz", gzip.compress(text(ROW).encode()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("inner/two.csv", (2025, 11, 12, 6, 0, 0)), text(SECOND))
        archive.writestr("__MACOSX/._two.csv", b"\x00")
    write(tmp_path / "a" / "two.zip", packed.getvalue())
    import_(tmp_path / "staging", tmp_path / "a")
    rows = staged(tmp_path / "staging")
    assert [row["horse_id"] for row in rows] == [70001, 70002]
    assert rows[0]["fetched_at"] == "2025-11-20 06:00:00.000000"
    assert rows[1]["fetched_at"] == "2025-11-12 06:00:00.000000"


def test_parquet_as_pandas_and_glue_leave_it(tmp_path: Path) -> None:
    """Numbers as doubles, text of what was missing, dates as timestamps, and columns that only the folders name."""
    cells = {name: [row[name] for row in (ROW, SECOND)] for name in ROW}
    table: dict[str, object] = cells | {
        "date": [datetime(2025, 11, 11)] * 2, "draw": [2.0, None], "or": [79.0, float("nan")], "ran": [2, 2],
        "pattern": ["nan", "None"], "dec": [Decimal("4.5"), None], "horse_cleaned": ["x", "y"], "sp": [None, None],
    }  # fmt: skip
    del table["region"]
    place = tmp_path / "t" / "country=gb" / "part.snappy.parquet"
    place.parent.mkdir(parents=True)
    pq.write_table(pa.table(table), place)
    write(place, place.read_bytes())
    outcome = import_(tmp_path / "staging", tmp_path / "t")
    first, second = staged(tmp_path / "staging")
    assert (first["country"], first["race_date"], first["draw"], first["official_rating"]) == (
        "gb",
        "2025-11-11",
        2,
        79,
    )
    assert (second["draw"], second["official_rating"], second["pattern"]) == (None, None, None)
    assert first["sp_decimal"] == "4.5"
    assert outcome.tally.unknown_columns == {}


def test_files_count_in_the_order_of_their_own_time(tmp_path: Path) -> None:
    write(tmp_path / "a" / "z.csv", text(ROW | {"rpr": "1"}, SECOND), FILE_TIME - timedelta(days=2))
    write(tmp_path / "a" / "a.csv", text(ROW | {"rpr": "2"}, SECOND), FILE_TIME - timedelta(days=1))
    write(tmp_path / "a" / "b.csv", text(ROW | {"rpr": "–", "going": "Soft"}))
    outcome = import_(tmp_path / "other", tmp_path / "a")
    first, second = staged(tmp_path / "other")
    assert (first["rpr"], first["going"]) == (2, "Soft")  # the last row counts, and what it lacks is known
    assert second["rpr"] == 85
    assert outcome.tally.total("duplicate") == 3


def test_a_file_that_two_paths_mean_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a" / "x.csv", text(ROW, SECOND))
    sources, _ = find([str(path), str(tmp_path / "a")])
    assert [source.name for source in sources] == [str(path)]


@pytest.mark.parametrize(
    ("path", "country"),
    [
        ("data/dates/gb/2025_11_11.csv", "gb"),
        ("data/region/ire/flat/2024.csv", "ire"),
        ("exports/fr_2024.csv", "fr"),
        ("t/country=usa/date=2025-11-11/part.parquet", "usa"),
        ("results/2025.csv", None),
        ("gb/old/more/2025.csv", None),
    ],
)
def test_a_country_is_told_by_the_folders_near_a_file(path: str, country: str | None) -> None:
    assert named_by(path) == country


def test_a_country_that_nothing_tells_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "a" / "x.csv", text(ROW | {"region": ""}, SECOND | {"region": "", "course": "Garstone (IRE)"}))
    outcome = import_(tmp_path / "one", tmp_path / "a")
    assert outcome.tally.set_aside == {"no country": 1}
    assert "give --country" in aside(tmp_path / "one")[0]
    outcome = import_(tmp_path / "two", tmp_path / "a", country="gb")
    assert outcome.tally.set_aside["race on two dates"] == 1  # one race in two countries
    with pytest.raises(UsageError, match="is not a country code"):
        import_(tmp_path / "three", tmp_path / "a", country="atlantis")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.csv.gz", gzip.compress(text(ROW).encode())[:-20], "cut.csv.gz"),
        ("no.zip", b"PK nothing", "no.zip"),
        ("no.parquet", b"PAR1 nothing", "no whole Parquet file"),
    ],
)
def test_a_damaged_file_ends_the_import_with_its_name_and_nothing_is_staged(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    write(tmp_path / "a" / name, content)
    write(tmp_path / "a" / "good.csv", text(ROW))
    with pytest.raises(UsageError, match=said) as told:
        import_(tmp_path / "staging", tmp_path / "a")
    assert str(told.value).endswith("or leave it out.")
    assert not list(tmp_path.glob("staging/*/*"))


def test_a_folder_that_cannot_be_read_and_a_link_to_nothing_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a" / "x.csv", text(ROW))
    (tmp_path / "a" / "again").symlink_to(tmp_path / "a")
    sources, _ = find([str(tmp_path / "a")])
    assert [Path(source.name).name for source in sources] == ["x.csv"]
    (tmp_path / "a" / "lost.csv").symlink_to(tmp_path / "nothing")
    with pytest.raises(UsageError, match=r"lost\.csv: No such file"):
        find([str(tmp_path / "a")])

    def scandir(path: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.scandir", scandir)
    with pytest.raises(UsageError, match="a: Permission denied"):
        find([str(tmp_path / "a")])


@pytest.mark.parametrize("path", ["nowhere", "nowhere/*.csv", "s3://", "glue://database"])
def test_a_path_that_means_nothing_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(UsageError):
        import_(tmp_path / "staging", path if "://" in path else tmp_path / path)


def test_a_time_that_cannot_be_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", text(ROW), datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(UsageError, match="in the future"):
        import_(tmp_path / "staging", path)
    with pytest.raises(UsageError, match="before the last race"):
        import_(tmp_path / "staging", path, scraped_at=datetime(2025, 11, 10, tzinfo=UTC))
    import_(tmp_path / "staging", path, scraped_at=datetime(2025, 11, 13, tzinfo=UTC))
    assert {row["scraped_at"] for row in staged(tmp_path / "staging")} == {"2025-11-13 00:00:00.000000"}
    assert date(2025, 11, 11).isoformat() in {row["race_date"] for row in staged(tmp_path / "staging")}
