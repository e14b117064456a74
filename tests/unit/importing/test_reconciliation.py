"""Whatever is mixed into the files: every row that was read comes to exactly one end, in all and per year and country."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.errors import ExtractError
from extract.importing.tally import UNKNOWN, Tally
from tests import rpscrape_files
from tests.conftest import examples
from tests.unit.importing.support import NOW, ROW, aside, import_, races, staged, text, write

CELLS = st.sampled_from(["", "-", "–", "7", "x", "99999", "1,2", " a, b", "2025-11-12", "gb", "PU", '"', "é"])
CHANGES = st.dictionaries(st.sampled_from([*ROW, "date", "race_id", "horse_id", "horse", "pos"]), CELLS, max_size=3)
KEYS = st.fixed_dictionaries(
    {
        "race_id": st.sampled_from(["1", "2"]),
        "horse_id": st.sampled_from(["5", "6", "7"]),
        "horse": st.sampled_from(["One (GB)", "Two (IRE)", "Three (FR)"]),
        "date": st.sampled_from(["2024-12-31", "2025-01-01"]),
        "region": st.sampled_from(["GB", "IRE"]),
        "pos": st.sampled_from(["1", "2", "VOI"]),
    }
)
FILES = st.lists(st.lists(st.tuples(KEYS, CHANGES), max_size=8), min_size=1, max_size=3)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=FILES)
def test_the_account_adds_up_and_is_what_staging_holds(
    files: list[list[tuple[dict[str, str], dict[str, str]]]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, rows in enumerate(files):
            write(folder / "data" / f"{number}.csv", text(*(ROW | keys | changes for keys, changes in rows)))
        outcome = import_(folder / "staging", folder / "data")
        tally = outcome.tally
        tally.check()
        assert tally.rows_in == sum(map(len, files))
        assert tally.rows_in == tally.total("staged", "duplicate") + sum(tally.set_aside.values())
        kept = staged(folder / "staging")
        assert len(kept) == tally.total("staged")
        assert len(aside(folder / "staging")) == sum(tally.set_aside.values())
        keys = Counter((row["race_id"], row["horse_id"]) for row in kept)
        assert all(count == 1 for count in keys.values())
        listed = [race["race_id"] for race in races(folder / "staging")]
        assert len(listed) == len(set(listed)) == len({row["race_id"] for row in kept})
        again = import_(folder / "staging", folder / "data", now=NOW.replace(day=2))
        assert again.run_id is None
        assert again.tally.total("imported already") == len(kept)


def test_an_account_that_does_not_add_up_is_our_fault_and_stops_the_import() -> None:
    tally = Tally()
    tally.read["2025", "gb"] += 2
    tally.count("staged", ("2025", "gb"))
    with pytest.raises(ExtractError, match="of 2 rows of gb 2025, 1 came to an end"):
        tally.check()
    tally.count("no date", UNKNOWN)
    with pytest.raises(ExtractError):
        tally.check()


def test_every_kind_of_dirt_is_counted_to_the_row_and_leaves_the_clean_rows_as_they_were(tmp_path: Path) -> None:
    clean = rpscrape_files.write(tmp_path / "clean", 900, days=3)
    dirty = rpscrape_files.write(tmp_path / "dirty", 900, dirt=0.2, days=3)
    import_(tmp_path / "one", tmp_path / "clean")
    outcome = import_(tmp_path / "two", tmp_path / "dirty")
    assert len(dirty.set_aside) >= 12
    assert outcome.tally.rows_in == dirty.rows
    assert outcome.tally.total("staged") == dirty.clean == clean.clean
    assert outcome.tally.total("duplicate") == dirty.duplicates
    assert outcome.tally.set_aside == dict(dirty.set_aside)
    assert staged(tmp_path / "two") == staged(tmp_path / "one")
