"""DuckDB views over the staged files."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from extract.contract import CONTRACT, RACES, names
from extract.stage.dialect import encode
from lake.duck.staging_views import create_staging_views
from lake.errors import LakeError


def test_staging_views_are_there_before_anything_is_staged(tmp_path: Path) -> None:
    connection = duckdb.connect()
    create_staging_views(connection, str(tmp_path))
    for name, columns in CONTRACT.items():
        relation = connection.execute(f"select * from staging.{name}")
        assert [column[0] for column in relation.description or []] == [*names(columns), "scraped_on"]
        assert relation.fetchall() == []
    with pytest.raises(LakeError, match="--target athena"):
        create_staging_views(connection, "s3://bucket/prefix")


def test_staging_views_read_older_files_with_fewer_columns(tmp_path: Path) -> None:
    folder = tmp_path / "races" / "scraped_on=2025-11-18"
    folder.mkdir(parents=True)
    older = RACES[: names(RACES).index("content_hash")]
    (folder / "1.csv").write_bytes(
        encode(older, [dict.fromkeys(names(older)) | {"race_id": 1, "reason": 'said "no", twice'}])
    )
    (folder / "2.csv").write_bytes(encode(RACES, [dict.fromkeys(names(RACES)) | {"race_id": 2, "content_hash": "h"}]))
    connection = duckdb.connect()
    create_staging_views(connection, str(tmp_path))
    rows = connection.execute(
        "select race_id, reason, content_hash, scraped_on from staging.races order by 1"
    ).fetchall()
    assert rows == [("1", 'said "no", twice', None, "2025-11-18"), ("2", "", "h", "2025-11-18")]
