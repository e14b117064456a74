"""`extract status` tells of codes the project does not know, in text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from extract.cli.app import extract
from tests.unit.parse.pages import index, listed_race, meeting
from tests.unit.run.test_odd_indexes import Stub, carry_out


def status(staging: Path, *options: str) -> str:
    result = CliRunner().invoke(extract, ["status", "--staging", str(staging), *options])
    assert result.exit_code == 0, result.output
    return result.output


def test_unknown_codes_are_told_by_kind(tmp_path: Path) -> None:
    day = index(meeting("GB", *(listed_race(number) for number in (1, 2, 3))))
    carry_out(tmp_path, Stub(day, unknown=(1, 2)), "gb")
    text = status(tmp_path)
    assert "Unknown outcome: 'XYZ' in 2 races\n" in text
    assert "run: extract replay" in text
    assert json.loads(status(tmp_path, "--output", "json"))["unknown_codes"] == {"outcome": {"XYZ": 2}}


def test_nothing_is_said_where_all_codes_are_known(tmp_path: Path) -> None:
    carry_out(tmp_path, Stub(index(meeting("GB", listed_race(1)))), "gb")
    assert "nknown" not in status(tmp_path)
    assert json.loads(status(tmp_path, "--output", "json"))["unknown_codes"] == {}
