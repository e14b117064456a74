"""dbt takes the warehouse for one invocation, writes onto what it has read, and says in one sentence why it cannot."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from extract.stage.storage import open_storage
from lake.iceberg.snapshots import rollback
from lake.lock import holder, warehouse_lock
from tests.unit.lake.plugin.conftest import Tiny
from tests.unit.stage.staged import RUN, commit_run


def test_a_process_that_calls_dbt_again_sees_what_happened_between(tiny: Tiny) -> None:
    assert tiny.dbt("build").success
    first = tiny.table.current_snapshot()
    assert first is not None
    assert tiny.dbt("build", "--vars", "n: 1").success
    assert tiny.rows() == [1, 1, 1]
    # Between two builds the warehouse is free: for our own commands, and for anybody's DuckDB.
    with warehouse_lock(tiny.warehouse, "lake rollback"):
        rollback(tiny.catalog, tiny.table, first.snapshot_id)
    with duckdb.connect(str(tiny.warehouse / "lake.duckdb")) as analyst:
        assert analyst.execute("select count(*) from racing.big").fetchall() == [(3,)]
    assert tiny.dbt("build", "--vars", "rows: 4").success
    assert tiny.rows() == [0, 0, 0, 0]


def test_the_lock_is_free_after_a_failed_build(tiny: Tiny) -> None:
    assert tiny.dbt("build").success
    (tiny.folder / "models" / "big.sql").write_text("select no_such_column from {{ ref('numbers') }}")
    assert not tiny.dbt("build").success
    assert not tiny.dbt("run-operation", "no_such_macro").success
    with warehouse_lock(tiny.warehouse, "lake maintain"):
        pass


def test_the_lock_is_held_while_dbt_is_at_work(tiny: Tiny) -> None:
    seen = []

    def watch(event: Any) -> None:
        if event.info.name == "NodeStart":
            seen.append(holder(tiny.warehouse))

    assert tiny.dbt("build", callbacks=[watch]).success
    assert {who.command if who else None for who in seen} == {"dbt build"}


def test_dbt_stops_before_it_touches_anything_while_another_command_writes(tiny: Tiny) -> None:
    assert tiny.dbt("build").success
    before = (tiny.warehouse / "lake.duckdb").read_bytes()
    with warehouse_lock(tiny.warehouse, "lake maintain"):
        for command in (["build"], ["test"], ["docs", "generate"], ["run-operation", "ask"]):
            done = tiny.dbt(*command)
            assert "lake maintain (process" in tiny.error(done), command
            assert "Wait for it to end, then run dbt" in tiny.error(done)
        assert (tiny.warehouse / "lake.duckdb").read_bytes() == before
        for command in (["parse"], ["list"], ["compile"]):
            assert tiny.dbt(*command).success, command


@pytest.mark.parametrize("command", ["build", "compile"])
def test_an_open_duckdb_file_is_our_sentence_not_duckdb_s(tiny: Tiny, command: str) -> None:
    assert tiny.dbt("build").success
    with duckdb.connect(str(tiny.warehouse / "lake.duckdb"), read_only=True):
        assert "This process has" in tiny.error(tiny.dbt(command))
    assert tiny.dbt(command).success


def test_a_broken_duckdb_file_is_made_anew(tiny: Tiny) -> None:
    assert tiny.dbt("build").success
    (tiny.warehouse / "lake.duckdb").write_bytes(b"garbage" * 1000)
    assert tiny.dbt("build", "--vars", "n: 1").success
    assert tiny.rows() == [1, 1, 1]
    assert len(list(tiny.warehouse.glob("lake.duckdb.broken-*"))) == 1


def full(*_: object) -> None:
    raise OSError("No space left on device")


def published(tiny: Tiny) -> list[tuple[int]]:
    with duckdb.connect(str(tiny.warehouse / "racing.duckdb"), read_only=True) as people:
        return people.execute("select distinct n from racing.numbers").fetchall()


def test_a_good_build_tags_its_snapshots_and_publishes_them_and_a_bad_one_does_not(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RUN.run_id
    commit_run(open_storage(str(tiny.folder / "staging")))
    test = tiny.folder / "tests" / "never_negative.sql"
    sound = test.read_text()
    test.write_text("select * from {{ ref('numbers') }}")
    assert not tiny.dbt("build").success
    assert list(tiny.table.metadata.refs) == ["main"]
    test.write_text(sound)
    for command in (["run"], ["build", "--select", "big"], ["test"]):
        assert tiny.dbt(*command).success
        assert list(tiny.table.metadata.refs) == ["main"], command
    assert not (tiny.warehouse / "racing.duckdb").exists()
    assert tiny.dbt("build").success
    assert published(tiny) == [(0,)]
    first = tiny.table.metadata.refs[f"run-{run}"].snapshot_id
    assert first == tiny.table.metadata.current_snapshot_id
    monkeypatch.setattr("lake.plugin.plugin.publish", full)
    said: list[str] = []
    assert tiny.dbt("build", "--vars", "n: 1", callbacks=[lambda event: said.append(event.info.msg)]).success
    assert tiny.table.metadata.refs[f"run-{run}"].snapshot_id == tiny.table.metadata.current_snapshot_id != first
    assert "racing.duckdb still shows the state before: No space left on device" in "\n".join(said)
    assert published(tiny) == [(0,)]


def test_a_second_writer_stops_the_build_and_keeps_its_rows(tiny: Tiny) -> None:
    """Somebody who knows no lock goes back a snapshot after the build has read the table."""
    assert tiny.dbt("build").success
    first = tiny.table.current_snapshot()
    assert first is not None
    assert tiny.dbt("build", "--vars", "n: 1").success

    def interfere(event: Any) -> None:
        if event.info.name == "NodeStart" and event.data.node_info.node_name == "numbers":
            rollback(tiny.catalog, tiny.table, first.snapshot_id)

    done = tiny.dbt("build", "--vars", "{n: 2, rows: 2}", callbacks=[interfere])
    assert "racing.numbers was changed by somebody else" in tiny.error(done)
    assert tiny.rows() == [0, 0, 0]
    assert tiny.dbt("build", "--vars", "{n: 2, rows: 2}").success
    assert tiny.rows() == [0, 2, 2]
