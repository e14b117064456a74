"""Files as rpscrape writes them, made from the sample world: invented races in every column, and dirt that is counted.

    python -m tests.rpscrape_files FOLDER --rows 2570000 --dirt 0.01

The dirt is added beside clean rows, so that what is staged of a dirty set of files equals what is staged of a clean one.
"""

from __future__ import annotations

import argparse
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson

from extract.contract import Record
from extract.parse import parse_index_payload, parse_payload
from extract.source.sample import World

COUNTRIES = ("gb", "ire", "fr")
LAST = date(2025, 10, 26)
AS_OF = datetime(2025, 11, 20, 6, tzinfo=UTC)
COLUMNS = (
    "date region course_id course race_id off race_name type class pattern rating_band age_band sex_rest dist dist_f "
    "dist_m dist_y going surface ran num pos draw ovr_btn btn horse_id horse age sex wgt lbs hg time secs sp dec "
    "jockey_id jockey trainer_id trainer prize or rpr ts sire_id sire dam_id dam damsire_id damsire owner_id owner "
    "silk_url comment"
).split()
CLASSIC = (
    "date course race_id off race_name type class pattern rating_band age_band sex_rest dist going ran num pos draw "
    "ovr_btn btn horse age sex wgt hg time sp jockey trainer prize or rpr ts sire dam damsire owner comment"
).split()
"""The 37 columns of raceform exports: no ids but the race's."""
Cells = dict[str, str]


def rows_of(world: World, day: date, country: str, as_of: datetime = AS_OF) -> list[Record]:
    """The runner records of a slice as the parser makes them of the world's pages."""
    index = parse_index_payload(orjson.dumps(world.index(day, as_of)), day)
    rows: list[Record] = []
    for race in index.races:
        if race.country == country and race.status == "result":
            made = parse_payload(orjson.dumps(world.result(race.race_id, as_of)), race)
            rows += made.rows
    return rows


def as_cells(row: Record) -> Cells:
    """A record as rpscrape would have written it: no commas, no quotes, dashes for what does not apply."""
    finished = row["position"] is not None
    yards, lbs = int(row["distance_yards"] or 0), int(row["weight_lbs"] or 0)
    metric = row["country"] not in ("gb", "ire")
    seconds = row["finishing_time_secs"] if finished else None
    remark = _plain(row["comment"]).replace(",", " -")
    moves = f"({row['betting_movements']})" if row["betting_movements"] else ""
    off = str(row["off_time"] or "")
    price = "Evens" if row["sp_fractional"] == "1/1" else _text(row["sp_fractional"])
    euro = "€" if row["prize_currency"] == "EUR" else ""
    cells = {
        "date": row["race_date"], "region": str(row["country"]).upper(), "course": row["course"], "off": off,
        "race_name": _plain(row["race_name"]).replace(",", ""), "type": row["race_type"],
        "class": f"Class {row['race_class']}" if row["race_class"] else "", "sex_rest": row["sex_restriction"],
        "dist": row["distance"], "dist_f": f"{yards / 220:g}f" if yards else "",
        "dist_m": round(yards / 220 * 200) if metric else round(yards * 0.9144), "dist_y": yards,
        "num": f"{_text(row['saddlecloth_number'])}{_text(row['saddlecloth_letter'])}", "pos": row["outcome_code"],
        "ovr_btn": row["total_beaten_lengths"] if finished else "-", "btn": row["beaten_lengths"] if finished else "-",
        "horse": _suffixed(row, "horse"), "sire": _suffixed(row, "sire"), "dam": _suffixed(row, "dam"),
        "wgt": f"{lbs // 14}-{lbs % 14}", "lbs": lbs,
        "hg": _text(row["headgear"]) + ("1" if row["is_first_time_headgear"] else ""),
        "time": "-" if seconds is None else f"{int(float(seconds) // 60)}:{float(seconds) % 60:05.2f}",
        "secs": "-" if seconds is None else seconds, "sp": price + _text(row["favourite_mark"]), "dec": row["sp_decimal"],
        "prize": "" if row["prize"] is None else f"{euro}{row['prize']:g}" if row["prize"] == int(row["prize"]) else f"{euro}{row['prize']:.2f}",
        "or": row["official_rating"] or "–", "rpr": row["rpr"] or "–", "ts": row["topspeed"] or "–",
        "comment": remark + moves,
    }  # fmt: skip
    plain = {name: _plain(row[name]).replace(",", "") for name in ("jockey", "trainer", "owner", "damsire")}
    rest = {name: row[name] for name in COLUMNS if name not in cells and name not in plain}
    return {name: _text(value) for name, value in (cells | plain | rest).items()}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _plain(value: object) -> str:
    return _text(value).replace('"', "").replace("'", "")


