"""DuckDB views over the staged files."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from extract.contract import CONTRACT, RACES, names
from extract.stage.dialect import encode
from lake.duck.staging_views import create_readers, create_staging_views
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


def stage(folder: Path, run_id: str, race_id: int) -> str:
    path = f"races/scraped_on=2025-11-18/{run_id}.csv"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(encode(RACES, [dict.fromkeys(names(RACES)) | {"race_id": race_id}]))
    return path


@pytest.mark.parametrize("name", ["staging", "o'clock [old]*"])
def test_readers_read_the_files_that_are_named_and_no_others(tmp_path: Path, name: str) -> None:
    folder, connection = tmp_path / name, duckdb.connect()
    connection.execute("attach ':memory:' as this_build")
    create_readers(connection, str(folder), "this_build")
    one, two, three = (stage(folder, f"2025111{number}", number) for number in (1, 2, 3))
    found = connection.execute(
        f"select race_id, scraped_on from this_build.staged_races(['{one}', '{three}']) order by 1"
    )
    assert found.fetchall() == [("1", "2025-11-18"), ("3", "2025-11-18")]
    (folder / two).unlink()
    assert connection.execute(f"from this_build.missing(['{one}', '{two}', '{three}'])").fetchall() == [(two,)]
    with pytest.raises(duckdb.IOException, match="No files found"):
        connection.execute(f"from this_build.staged_races(['{one}', '{two}'])")
    nothing = connection.execute("from this_build.staged_none_races")
    assert [column[0] for column in nothing.description or []] == [*names(RACES), "scraped_on"]
    assert nothing.fetchall() == []


def test_a_view_that_reads_what_it_should_is_left_alone(tmp_path: Path) -> None:
    """To make it anew would list every folder; to leave one that reads another place would be a wrong answer."""
    connection = duckdb.connect()

    def made() -> dict[str, int]:
        create_staging_views(connection, str(tmp_path))
        return dict(connection.execute("select view_name, view_oid from duckdb_views() where not internal").fetchall())

    before = made()
    assert made() == before
    stage(tmp_path, "20251118", 1)
    after = made()
    assert {name for name in after if after[name] != before[name]} == {"races"}
    assert connection.execute("select count(*) from staging.races").fetchall() == [(1,)]
    assert made() == after
    stage(tmp_path, "20251119", 2)
    assert made() == after
    assert connection.execute("select count(*) from staging.races").fetchall() == [(2,)], "it lists what is there now"
    connection.execute("create or replace view staging.races as select 1 as race_id")
    assert made() != after, "somebody else's view takes no place of ours"
    assert connection.execute("select count(*) from staging.races").fetchall() == [(2,)]
