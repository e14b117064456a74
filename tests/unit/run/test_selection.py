"""Which dates and countries a run is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extract.errors import UsageError
from extract.run.selection import choose_dates, read_countries, uk_today

NOW = datetime(2025, 11, 18, 6, tzinfo=UTC)


def choose(**given: object) -> tuple[date, ...]:
    options: dict[str, object] = dict.fromkeys(("days", "first", "last", "until", "date_file"))
    return choose_dates(NOW, **(options | given))  # type: ignore[arg-type]


def test_the_days_end_yesterday_in_britain() -> None:
    assert choose(days=7) == tuple(date(2025, 11, day) for day in range(11, 18))
    assert uk_today(datetime(2025, 6, 30, 23, 30, tzinfo=UTC)) == date(2025, 7, 1)  # summer time
    assert uk_today(datetime(2025, 12, 31, 23, 30, tzinfo=UTC)) == date(2025, 12, 31)


def test_ranges_until_and_files(tmp_path: Path) -> None:
    assert choose(first=date(2025, 3, 30), last=date(2025, 4, 1)) == (
        date(2025, 3, 30),
        date(2025, 3, 31),
        date(2025, 4, 1),
    )
    assert choose(days=2, until=date(2025, 3, 31)) == (date(2025, 3, 30), date(2025, 3, 31))
    file = tmp_path / "dates.txt"
    file.write_text("2025-11-02  # a Sunday\n\n2025-11-01\n2025-11-02\n")
    assert choose(date_file=file) == (date(2025, 11, 1), date(2025, 11, 2))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Say which dates"),
        ({"days": 2, "first": date(2025, 1, 1), "last": date(2025, 1, 2)}, "exclude each other"),
        ({"first": date(2025, 1, 1)}, "go together"),
        ({"first": date(2025, 1, 2), "last": date(2025, 1, 1)}, "is after"),
        ({"until": date(2025, 1, 1)}, "goes with --days"),
        ({"first": date(2025, 11, 18), "last": date(2025, 11, 19)}, "in the future"),
        ({"first": date(1900, 1, 1), "last": date(1900, 1, 2)}, "is before"),
        ({"date_file": Path("nowhere.txt")}, "Cannot read"),
    ],
)
def test_bad_dates_are_usage_errors(given: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        choose(**given)


def test_a_file_with_rubbish_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "dates.txt"
    file.write_text("2025-11-01\ntomorrow\n")
    with pytest.raises(UsageError, match="Line 2"):
        choose(date_file=file)
    file.write_text("# nothing\n")
    with pytest.raises(UsageError, match="holds no date"):
        choose(date_file=file)


def test_countries_by_comma_and_repeated() -> None:
    assert read_countries(("gb,IRE", "fr", "gb")) == ("gb", "ire", "fr")
    with pytest.raises(UsageError, match="not a country code"):
        read_countries(("gb,,fr",))