def _suffixed(row: Record, name: str) -> str:
    return f"{row[name]} ({row[f'{name}_country']})" if row[name] else ""


def line(cells: Cells, columns: list[str] = COLUMNS) -> str:
    """A hand-joined line, without a quote anywhere."""
    return ",".join(cells[name] for name in columns)


@dataclass
class Written:
    """What was written, and what must come of it."""

    rows: int = 0
    clean: int = 0
    duplicates: int = 0
    mended: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)


class Spoiler:
    """Adds spoiled copies of clean rows, each for one reason."""

    def __init__(self, share: float, seed: int = 1) -> None:
        self._share, self._random = share, random.Random(seed)

    def around(self, clean: Cells, written: Written) -> tuple[list[bytes], list[bytes]]:
        """Lines to put before and behind a clean row."""
        if self._random.random() >= self._share:
            return [], []
        kind = self._random.randrange(14)
        if kind == 0:
            written.duplicates += 1
            return [], [line(clean).encode()]
        reason, spoiled = self._spoiled(clean, kind)
        written.set_aside[reason] += 1
        return [spoiled if isinstance(spoiled, bytes) else spoiled.encode()], []

    def _spoiled(self, clean: Cells, kind: int) -> tuple[str, str | bytes]:
        changes: dict[int, tuple[str, Cells]] = {
            1: ("no race_id", {"race_id": ""}),
            2: ("no horse_id", {"horse_id": ""}),
            3: ("no date", {"date": "2025-02-30"}),
            4: ("out of range", {"age": "99"}),
            5: ("not a number", {"lbs": "heavy"}),
            6: ("unknown code", {"pos": "XX"}),
            7: ("no position", {"pos": ""}),
            8: ("did not run", {"pos": "NR"}),
            9: ("two ids for one runner", {"horse_id": str(int(clean["horse_id"]) + 500_000_000)}),
            10: ("one id for two runners", {"horse": "Somebody Else (USA)"}),
        }
        if kind in changes:
            reason, change = changes[kind]
            return reason, line(clean | change)
        if kind == 11:
            return "too few columns", line(clean)[:60]
        if kind == 12:
            return "stray commas", line(clean | {"num": "1,2,3"})
        return "not the encoding", line(clean | {"jockey": "Rene"}).encode().replace(b"Rene", b"Ren\xe9")


def write(
    folder: Path,
    rows: int,
    dirt: float = 0.0,
    days: int = 14,
    seed: int = 7,
    last: date = LAST,
    as_of: datetime = AS_OF,
) -> Written:
    """Write about so many rows as `FOLDER/gb/2025_10_26.csv` and so on, backwards from a day; every file a day younger.

    Some days of the world are made, and copied over the years under other race ids.
    """
    world, spoiler, written = World(seed), Spoiler(dirt), Written()
    made = {
        (number, country): [as_cells(row) for row in rows_of(world, last - timedelta(days=number), country, as_of)]
        for number in range(days)
        for country in COUNTRIES
    }
    for country in COUNTRIES:
        (folder / country).mkdir(parents=True, exist_ok=True)
    copy = 0
    while written.clean < rows:
        for (number, country), cells in made.items():
            day = last - timedelta(days=number + days * copy)
            moved = [
                c | {"date": day.isoformat(), "race_id": str(int(c["race_id"]) + 10_000_000 * copy)} for c in cells
            ]
            _write_day(folder / country / f"{day:%Y_%m_%d}.csv", day, moved, spoiler, written)
            if written.clean >= rows:
                break
        copy += 1
    return written


def _write_day(path: Path, day: date, cells: list[Cells], spoiler: Spoiler, written: Written) -> None:
    lines = [",".join(COLUMNS).encode()]
    for clean in cells:
        before, behind = spoiler.around(clean, written)
        lines += [*before, line(clean).encode(), *behind]
    written.clean += len(cells)
    written.rows += len(lines) - 1
    path.write_bytes(b"\n".join(lines) + b"\n")
    morning = datetime(day.year, day.month, day.day, 6, tzinfo=UTC) + timedelta(days=1)
    os.utime(path, (morning.timestamp(), morning.timestamp()))


def main() -> None:
    """Write files and print what must come of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=250_000)
    parser.add_argument("--dirt", type=float, default=0.01)
    given = parser.parse_args()
    print(write(given.folder, given.rows, given.dirt))


if __name__ == "__main__":
    main()
