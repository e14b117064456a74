"""`lake export`: Parquet by table and year, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from lake.cli.app import lake
from lake.duck.views import refresh_views
from lake.errors import LakeError, UsageError
from lake.iceberg.catalog import open_catalog, tables
from tests.unit.lake.conftest import write_run

MARTS = (
    "create view racing.by_half as select half, sum(n) as total, 9007199254740993 as id from lake.racing.t group by half",
    "create view racing.spread as select *, 'x' as year from lake.racing.t",
    "create view racing.int_inner as select 1 as one",
    "create view racing.years as select date '2023-12-31' + cast(range as integer) as race_date, range as id from range(3) "
    "union all select null, 7",
)


@pytest.fixture
def built(filled: Path) -> Path:
    with duckdb.connect(str(filled / "lake.duckdb")) as connection:
        refresh_views(connection, tables(open_catalog(filled)))
        for sql in MARTS:
            connection.execute(sql)
    return filled


def run(folder: Path, to: Path, *more: str) -> Result:
    return CliRunner().invoke(lake, ["--warehouse", str(folder), "export", "--to", str(to), *more])


def exported(folder: Path, to: Path, *more: str) -> dict[str, dict[str, object]]:
    done = run(folder, to, *more)
    assert done.exit_code == 0, done.output + repr(done.exception)
    stamp = json.loads((to / "export.json").read_text())
    assert {path.name for path in to.iterdir()} == {"export.json", *stamp["tables"]}
    assert [path.name for path in to.parent.iterdir() if path.name.startswith(".")] == []
    found: dict[str, dict[str, object]] = stamp["tables"]
    return found


def test_every_table_and_mart_by_year_with_a_stamp_that_adds_up(built: Path, tmp_path: Path) -> None:
    to = tmp_path / "new" / "a 'b' [c]"
    said = exported(built, to)
    assert said.keys() == {"t", "by_half", "spread", "years"}
    assert said["years"] == {"rows": 4, "bytes": said["years"]["bytes"], "years": {"2023": 1, "2024": 2, "None": 1}}
    parts = sorted(str(path.relative_to(to)) for path in to.rglob("*.parquet"))
    assert parts == [
        "by_half/part-0.parquet", "spread/part-0.parquet", "t/year=2025/part-0.parquet",
        "years/year=2023/part-0.parquet", "years/year=2024/part-0.parquet",
        "years/year=__HIVE_DEFAULT_PARTITION__/part-0.parquet",
    ]  # fmt: skip
    stamp = json.loads((to / "export.json").read_text())
    assert stamp["snapshots"] == {"t": str(open_catalog(built).load_table("racing.t").metadata.current_snapshot_id)}
    assert pq.read_table(to / "by_half").to_pylist()[0]["id"] == 9007199254740993
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built / 'lake.duckdb'}' as lake (read_only)")
        differ = (
            f"(from lake.racing.t except select * exclude (year) from read_parquet('{tmp_path}/new/*/t/**/*.parquet'))"
        )
        assert connection.execute(f"select count(*) from {differ}").fetchall() == [(0,)]


def test_a_sum_keeps_its_figures(built: Path, tmp_path: Path) -> None:
    exported(built, tmp_path / "out", "--tables", "by_half")
    assert str(pq.read_schema(tmp_path / "out" / "by_half" / "part-0.parquet").field("total").type) == "int64"


def test_a_second_export_replaces_the_first_whole(built: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    exported(built, to)
    write_run(built, "d", 9)
    assert exported(built, to, "--tables", "racing.t, by_half").keys() == {"t", "by_half"}
    assert set(pq.read_table(to / "t")["n"].to_pylist()) == {9}


def test_a_folder_with_other_things_and_a_name_that_is_not_there_are_refused(built: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    exported(built, to, "--tables", "t")
    (to / "my notes.txt").touch()
    refused = run(built, to).exception
    assert isinstance(refused, UsageError)
    assert "holds my notes.txt, which no export wrote" in str(refused)
    assert "There is no u, v. There are: by_half," in str(run(built, tmp_path / "other", "--tables", "u,v").exception)
    assert "no table named" in str(run(built, tmp_path / "other", "--tables", ",").exception)
    assert not (tmp_path / "other").exists()


def test_one_that_fails_leaves_the_one_before_as_it_was(built: Path, tmp_path: Path) -> None:
    to = tmp_path / "out"
    exported(built, to, "--tables", "t")
    with duckdb.connect(str(built / "lake.duckdb")) as connection:
        connection.execute("create view racing.broken as select error('no') as e from range(3)")
    refused = run(built, to).exception
    assert isinstance(refused, LakeError)
    assert "broken cannot be exported" in str(refused)
    assert {path.name for path in to.iterdir()} == {"export.json", "t"}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_marts_that_are_not_there_are_not_left_out_in_silence(built: Path, tmp_path: Path) -> None:
    (built / "lake.duckdb").unlink()
    refused = run(built, tmp_path / "out").exception
    assert "lake.duckdb is missing" in str(refused)
    assert "--tables" in str(refused)
    assert exported(built, tmp_path / "out", "--tables", "t").keys() == {"t"}
