"""Whatever is killed, whenever: the next normal run ends in the state of one that nobody killed."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.resilience.kills import STEPS, WEIGHTS, history, kill
from tests.resilience.place import Place

pytestmark = pytest.mark.long

KILLS = int(os.environ.get("SOAK_KILLS", "0"))
SEED = int(os.environ.get("SOAK_SEED", "1"))


def test_the_next_run_after_a_kill_ends_where_an_uninterrupted_one_does(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    names = ["extract", "build", "maintain", "rollback"]
    if KILLS:
        names = dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=KILLS)
    place = Place(tmp_path)
    whole = history(place, names)
    faults = []
    for number, name in enumerate(names, 1):
        try:
            said = kill(place, STEPS[name], whole[name], dice)
        except AssertionError as error:
            faults.append(f"kill {number} of {len(names)}, {name}: {error}")
            said = f"FAULT {error}"
        print(f"kill {number} of {len(names)}: {said}", flush=True)
    assert not faults, "\n".join(faults)
