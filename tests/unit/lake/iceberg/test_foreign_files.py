"""Files that another program added have columns without ids: they are refused, not read as NULL, and never rewritten."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from lake.cli.app import lake
from lake.errors import MergeRefused
from lake.iceberg.catalog import open_catalog
from tests.unit.lake.conftest import write_run

ADDED = 3


@pytest.fixture
def mixed(filled: Path) -> Path:
    """The table `racing.t`, to which a file was added that PyIceberg did not write."""
    table = open_catalog(filled).load_table("racing.t")
    rows = table.scan().to_arrow().slice(0, ADDED)
    columns = pa.schema([pa.field(field.name, field.type) for field in rows.schema])
    rows = rows.set_column(2, columns.field(2), pa.array([rows["race_date"][0].as_py()] * ADDED))
    rows = rows.set_column(1, columns.field(1), pa.array(["h0"] * ADDED, columns.field(1).type))
    place = filled / "racing" / "t" / "data" / "added.parquet"
    pq.write_table(pa.Table.from_arrays(rows.columns, schema=columns), place)
    table.add_files([f"file://{place}"])
    return filled


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(lake, ["--target", "embedded", "--warehouse", str(folder), *arguments])


def test_its_rows_are_refused_and_not_read_as_null(mixed: Path) -> None:
    for command in (("query", "select count(*) from t"), ("maintain", "--yes"), ("export", "--to", str(mixed / "x"))):
        done = run(mixed, *command)
        assert isinstance(done.exception, MergeRefused), command
        assert "added.parquet" in str(done.exception)
        assert "lake rollback t --to" in str(done.exception)
    with pytest.raises(MergeRefused):
        write_run(mixed, "d", 4)
    assert open_catalog(mixed).load_table("racing.t").scan().to_arrow()["n"].null_count == 0


def test_doctor_finds_it(mixed: Path) -> None:
    said = run(mixed, "doctor").output
    assert "of another program" in said
    assert "lake drop racing.t" in " ".join(said.split())


def test_what_it_is_told_to_do_helps(mixed: Path) -> None:
    table = open_catalog(mixed).load_table("racing.t")
    current = table.current_snapshot()
    assert current is not None
    done = run(mixed, "rollback", "t", "--to", str(current.parent_snapshot_id), "--yes")
    assert done.exit_code == 0, done.output
    assert run(mixed, "query", "--output", "csv", "select count(n) from t").output.split() == ["count(n)", "6"]
