"""Which dates, countries and races a run is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from extract.errors import UsageError
from extract.parse import ListedRace
from extract.parse.countries import known_country

UK = ZoneInfo("Europe/London")
FIRST_DATE = date(1988, 1, 1)  # the source's results begin here
ALL = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """Dates and countries, and the filters that may leave races of a slice out."""

    dates: tuple[date, ...]
    countries: tuple[str, ...]
    course: int | None = None
    race_type: str | None = None
    only: frozenset[tuple[date, str]] | None = None
    """Where given, the slices to take out of dates and countries: a retry takes just those that were not good."""

    @property
    def filter_text(self) -> str:
        """How the slices record the filter: `all`, or such as `course=7,type=flat`."""
        parts = [f"course={self.course}"] if self.course else []
        parts += [f"type={self.race_type}"] if self.race_type else []
        return ",".join(parts) or ALL

    @property
    def slices(self) -> list[tuple[date, str]]:
        """Every (date, country), date by date."""
        return [(day, country) for day, countries in self.by_date() for country in countries]

    def by_date(self) -> Iterator[tuple[date, list[str]]]:
        """Yield each date with its countries: one index serves them all."""
        for day in self.dates:
            countries = [code for code in self.countries if self.only is None or (day, code) in self.only]
            if countries:
                yield day, countries

    def wants(self, race: ListedRace) -> bool:
        """Say whether the filters keep a race."""
        right_course = self.course is None or race.course_id == self.course
        return right_course and (self.race_type is None or race.is_jumps == (self.race_type == "jumps"))


def uk_today(now: datetime) -> date:
    """Return the date in Britain, by which races are dated."""
    return now.astimezone(UK).date()


def choose_dates(
    now: datetime,
    *,
    days: int | None,
    first: date | None,
    last: date | None,
    until: date | None,
    date_file: Path | None,
) -> tuple[date, ...]:
    """Return the dates asked for, oldest first; the N days ending yesterday when only a number is given.

    Raises:
        UsageError: the options contradict each other, or name dates that have no results.
    """
    today = uk_today(now)
    ways = [
        name for name, given in (("--days", days), ("--from/--to", first or last), ("--date-file", date_file)) if given
    ]
    if len(ways) > 1:
        raise UsageError(f"{' and '.join(ways)} exclude each other. Choose one.")
    if until and ways != ["--days"]:
        raise UsageError("--until goes with --days. For a range use --from and --to.")
    dates = read_dates(date_file) if date_file else ()
    if dates:
        start, end = dates[0], dates[-1]
    elif first or last:
        if not (first and last):
            raise UsageError("--from and --to go together. Give both.")
        if first > last:
            raise UsageError(f"--from {first} is after --to {last}. Exchange them.")
        start, end = first, last
    elif days:
        end = until or today - timedelta(days=1)
        start = date.fromordinal(max(1, end.toordinal() - days + 1))
    else:
        raise UsageError("Say which dates: --days 7, --from … --to …, or --date-file FILE. See extract --help.")
    if start < FIRST_DATE:
        raise UsageError(f"{start} is before {FIRST_DATE}, when the source's results begin. Choose later dates.")
    if end > today:
        raise UsageError(f"{end} is in the future: it is {today} in Britain. Choose earlier dates.")
    return dates or tuple(date.fromordinal(day) for day in range(start.toordinal(), end.toordinal() + 1))


def read_dates(path: Path) -> tuple[date, ...]:
    """Return the dates of a file, one YYYY-MM-DD a line; blank lines and # comments are passed over.

    Raises:
        UsageError: the file cannot be read, holds no date, or holds something else.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read --date-file {path}: {error}. Give a text file with one date a line.") from error
    found = set()
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            found.add(date.fromisoformat(text))
        except ValueError as error:
            raise UsageError(f"Line {number} of {path} is {text!r}, not a date like 2025-11-18. Correct it.") from error
    if not found:
        raise UsageError(f"{path} holds no date. Write one a line, like 2025-11-18.")
    return tuple(sorted(found))


def read_countries(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the country codes of `gb,ire` or of repeated options, in order, without doubles.

    Raises:
        UsageError: the source does not know one of them.
    """
    codes = [known_country(code) for value in values for code in value.split(",")]
    return tuple(dict.fromkeys(codes))
