"""`lake check`: the state that the tables are in, and when it is not a good one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from lake.cli.app import lake
from lake.iceberg.catalog import open_catalog
from lake.report.look import look
from lake.target import Target
from tests.unit.lake.report.conftest import AT, DAY, GOOD, LATER, ROWS, write, write_lake


def check(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(lake, ["--warehouse", str(folder), "check", *options])


def as_json(folder: Path, *options: str) -> dict[str, Any]:
    done = check(folder, "--output", "json", *options)
    said: dict[str, Any] = json.loads(done.output)
    assert said["exit_code"] == done.exit_code
    return said


def judge(folder: Path, status: str) -> None:
    """A view as dbt saves it."""
    with duckdb.connect(str(folder / "lake.duckdb")) as connection:
        connection.execute("create schema racing")
        connection.execute(
            f"create view racing.day_status as select date '{DAY}' as race_date, 'gb' as country, '{status}' as status, "
            "'said so' as why"
        )


def test_a_good_lake_is_counted_and_fine(tmp_path: Path) -> None:
    judge(write_lake(tmp_path), "open")
    said = as_json(tmp_path)
    assert (said["exit_code"], said["state"], said["problems"]) == (0, "fine", [])
    assert said["verdict"] == "3 rows, 0 duplicates, 1 day open; last scrape 2025-11-19 06:00 UTC"
    now = said["now"]
    assert (now["rows"], now["races"], now["duplicates"], now["days_open"], now["days_sealed"]) == (3, 2, 0, 1, 0)
    assert (now["rpr_percent"], now["topspeed_percent"], now["official_rating_percent"]) == (33.33, 33.33, 66.67)
    assert (now["last_run"], now["last_build"]) == ("r1", "2025-11-19T06:00:00Z")
    days = {item["race_date"]: (item["rows"], item["races"], item["status"], item["why"]) for item in said["slices"]}
    assert days == {"2025-11-18": (1, 1, None, None), "2025-11-17": (2, 1, "open", "said so")}


def test_the_last_days_are_counted_from_the_newest(tmp_path: Path) -> None:
    judge(write_lake(tmp_path), "sealed")
    said = as_json(tmp_path, "--days", "1")
    assert [item["race_date"] for item in said["slices"]] == ["2025-11-18"]
    assert (said["now"]["official_rating_percent_last_days"], said["now"]["official_rating_percent"]) == (0, 66.67)


def test_rows_that_are_there_twice_are_a_fault(tmp_path: Path) -> None:
    said = as_json(write_lake(tmp_path, [*ROWS, ROWS[0], ROWS[0]]))
    assert (said["exit_code"], said["now"]["duplicates"], said["state"]) == (1, 2, "duplicates")
    assert said["problems"] == ["2 rows of a race and horse there already. Next: lake doctor --deep"]


def test_a_slice_held_back_is_a_fault_until_a_later_scrape_counts(tmp_path: Path) -> None:
    held = ("r2", "gb", DAY, LATER, "held_back", 2, 2, LATER)
    said = as_json(write_lake(tmp_path / "held", decisions=[*GOOD, held]))
    assert (said["exit_code"], said["state"]) == (1, "held back: gb 2025-11-17")
    assert "run r2 would lose 2 of 2 runners" in said["problems"][0]
    assert "dbt build --vars 'allow_shrink: [gb 2025-11-17]'" in said["problems"][0]
    assert "1 day held back" in said["verdict"]
    again = ("r3", "gb", DAY, LATER.replace(hour=7), "accepted", None, 0, LATER)
    assert as_json(write_lake(tmp_path / "healed", decisions=[*GOOD, held, again]))["exit_code"] == 0
    withdrawn = (*held[:4], "withdrawn", *held[5:])
    said = as_json(write_lake(tmp_path / "withdrawn", decisions=[*GOOD, withdrawn]))
    assert (said["exit_code"], said["now"]["last_run"]) == (0, "r1")


def test_what_is_not_known_is_not_said_to_be_none(tmp_path: Path) -> None:
    done = check(write_lake(tmp_path))
    assert "0 duplicates, days open not known" in done.output
    assert "The marts are not there" in done.output
    assert as_json(tmp_path)["now"]["days_open"] is None


def test_on_athena_it_counts_the_same_by_another_way(tmp_path: Path) -> None:
    held = ("r2", "gb", DAY, LATER, "held_back", 2, 2, LATER)
    catalog = open_catalog(write_lake(tmp_path, [*ROWS, ROWS[0]], [*GOOD, held]))
    theirs, ours = look(Target("athena", catalog, "racing")), look(Target("embedded", catalog, "racing", tmp_path))
    assert replace(theirs, missing="") == replace(ours, missing="")
    assert (theirs.rows, theirs.duplicates, list(theirs.held_back)) == (4, 1, [(DAY, "gb")])
    assert "Athena console" in theirs.missing


def test_without_tables_there_is_nothing_to_be_fine(tmp_path: Path) -> None:
    write(tmp_path, "other", "x integer", [(1,)])
    done = check(tmp_path)
    assert done.exit_code == 1
    assert "There is no table results and no table slice_decisions yet. Run dbt build first." in str(done.exception)
    nowhere = check(tmp_path / "nowhere")
    assert (nowhere.exit_code, "There is no warehouse" in str(nowhere.exception)) == (1, True)


def test_an_empty_table_has_no_share_of_anything(tmp_path: Path) -> None:
    said = as_json(write_lake(tmp_path, rows=[], decisions=[]))
    assert (said["exit_code"], said["now"]["rows"], said["now"]["rpr_percent"]) == (0, 0, None)
    assert said["verdict"].endswith("never scraped")
    assert "?" in check(tmp_path).output


@pytest.mark.parametrize("width", ["80", "120"])
def test_text_fits_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    judge(write_lake(tmp_path), "held back")
    monkeypatch.setattr("lake.cli.text_output.on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", width)
    lines = check(tmp_path).output.splitlines()
    assert [line.split() for line in lines if line.startswith("2025-11-17")] == [
        ["2025-11-17", "gb", "2", "1", "held", "back"]
    ]
    assert max(map(len, lines)) <= 80
    assert "".join(lines).isascii()
    assert f"{AT:%Y-%m-%d %H:%M} UTC" in lines[-1]
