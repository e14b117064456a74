"""Memory does not grow with an import: proven by counting what is held, not by timing or by the size of a process."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from extract.importing import spill
from extract.importing.importer import find
from extract.importing.known_ids import KnownIds
from extract.importing.reading import Reading, read_all
from tests import rpscrape_files
from tests.unit.importing.support import TODAY, import_

HELD = 100_000


def peak_of_reading(folder: Path) -> int:
    """The most bytes that the first pass has at a time."""
    sources, _ = find([str(folder)])
    tracemalloc.start(1)
    read_all(sources, Reading("utf-8", None, TODAY, KnownIds()), lambda *_: None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_four_times_the_rows_are_read_in_the_same_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spill, "HELD", HELD)
    for copies in (1, 4):
        rpscrape_files.write(tmp_path / str(copies), 700 * copies, days=2)
    peak_of_reading(tmp_path / "1")  # what is read once and kept: tables of codes, caches
    assert peak_of_reading(tmp_path / "4") - peak_of_reading(tmp_path / "1") < 2_000_000


def test_no_more_waits_to_be_written_than_the_limit_and_a_month_is_decoded_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spill, "HELD", HELD)
    held: list[int] = []
    decoded: Counter[spill.Bucket] = Counter()
    at_a_time: list[set[spill.Bucket]] = []
    add, rows = spill.Rows.add, spill.Rows.rows

    def counted_add(self: spill.Rows, bucket: spill.Bucket, row: object) -> None:
        add(self, bucket, row)
        held.append(sum(map(len, self._held.values())))

    def counted_rows(self: spill.Rows, bucket: spill.Bucket) -> Iterator[Any]:
        at_a_time.append({bucket})
        for row in rows(self, bucket):
            decoded[bucket] += 1
            yield row

    monkeypatch.setattr(spill.Rows, "add", counted_add)
    monkeypatch.setattr(spill.Rows, "rows", counted_rows)
    written = rpscrape_files.write(tmp_path / "data", 2500, days=9)
    import_(tmp_path / "staging", tmp_path / "data")
    races = decoded.pop(("", ""))
    assert decoded.total() == written.clean
    assert races < written.clean / 5
    assert max(held) < HELD
    assert max(decoded.values()) < written.clean
    assert len(at_a_time) == len(decoded) + 1  # each month and country once, then the races
