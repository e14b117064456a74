"""Whatever happens in whatever order: after every build the tables say what the model of the truth says."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.pipeline.conftest import ROOT
from tests.resilience.place import Place
from tests.resilience.walk import Walk

pytestmark = pytest.mark.long

WALKS = int(os.environ.get("SOAK_WALKS", "1"))
BUILDS = int(os.environ.get("SOAK_BUILDS_A_WALK", "5"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
TOO_MANY_STEPS = 40


@pytest.mark.parametrize("seed", range(SEED, SEED + WALKS))
def test_the_tables_agree_with_the_model_after_every_build(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path)
    for name in [name for name in os.environ if name.startswith(("EXTRACT_", "LAKE_", "DBT_"))]:
        monkeypatch.delenv(name)
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(ROOT)
    walk = Walk(place, random.Random(seed))
    walk.scrape()
    walk.build()
    for _ in range(BUILDS * TOO_MANY_STEPS):
        if walk.builds >= BUILDS:
            break
        walk.step()
    walk.build()
    assert walk.builds > BUILDS, walk.told()
    print(f"seed {seed}: {walk.builds} builds, {len(walk.story)} steps, {len(walk.runs())} runs")
