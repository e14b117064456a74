"""Sections of the page about days and races: which to trust, what to do, and the source's own counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

from extract.contract import Record
from extract.errors import ExtractError
from extract.stage.manifest import read_races, read_slices
from extract.stage.storage import Storage
from lake.report.page import Cell, Section, Table, Value
from lake.report.state import HELD_BACK, Slice, State

DAYS = 28
"""Days that the page looks back, counted from the newest race day."""
SHOWN = 40
"""Rows of a list; of the others it says how many there are."""
MOODS = {"sealed": "good", "settling": "wait", "open": "warn", HELD_BACK: "bad", "imported": "other"}
MEANING = {
    "sealed": "whole, and looked at when ratings had stopped coming",
    "settling": "whole; ratings and corrections may follow",
    "open": "not whole: races pending, failed or never asked for",
    HELD_BACK: "the newest scrape would lose too much and is not believed",
    "imported": "from files of others, never scraped",
    "not scraped": "no run has asked for this day of this country",
}
HOME = ("gb", "ire", "fr")
Rows = Callable[..., list[tuple[Any, ...]]]
"""Answers SQL, `{schema}` being the tables' schema, with parameters."""
Reader = Callable[[Storage, str], list[Record]]


def heat(state: State) -> Section:
    """Return the days by country: in each cell how far a day can be trusted, and its rows."""
    keys = state.window(DAYS)
    countries = in_order(country for _, country in keys)
    newest = max((day for day, _ in keys), default=date.min)
    first = min((day for day, _ in keys), default=date.max)
    days = [newest - timedelta(days=back) for back in range((newest - first).days + 1)] if keys else []
    grid: list[list[Value]] = [
        [f"{day:%a %d %b}", *(_cell(state.slices.get((day, code))) for code in countries)] for day in days
    ]
    legend: list[list[Value]] = [[Cell(name, MOODS.get(name, "none")), meaning] for name, meaning in MEANING.items()]
    caption = f"State and rows, day by day, {first} to {newest}" if keys else "State and rows, day by day"
    notes = (state.missing,) if state.missing else ()
    return Section(
        "days", "Days and countries", notes, (),
        (
            Table("heat", caption, ("Day", *countries), grid),
            Table("legend", "What the words mean", ("State", "Meaning"), legend, is_folded=True),
        ),
    )  # fmt: skip


def to_do(state: State, rows: Rows, reasons: Reasons) -> Section:
    """Return slices held back or not whole, and races pending or failed, with reasons and what to type."""
    halves = rows(
        """select race_date, country, run_id from {schema}.slice_decisions
            where decision <> 'withdrawn' and selection <> 'import'
            qualify row_number() over (partition by country, race_date order by scraped_at desc) = 1
                and decision = 'accepted' and status = 'partial'
            order by race_date desc, country"""
    )
    races = rows(
        """select race_date, country, off_time, course, race_name, status, run_id, race_id from {schema}.scraped_races
            where status in ('pending', 'failed') order by race_date desc, country, off_time, race_id"""
    )
    slices: list[list[Value]] = [
        [f"{country} {day}", Cell(HELD_BACK, "bad"), why, Cell(command, is_code=True)]
        for (day, country), why in sorted(state.held_back.items(), reverse=True)
        for command in (f"extract --from {day} --to {day} --countries {country}",
                        f"dbt build --vars 'allow_shrink: [{country} {day}]'")
    ]  # fmt: skip
    newest = max((day for day, _ in state.slices), default=date.min)
    for day, country, run_id in halves:
        why = reasons.of_slice(run_id, day, country) or (state.slices[day, country].why or "")
        command = _retry(day, country, newest)
        slices.append([f"{country} {day}", Cell("partial", "warn"), why, Cell(command, is_code=True)])
    listed: list[list[Value]] = [
        [f"{country} {day} {off or ''} {course or ''}".strip(), name,
         Cell(status, "bad" if status == "failed" else "warn"),
         reasons.of_race(run_id, race_id), Cell(_retry(day, country, newest), is_code=True)]
        for day, country, off, course, name, status, run_id, race_id in races[:SHOWN]
    ]  # fmt: skip
    note = (
        "A slice held back stays as it was in every table. Scrape it again first; the second command lets a loss "
        "through that is real."
    )
    return Section(
        "to-do", "What to do", (note,) if state.held_back else (), (),
        (
            Table(
                "slices-to-do", "Slices held back or not whole", ("Slice", "State", "Why", "Command"),
                slices[:SHOWN], max(0, len(slices) - SHOWN),
            ),
            Table(
                "races-to-do", "Races pending or failed", ("Race", "Title", "State", "Why", "Command"),
                listed, max(0, len(races) - SHOWN),
            ),
        ),
    )  # fmt: skip


