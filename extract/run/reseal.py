"""A run whose staged files were mended by hand is made whole again: checksums, hashes and counts say what is there.

This is the one place that puts a staged file in the place of another, and only when asked by name. The files of a run
are written in the order results, races, slices: killed on the way, the run stays refused, and is resealed again.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from extract.contract import RACES, RESULTS, SLICES, Column, Record, names
from extract.errors import StagingError
from extract.parse.content import content_hash
from extract.parse.facts import facts_hash
from extract.stage import layout
from extract.stage.dialect import encode
from extract.stage.figures import STATUSES
from extract.stage.layout import Run
from extract.stage.manifest import run_of
from extract.stage.seal import sealed
from extract.stage.storage import Storage
from extract.stage.values import BadValue, value_of

DOUBLES = tuple(column.name for column in RESULTS if column.type == "double")
AGAIN = "Mend it as well, or put it back from a backup, and say extract reseal again."


@dataclass(slots=True)
class Mended:
    """What a reseal comes to: the files to put in place, in order, and what changed in each results file."""

    run_id: str
    files: dict[str, bytes] = field(default_factory=dict)
    changes: dict[str, str] = field(default_factory=dict)
    """In words, by the name of the results file."""


def read_mended(storage: Storage, run_id: str) -> Mended:
    """Work out what a run's files have to say after a change by hand; nothing is written.

    Files saved by a spreadsheet are understood: another order of columns, CRLF, a byte order mark, unquoted values. The
    rows themselves are taken as they are: what they say is the user's, that they fit the contract is checked.

    Raises:
        UsageError: it is not a run id.
        StagingError: a file is missing, or a value fits none of its column's type; the message has file and line.
    """
    run = run_of(run_id)
    slices = _rows(storage, layout.slices_path(run), SLICES)
    races = _rows(storage, layout.races_path(run), RACES)
    mended = Mended(run.run_id)
    staged: dict[tuple[Any, Any, Any], list[Record]] = defaultdict(list)
    for row in slices:
        path = layout.results_path(run, str(row["country"]), str(row["race_date"]))
        if row["results_file"] not in (None, path):
            raise StagingError(f"{layout.slices_path(run)} names {row['results_file']} where {path} belongs. {AGAIN}")
        if row["results_file"] is None:
            continue
        rows = [_rehashed(result) for result in _rows(storage, path, RESULTS)]
        _check_own(run, row, rows, path)
        for result, _ in rows:
            staged[row["country"], row["race_date"], result["race_id"]].append(result)
        data = encode(RESULTS, [result for result, _ in rows])
        mended.files[path] = data
        changed, before = sum(is_changed for _, is_changed in rows), row["rows_staged"]
        mended.changes[path] = f"{changed} of {len(rows)} rows have other facts; {before} rows were staged"
        row |= {"results_sha256": sha256(data).hexdigest(), "rows_staged": len(rows)}
        row |= {
            f"rows_with_{name}": sum(result[name] is not None for result, _ in rows) for name in ("rpr", "topspeed")
        }
    _recount(races, staged, layout.races_path(run))
    statuses = Counter((race["country"], race["race_date"], race["status"]) for race in races)
    for row in slices:
        row |= {f"races_{name}": statuses[row["country"], row["race_date"], name] for name in STATUSES}
    mended.files[layout.races_path(run)] = encode(RACES, races)
    marker: Record = {
        "races_sha256": sha256(mended.files[layout.races_path(run)]).hexdigest(),
        "races_rows": len(races),
        "slices_sha256": None,
    }
    mended.files[layout.slices_path(run)] = encode(SLICES, sealed(SLICES, [row | marker for row in slices]))
    mended.files = {path: data for path, data in mended.files.items() if storage.read(path) != data}
    return mended


def reseal(storage: Storage, mended: Mended) -> None:
    """Put the files in place, the commit marker last; take the staging lock first.

    Raises:
        StagingError: a file cannot be written.
    """
    for path, data in mended.files.items():
        storage.replace(path, data)


def _rows(storage: Storage, path: str, columns: tuple[Column, ...]) -> list[Record]:
    """Read a file that another program may have saved, with the columns that it lacks as None."""
    try:
        lines = list(csv.reader(io.StringIO(storage.read(path).decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError as error:
        raise StagingError(f"{path} is not UTF-8 (at byte {error.start}). Save it as UTF-8, then reseal.") from error
    except csv.Error as error:
        raise StagingError(f"{path} is not valid CSV ({error}). {AGAIN}") from error
    header, by_name = (lines[0] if lines else []), {column.name: column for column in columns}
    known = names(columns)[: len(header)]
    if sorted(header) != sorted(known):
        odd = sorted(set(header) ^ set(known))
        raise StagingError(f"{path} does not have the columns it was staged with, see {', '.join(odd[:5])}. {AGAIN}")
    found = []
    for number, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(header):
            raise StagingError(f"{path} has {len(cells)} of {len(header)} values in row {number}. {AGAIN}")
        try:
            values = {name: value_of(by_name[name], cell) for name, cell in zip(header, cells, strict=True)}
        except BadValue as error:
            raise StagingError(f"{path} is wrong in row {number}: {error}. {AGAIN}") from error
        found.append(dict.fromkeys(names(columns)) | values)
    return found


def _rehashed(row: Record) -> tuple[Record, bool]:
    """Return the row with the hash of its facts, and whether they are others than were staged.

    A spreadsheet writes 12.0 as 12: numbers are tried in both spellings before a row counts as changed.
    """
    floats: Record = {
        c.name: float(str(row[c.name])) for c in RESULTS if c.type == "double" and row[c.name] is not None
    }
    for spelling in (row, row | floats):
        if facts_hash(spelling) == row["facts_hash"]:
            return spelling, False
    return row | floats | {"facts_hash": facts_hash(row | floats)}, True


def _check_own(run: Run, slice_row: Record, rows: list[tuple[Record, bool]], path: str) -> None:
    own = {"run_id": run.run_id, "country": slice_row["country"], "race_date": slice_row["race_date"]}
    for number, (row, _) in enumerate(rows, start=2):
        for name, value in own.items():
            if row[name] != value:
                raise StagingError(f"{path} has {name} {row[name]} in row {number}, where {value} belongs. {AGAIN}")
    keys = Counter((row["race_id"], row["horse_id"]) for row, _ in rows)
    (race_id, horse_id), most = max(keys.items(), key=lambda item: item[1], default=((None, None), 0))
    if most > 1:
        raise StagingError(f"{path} has horse {horse_id} of race {race_id} {most} times. {AGAIN}")
    if any(None in key for key in keys):
        raise StagingError(f"{path} has a row without race_id or horse_id. {AGAIN}")


def _recount(races: list[Record], staged: dict[tuple[Any, Any, Any], list[Record]], path: str) -> None:
    """Let each race count its rows, and see that every row has a race which says that there is a result."""
    for race in races:
        rows = staged.pop((race["country"], race["race_date"], race["race_id"]), [])
        if bool(rows) != (race["status"] == "result"):
            raise StagingError(
                f"{path} says {race['status']} of race {race['race_id']}, which has {len(rows)} rows. {AGAIN}"
            )
        race |= {"rows_staged": len(rows), "content_hash": content_hash(rows)}
    if staged:
        raise StagingError(f"{path} does not list race {next(iter(staged))[2]}, which has rows. {AGAIN}")
