"""Only what was asked for can fail a slice; an index is broken for a run when none of its countries can be read."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from extract.cli.status import unknown_codes
from extract.errors import ExitCode, UnknownCode
from extract.parse import DayIndex, ListedRace, RaceResult
from extract.run.history import History
from extract.run.pages import IndexWillDo, ResultWillDo, Supplied
from extract.run.report import RunReport
from extract.run.runner import Runner
from extract.run.selection import Selection
from extract.stage.layout import Run
from extract.stage.run_writer import RunWriter
from extract.stage.storage import open_storage
from tests.unit.parse.pages import DAY, index, listed_race, meeting, parse, race, runner

ODD = {"raceDateTime": "soon"}


@dataclass(frozen=True)
class Stub:
    """Pages of one invented day; races named in `unknown` use a code that nobody knows."""

    day: DayIndex
    unknown: tuple[int, ...] = ()

    def index(self, race_date: date, will_do: IndexWillDo) -> Supplied[DayIndex]:
        return Supplied(self.day, "2025-11-12 06:00:00.000000", "index")

    def result(self, race: ListedRace, will_do: ResultWillDo) -> Supplied[RaceResult]:
        outcome = "XYZ" if race.race_id in self.unknown else "1"
        return Supplied(parse_race(race, outcome), "2025-11-12 06:00:00.000000", "page")


def parse_race(listed: ListedRace, outcome: str) -> RaceResult:
    return parse(race(runner(listed.race_id, outcome), raceId=listed.race_id), race_id=listed.race_id)


def carry_out(folder: Path, pages: Stub, *countries: str, hour: int = 6) -> RunReport:
    run = Run(datetime(2025, 11, 12, hour, tzinfo=UTC))
    storage = open_storage(str(folder))
    chosen = Selection((DAY,), countries)
    return Runner(RunWriter(storage, run), pages, chosen, "stub", History(storage, DAY), workers=1).execute()


def test_an_odd_race_that_nobody_asked_for_is_logged_and_no_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    day = index(meeting("GB", listed_race(1)), meeting("FR", listed_race(2)), meeting("HK", listed_race(3, **ODD)))
    with caplog.at_level(logging.WARNING):
        report = carry_out(tmp_path, Stub(day), "gb", "ire", "fr")
    assert report.exit_code is ExitCode.OK
    assert [(item.country, item.status, item.listed) for item in report.slices] == [
        ("gb", "complete", 1), ("ire", "complete", 0), ("fr", "complete", 1),
    ]  # fmt: skip
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Hartlow (HK): meetings[2].races[0].raceDateTime" in caplog.text


def test_an_odd_race_that_was_asked_for_fails_its_slice_with_the_reason(tmp_path: Path) -> None:
    day = index(
        meeting("GB", listed_race(1), listed_race(2, **ODD), listed_race(3, **ODD)), meeting("FR", listed_race(4))
    )
    report = carry_out(tmp_path, Stub(day), "gb", "fr")
    assert report.exit_code is ExitCode.PARTIAL
    british, french = report.slices
    assert (british.status, british.listed, british.rows) == ("partial", None, 1)  # what can be read is staged
    assert "races[1].raceDateTime is 'soon'" in str(british.why())
    assert "1 more like it, see the log" in str(british.why())
    assert (french.status, french.rows) == ("complete", 1)


def test_a_meeting_of_no_country_fails_every_slice(tmp_path: Path) -> None:
    report = carry_out(tmp_path, Stub(index(meeting("GB", listed_race(1)), {})), "gb", "fr")
    assert [item.status for item in report.slices] == ["partial", "partial"]
    assert [(item.listed, item.rows) for item in report.slices] == [(None, 1), (None, 0)]
    assert report.exit_code is ExitCode.PARTIAL


def test_the_only_country_asked_for_cannot_be_read(tmp_path: Path) -> None:
    day = index(meeting("GB", listed_race(1, **ODD)), meeting("FR", listed_race(4)))
    assert carry_out(tmp_path / "a", Stub(day), "gb").exit_code is ExitCode.CONTRACT_BROKEN
    assert carry_out(tmp_path / "b", Stub(day), "gb", "ire").exit_code is ExitCode.PARTIAL


def test_a_race_at_two_places_fails_both_countries_only(tmp_path: Path) -> None:
    twin: dict[str, Any] = {"fullResultLink": "/results/62/moxby/2025-11-11/1"}
    day = index(meeting("GB", listed_race(1)), meeting("FR", listed_race(1, **twin)), meeting("IRE", listed_race(2)))
    report = carry_out(tmp_path, Stub(day), "gb", "ire", "fr")
    assert [item.status for item in report.slices] == ["partial", "complete", "partial"]


def test_unknown_codes_are_counted_by_kind_as_the_last_run_left_each_race(tmp_path: Path) -> None:
    day = index(meeting("GB", *(listed_race(number) for number in (1, 2, 3))))
    first = carry_out(tmp_path, Stub(day, unknown=(1, 2)), "gb", hour=6)
    assert first.exit_code is ExitCode.PARTIAL
    assert [reason.split(": ", 1)[1].startswith("Unknown outcome 'XYZ' at") for reason in first.slices[0].reasons] == [
        True
    ] * 2
    storage = open_storage(str(tmp_path))
    assert unknown_codes(storage, [first.run.run_id]) == {"outcome": {"XYZ": 2}}
    second = carry_out(tmp_path, Stub(day, unknown=(2,)), "gb", hour=7)
    assert unknown_codes(storage, [first.run.run_id, second.run.run_id]) == {"outcome": {"XYZ": 1}}
    third = carry_out(tmp_path, Stub(day), "gb", hour=8)
    assert unknown_codes(storage, [first.run.run_id, second.run.run_id, third.run.run_id]) == {}


def test_a_run_of_nothing_but_unknown_codes_asks_for_an_update(tmp_path: Path) -> None:
    with pytest.raises(UnknownCode, match=r"then run `extract replay`"):
        parse(race(runner(1, "XYZ")))