def index(state: State, rows: Rows) -> Section:
    """Return, per slice, what the source's index lists and its pages declare, beside what the tables have."""
    window = state.window(DAYS)
    if not window:
        return Section("index", "Against the source's index", ("Nothing was scraped yet.",))
    counted = rows(
        """with listed as (
                select race_date, country, arg_max(races_listed, scraped_at) as listed from {schema}.slice_decisions
                where decision = 'accepted' and selection = 'all' and race_date >= ? group by all
            ), known as (
                select race_date, country, count(*) filter (status <> 'unlisted') as known,
                    sum(index_runners) filter (status = 'result') as on_index,
                    sum(declared_runners) filter (status = 'result') as declared
                from {schema}.scraped_races where race_date >= ? group by all
            )
            select race_date, country, listed, coalesce(known, 0), coalesce(on_index, 0), coalesce(declared, 0)
            from listed left join known using (race_date, country) order by race_date desc, country""",
        [window[0][0], window[0][0]],
    )
    found = []
    for day, country, listed, known, on_index, declared in counted:
        have = state.slices[day, country].rows
        found.append(
            [f"{country} {day}", listed, known, on_index, declared, have, _agreement(listed, known, declared, have)]
        )
    odd = [row for row in found if row[-1].mood]
    note = f"{len(odd)} of {len(found)} slices disagree." if odd else f"All {len(found)} slices agree."
    heads = ("Slice", "Races listed", "Races known", "Runners on the index", "Runners declared", "Rows", "Agreement")
    return Section(
        "index", "Against the source's index", (note,), (),
        (
            Table("index-odd", "Slices that disagree", heads, odd),
            Table("index-all", f"All slices of the last {DAYS} days", heads, found, is_folded=True),
        ),
    )  # fmt: skip


def _agreement(listed: int | None, known: int, declared: int, have: int) -> Cell:
    said = []
    if listed is not None and known != listed:
        said.append(f"{known - listed:+} races")
    if have != declared:
        said.append(f"{have - declared:+} rows")
    return Cell(", ".join(said), "warn") if said else Cell("agrees")


def _cell(item: Slice | None) -> Cell:
    if item is None:
        return Cell("not scraped", "none")
    status = item.status or "?"
    return Cell(f"{status}, {item.rows:,}", MOODS.get(status, "none"))


def _retry(day: date, country: str, newest: date) -> str:
    """Return what asks again: `extract retry` sees the runs of the last 28 days."""
    recent = (newest - day).days < DAYS
    return "extract retry" if recent else f"extract --from {day} --to {day} --countries {country}"


class Reasons:
    """What staged files say of a slice or a race that is not whole; each file is read once."""

    def __init__(self, storage: Storage | None) -> None:
        self._read = cache(partial(_rows_of, storage))

    def of_slice(self, run_id: str, day: date, country: str) -> str:
        """Return why a slice is partial; empty where the file no longer says so."""
        wanted = (str(day), country)
        return self._find(read_slices, run_id, lambda row: (str(row["race_date"]), row["country"]) == wanted)

    def of_race(self, run_id: str, race_id: int) -> str:
        """Return why a race is pending or failed; empty where the file no longer says so."""
        return self._find(read_races, run_id, lambda row: str(row["race_id"]) == str(race_id))

    def _find(self, read: Reader, run_id: str, is_it: Callable[[Record], bool]) -> str:
        return str(next((row["reason"] for row in self._read(read, run_id) if is_it(row)), "") or "")


def _rows_of(storage: Storage | None, read: Reader, run_id: str) -> list[Record]:
    try:
        return read(storage, run_id) if storage else []
    except ExtractError:
        return []


def in_order(countries: Iterable[str]) -> list[str]:
    """Return countries once each: those that are scraped by default first."""
    return sorted(set(countries), key=lambda code: (HOME.index(code) if code in HOME else len(HOME), code))
