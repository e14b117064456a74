"""A warehouse folder of any name works, or is refused by that name before anything is made."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from lake.duck.views import create_view
from lake.errors import UsageError
from lake.iceberg.catalog import open_catalog


@pytest.mark.parametrize("name", ["with space", "100%", "a[x]b", "*", "Büro", "it's", 'say "x"', "x=1", "a\\b", "link"])
def test_any_folder_name_holds_tables(tmp_path: Path, name: str) -> None:
    if name == "link":
        (tmp_path / "real").mkdir()
        (tmp_path / name).symlink_to(tmp_path / "real")
    catalog = open_catalog(tmp_path / name)
    catalog.create_namespace("racing")
    catalog.create_table("racing.t", pa.schema([("id", pa.int64())])).append(pa.table({"id": [1, 2]}))
    with duckdb.connect() as connection:
        create_view(connection, open_catalog(tmp_path / name).load_table("racing.t"))
        assert connection.execute("select sum(id) from racing.t").fetchall() == [(3,)]
    assert {path.name for path in tmp_path.iterdir()} <= {name, "real"}


@pytest.mark.parametrize("name", ["what?", "#1", "50%20", "s3:/bucket/lake", "s3://bucket/lake", " "])
def test_a_name_that_would_be_taken_for_another_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="Set LAKE_WAREHOUSE to a folder of another name"):
        open_catalog(Path(name))
    assert list(tmp_path.iterdir()) == []
