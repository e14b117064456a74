"""The table of mutations does not rot: each text is there, once, and each test too."""

from __future__ import annotations

import pytest

from tests.resilience.mutation_table import MUTATIONS, Mutation
from tests.resilience.mutations import ROOT


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_what_is_taken_out_is_there_and_so_is_the_test_that_notices(mutation: Mutation) -> None:
    assert (ROOT / mutation.file).read_text(encoding="utf-8").count(mutation.text) == 1
    assert mutation.instead != mutation.text
    file, name = mutation.test.split("::")
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_each_mutation_has_its_own_name() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)
