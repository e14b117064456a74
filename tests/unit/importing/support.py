"""A row of an invented race, files made of such rows, and what an import stages of them."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from extract.contract import RESULTS, Record
from extract.importing.convert import Converter
from extract.importing.country import Place
from extract.importing.header import read_header
from extract.importing.importer import Asked, Outcome, import_files
from extract.importing.known_ids import KnownIds
from extract.stage.dialect import decode
from extract.stage.manifest import committed_runs, read_races, read_slices
from extract.stage.storage import open_storage
from tests.rpscrape_files import COLUMNS

NOW = datetime(2025, 12, 1, 12, tzinfo=UTC)
TODAY = date(2025, 12, 1)
FILE_TIME = datetime(2025, 11, 20, 6, tzinfo=UTC)
ROW = {
    "date": "2025-11-11", "region": "GB", "course_id": "90007", "course": "Garstone", "race_id": "4001",
    "off": "13:20", "race_name": "Invented Handicap", "type": "Flat", "class": "Class 4", "pattern": "",
    "rating_band": "0-80", "age_band": "3yo+", "sex_rest": "", "dist": "1m½f", "dist_f": "8.5f", "dist_m": "1710",
    "dist_y": "1870", "going": "Good", "surface": "Turf", "ran": "2", "num": "3", "pos": "1", "draw": "2",
    "ovr_btn": "0", "btn": "0", "horse_id": "70001", "horse": "Plain Lantern (IRE)", "age": "4", "sex": "G",
    "wgt": "9-7", "lbs": "133", "hg": "", "time": "1:42.50", "secs": "102.5", "sp": "7/2F", "dec": "4.50",
    "jockey_id": "801", "jockey": "Ada Moxmere", "trainer_id": "901", "trainer": "Hal Duncombe", "prize": "5446.50",
    "or": "79", "rpr": "85", "ts": "70", "sire_id": "601", "sire": "Quarry (GB)", "dam_id": "602",
    "dam": "Mallow (FR)", "damsire_id": "603", "damsire": "Zephyr", "owner_id": "701", "owner": "The Partnership",
    "silk_url": "https://images.invalid/silks/1.svg", "comment": "Led - held on(op 4/1)",
}  # fmt: skip
SECOND = ROW | {"pos": "2", "horse_id": "70002", "horse": "Second Lantern (GB)", "num": "4", "sp": "5/1", "ovr_btn": "1.5", "btn": "1.5", "secs": "102.75"}  # fmt: skip


def record(today: date = TODAY, place: Place | None = None, ids: KnownIds | None = None, **changes: str) -> Record:
    """What a row becomes, some of its cells changed."""
    cells = ROW | {name.rstrip("_"): value for name, value in changes.items()}
    header = read_header(list(cells))
    return Converter(header, place or Place(), today, ids or KnownIds()).record(list(cells.values()))


def text(*rows: dict[str, str], columns: list[str] | None = None) -> str:
    """The rows as a hand-joined file."""
    columns = columns or COLUMNS
    return "\n".join([",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows), ""])


def write(path: Path, content: str | bytes, when: datetime = FILE_TIME) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (when.timestamp(), when.timestamp()))
    return path


def import_(staging: Path | str, *paths: Path | str, now: datetime = NOW, **options: Any) -> Outcome:
    asked = Asked(tuple(map(str, paths)), **options)
    return import_files(open_storage(str(staging)), asked, now, "test", lambda *_: None)


def staged(staging: Path | str) -> list[Record]:
    """The runner rows of all committed runs, in order of run, race and horse."""
    storage = open_storage(str(staging))
    rows: list[Record] = []
    for run_id in committed_runs(storage):
        for row in read_slices(storage, run_id):
            rows += decode(RESULTS, storage.read(str(row["results_file"])))
    return rows


def races(staging: Path | str) -> list[Record]:
    storage = open_storage(str(staging))
    return [race for run_id in committed_runs(storage) for race in read_races(storage, run_id)]


def aside(staging: Path) -> list[str]:
    """The lines of the rows that were set aside."""
    return [line for path in sorted(staging.glob("set_aside/*.csv")) for line in path.read_text().splitlines()[1:]]
