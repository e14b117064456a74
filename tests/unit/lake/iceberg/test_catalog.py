"""The catalog parses a metadata file once, and still tells at once what another has committed or dropped."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.serializers import FromInputFile
from pyiceberg.table import Table

from lake.iceberg.catalog import open_catalog

ROWS = pa.table({"n": [1, 2, 3]})


@pytest.fixture
def table(tmp_path: Path) -> Table:
    catalog = open_catalog(tmp_path)
    catalog.create_namespace("racing")
    made = catalog.create_table("racing.numbers", ROWS.schema)
    made.append(ROWS)
    return made


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The metadata files that were parsed, in order."""
    found: list[str] = []
    real = FromInputFile.table_metadata

    def counted(file: object, *args: object) -> object:
        found.append(str(file))
        return real(file, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(FromInputFile, "table_metadata", staticmethod(counted))
    return found


def test_metadata_is_parsed_once(table: Table, tmp_path: Path, parsed: list[str]) -> None:
    catalog = open_catalog(tmp_path)
    tables = [catalog.load_table(name) for name in ("racing.numbers", ("racing", "numbers"), "racing.numbers")]
    assert len(parsed) == 1
    assert {(loaded.name(), loaded.metadata_location, loaded.scan().count()) for loaded in tables} == {
        (("racing", "numbers"), table.metadata_location, 3)
    }


def test_what_was_committed_is_not_parsed_again_and_leaves_earlier_tables_as_they_were(
    table: Table, tmp_path: Path, parsed: list[str]
) -> None:
    catalog = open_catalog(tmp_path)
    before, writing = (catalog.load_table("racing.numbers") for _ in range(2))
    writing.append(ROWS)
    assert catalog.load_table("racing.numbers").scan().count() == 6
    assert before.scan().count() == 3
    assert len(before.snapshots()) == 1
    assert len(parsed) == 1


def test_what_another_committed_is_seen(table: Table, tmp_path: Path) -> None:
    catalog = open_catalog(tmp_path)
    assert catalog.load_table("racing.numbers").scan().count() == 3
    table.append(ROWS)
    assert catalog.load_table("racing.numbers").scan().count() == 6
    open_catalog(tmp_path).drop_table("racing.numbers")
    with pytest.raises(NoSuchTableError):
        catalog.load_table("racing.numbers")
