"""A morning whose run lacks a field that every run before it had: told before anything is built on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.lake.report.pretended import Pretended, as_json, place
from tests.unit.lake.report.test_drift import LEAST_RUNS, stage

__all__ = ["place"]


def test_nothing_is_built_on_a_run_that_drifted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(LEAST_RUNS + 1):
        good = stage(place / "staging", number)
    fine = Pretended(place, document={"run_id": good})
    assert as_json(fine, monkeypatch)["exit_code"] == 0

    bad = stage(place / "staging", 10, jockey_id=None)
    drifted = Pretended(place, document={"run_id": bad})
    said = as_json(drifted, monkeypatch)
    assert (said["exit_code"], said["state"]) == (5, "drifted")
    assert "jockey_id 100 % -> 0 % (gb flat)" in said["problems"][0]["why"]
    assert f"lake withdraw {bad}" in said["problems"][0]["why"]
    assert [name for name, _ in drifted.called] == ["extract"]

    meant = Pretended(place, document={"run_id": bad})
    said = as_json(meant, monkeypatch, "--build-drifted")
    assert (said["exit_code"], [name for name, _ in meant.called]) == (0, ["extract", "dbt"])
    assert "jockey_id 100 % -> 0 %" in said["notes"][0]
