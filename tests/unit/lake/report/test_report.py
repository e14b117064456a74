"""`lake report`: lakes without marts, without rows, without staging; and where it cannot write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result

from extract.stage.layout import Run
from extract.stage.storage import open_storage
from lake.cli.app import lake
from lake.report import numbers
from tests.unit.lake.report.conftest import AT, DAY, DECISIONS, LATER, RESULTS, ROWS, write
from tests.unit.stage.staged import commit_run

MORE = "selection varchar, status varchar, races_listed integer"
RACES = (
    "race_id bigint, country varchar, race_date date, course varchar, off_time varchar, race_name varchar, status varchar, "
    "index_runners integer, declared_runners integer, run_id varchar"
)
SECTIONS = [
    "to-do", "days", "totals", "fresh", "corrections", "index", "ratings", "drift", "runs", "mornings", "tables",
]  # fmt: skip


def small(folder: Path, *, held: bool = False, empty: bool = False) -> Path:
    """A lake without marts: a day in order but for a race that failed, a day held back if asked."""
    kept = [] if empty else [("r1", "gb", DAY, AT, "accepted", None, 0, AT, "all", "partial", 2)]
    if held:
        kept.append(("r2", "gb", DAY, LATER, "held_back", 2, 2, LATER, "all", "complete", 2))
    write(folder, "results", RESULTS, [] if empty else ROWS[:2])
    write(folder, "slice_decisions", f"{DECISIONS}, {MORE}", kept)
    races = [(1, "gb", DAY, "Old Mill", "14:00", "The Cup", "result", 2, 2, "r1"),
             (2, "gb", DAY, "Old Mill", "14:30", "<b>Dash</b>", "failed", 5, None, "r1")]  # fmt: skip
    write(folder, "scraped_races", RACES, [] if empty else races)
    return folder


def report(folder: Path, to: Path, *options: str) -> Result:
    base = ["--warehouse", str(folder), "--staging", str(folder / "staging"), *options]
    return CliRunner().invoke(lake, [*base, "report", "--to", str(to)])


def shown(folder: Path, tmp_path: Path) -> BeautifulSoup:
    done = report(folder, tmp_path / "page.html")
    assert done.exit_code == 0, done.output
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Wrote" in done.output
    return BeautifulSoup(html, "html.parser")


def row(page: BeautifulSoup, table: str, number: int = 0) -> list[str]:
    return [cell.text for cell in page.select(f"#{table} tbody tr")[number].find_all(["th", "td"])]


def test_every_section_is_there_and_says_why_where_it_has_nothing(tmp_path: Path) -> None:
    page = shown(small(tmp_path / "lake"), tmp_path)
    assert [section["id"] for section in page.select("main > section")] == SECTIONS
    verdict = CliRunner().invoke(lake, ["--warehouse", str(tmp_path / "lake"), "check"]).output.splitlines()[-1]
    assert page.h1.text == page.title.text == verdict  # type: ignore[union-attr]
    for name in ("corrections", "ratings", "runs", "days"):
        assert "The marts are not there" in page.find(id=name).text  # type: ignore[union-attr]
    assert row(page, "slices-to-do") == ["gb 2025-11-17", "partial", "", "extract retry"]
    assert row(page, "races-to-do") == ["gb 2025-11-17 14:30 Old Mill", "<b>Dash</b>", "failed", "", "extract retry"]
    assert row(page, "index-all") == ["gb 2025-11-17", "2", "2", "2", "2", "2", "agrees"]
    assert row(page, "heat") == ["Mon 17 Nov", "?, 2"]
    assert [row(page, "tables-table", number)[:2] for number in range(3)] == [
        ["results", "2"], ["scraped_races", "2"], ["slice_decisions", "1"],
    ]  # fmt: skip


def test_what_is_held_back_is_told_with_what_to_type(tmp_path: Path) -> None:
    page = shown(small(tmp_path / "lake", held=True), tmp_path)
    assert page.select_one("h1.bad") is not None
    assert "would lose 2 of 2 runners" in page.select_one(".problems").text  # type: ignore[union-attr]
    assert [row(page, "slices-to-do", number)[-1] for number in (0, 1)] == [
        "extract --from 2025-11-17 --to 2025-11-17 --countries gb",
        "dbt build --vars 'allow_shrink: [gb 2025-11-17]'",
    ]
    assert row(page, "heat") == ["Mon 17 Nov", "held back, 2"]


def test_an_empty_lake_has_an_empty_page(tmp_path: Path) -> None:
    page = shown(small(tmp_path / "lake", empty=True), tmp_path)
    assert row(page, "totals-table") == ["rows", "0"]
    assert row(page, "freshness") == ["Newest run that counts", "?", "never"]
    assert "Nothing was scraped yet" in page.find(id="index").text  # type: ignore[union-attr]


def test_a_lake_that_got_nothing_for_days_is_told_with_what_to_type(tmp_path: Path) -> None:
    run = Run(datetime.now(UTC) - timedelta(days=5))
    commit_run(open_storage(str(tmp_path / "lake" / "staging")), run, source="live")
    page = shown(small(tmp_path / "lake"), tmp_path)
    assert page.select_one("h1.bad").text.endswith("; nothing new fetched for 5 days")  # type: ignore[union-attr]
    told = page.select_one(".problems").text  # type: ignore[union-attr]
    assert f"nothing new was fetched since {run.scraped_at:%Y-%m-%d %H:%M} UTC (run {run.run_id}), 5 days" in told
    assert "Next: lake morning --days 12" in told
    at = f"{run.scraped_at:%Y-%m-%d %H:%M}"
    assert row(page, "freshness", 1) == ["Newest run that got something of its source", at, "5 days"]


def test_without_charts_the_page_says_how_to_have_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "can_draw", lambda: False)
    page = shown(small(tmp_path / "lake"), tmp_path)
    assert "pip install -e '.[report]'" in page.select_one(".alarms").text  # type: ignore[union-attr]


def test_staging_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = small(tmp_path / "lake")
    (folder / "staging" / "slices" / "scraped_on=2025-11-18").mkdir(parents=True)
    (folder / "staging" / "slices" / "scraped_on=2025-11-18" / "20251118T060000000000Z.csv").write_text("")
    page = shown(folder, tmp_path)
    assert "Of staging nothing is known" in page.select_one(".alarms").text  # type: ignore[union-attr]
    assert row(page, "freshness", 3) == ["Runs staged and not yet built", "?", ""]


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    done = report(small(tmp_path / "lake"), tmp_path / "nowhere" / "page.html")
    assert done.exit_code == 1
    assert "cannot be written: No such file or directory. Choose another place with --to." in str(done.exception)


def test_athena_and_no_lake_are_refused_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = report(tmp_path / "nothing", tmp_path / "page.html")
    assert (done.exit_code, "There is no warehouse" in str(done.exception)) == (1, True)
    done = CliRunner().invoke(lake, ["--target", "athena", "report", "--to", str(tmp_path / "page.html")])
    assert (done.exit_code, "embedded engine's tables only" in str(done.exception)) == (1, True)
    assert list(tmp_path.iterdir()) == []
