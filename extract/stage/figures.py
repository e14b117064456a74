"""Whether the figures of a run agree with one another: a slice's counts with its races, a race's with its rows."""

from __future__ import annotations

from collections import Counter, defaultdict

from extract.stage import layout
from extract.stage.layout import Run

Row = dict[str, str]
STATUSES = ("result", "void", "abandoned", "pending", "failed")


def faults_of_slices(run: Run, slices: list[Row], header: list[str]) -> list[str]:
    """Say what is wrong with the rows of a slices file by themselves."""
    if not slices:
        return ["names no slice: it is cut"]
    if len(header) < 2 or any(row["run_id"] != run.run_id for row in slices):
        return [f"is not the slices file of run {run.run_id}: its rows name another run"]
    faults = []
    counted = Counter((row.get("country", ""), row.get("race_date", "")) for row in slices)
    faults += [f"names the slice {country} {day} {n} times" for (country, day), n in counted.items() if n > 1]
    for row in slices:
        slice_ = f"{row.get('country')} {row.get('race_date')}"
        named, rows = row.get("results_file", ""), row.get("rows_staged", "")
        if not named and rows not in ("", "0"):
            faults.append(f"counts {rows} rows for {slice_} and names no results file")
        elif named and not names_its_results(run, row):
            faults.append(f"names {named[:120]!r} as the results file of {slice_}")
    return faults


def faults_of_races(run: Run, races: list[Row], slices: list[Row]) -> list[str]:
    """Say where the rows of a races file do not add up to the counts of the slices."""
    if any(row.get("run_id") != run.run_id for row in races):
        return [f"is not the races file of run {run.run_id}: its rows name another run"]
    by_slice: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for race in races:
        by_slice[race.get("country", ""), race.get("race_date", "")].append(race)
    faults = []
    for row in slices:
        key = (row.get("country", ""), row.get("race_date", ""))
        found = by_slice.pop(key, [])
        faults += [f"{fault} in {' '.join(key)}" for fault in _disagreements(row, found)]
    faults += [
        f"has {len(found)} races of {' '.join(key)}, a slice the run does not have" for key, found in by_slice.items()
    ]
    return faults


def _disagreements(row: Row, races: list[Row]) -> list[str]:
    statuses = Counter(race.get("status", "") for race in races)
    figures = {f"races_{name}": statuses[name] for name in STATUSES}
    figures["rows_staged"] = sum(int(race.get("rows_staged") or 0) for race in races)
    if row.get("selection") == "all":
        figures["races_listed"] = len(races)
    return [
        f"comes to {count} {name} where the slices file counts {row[name]}"
        for name, count in figures.items()
        if row.get(name) and row[name] != str(count)
    ]


def names_its_results(run: Run, row: Row) -> bool:
    """Say whether a slice names the results file that is its own."""
    return row.get("results_file") == layout.results_path(run, row.get("country", ""), row.get("race_date", ""))
