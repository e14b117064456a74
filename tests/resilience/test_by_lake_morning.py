"""A few of the mornings of the soak, with an evening among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.resilience.by_lake_morning import simulate
from tests.resilience.place import Place


@pytest.mark.weekly  # five builds
def test_what_a_morning_says_keeps_and_shows_is_the_truth(home: Path) -> None:
    assert simulate(Place(home), 4) == []
