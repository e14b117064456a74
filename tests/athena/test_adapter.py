"""The real, unmodified dbt-athena adapter against the local Athena, with a small project of the tests' own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.athena.account import Account, Ran

PROJECT = Path(__file__).parent / "small_project"
FIRST = "(1, 10, 'Tansy Moth', 'gb', 3.5, 'insert'), (1, 11, 'Old Lantern', 'gb', 6.0, 'insert'), (2, 20, 'Ox Eye', 'ire', null, 'insert')"
LATER = "(1, 10, 'Tansy Moth', 'gb', 2.5, 'update'), (1, 11, '', 'gb', null, 'delete'), (3, 30, 'Bell Ringer', 'fr', 9.0, 'insert'), (9, 90, '', 'fr', null, 'delete')"


@pytest.fixture(scope="module")
def account(new_account: Callable[[], Account]) -> Account:
    """One account for the module: its tests are steps of one story, in order."""
    return new_account()


def dbt(account: Account, *arguments: str, **variables: object) -> Ran:
    return account.dbt(*arguments, project=PROJECT, **{"runners": FIRST} | variables)


def runners(account: Account) -> list[tuple[str | None, ...]]:
    return account.sql(f'select race_id, horse_id, price, change from "{account.schema}"."runners" order by 1, 2')


def test_first_build_makes_every_kind_of_table(account: Account) -> None:
    dbt(account, "build").ok()
    assert account.tables() == ["courses", "days", "favourites", "favourites_export", "runners", "runners_by_country"]
    assert account.leftovers() == []
    assert runners(account) == [("1", "10", "3.5", "insert"), ("1", "11", "6.0", "insert"), ("2", "20", None, "insert")]
    assert account.sql(f'select course, opened from "{account.schema}"."courses" order by course_id') == [
        ("Brackley, Upper", "1887-05-02"),
        ("Carrickmore", "1911-08-14"),
        ("Vauxcelles", None),
    ]


def test_table_of_130_partitions_came_through_batches(account: Account) -> None:
    assert account.sql(f'select count(*), min(number), max(number) from "{account.schema}"."days"') == [
        ("130", "1", "130")
    ]
    assert any("TOO_MANY_OPEN_PARTITIONS" in line for line in account.queries())


def test_later_build_updates_inserts_and_deletes_in_one_merge(account: Account) -> None:
    before = snapshots(account, "runners")
    dbt(account, "build", runners=LATER).ok()
    assert runners(account) == [("1", "10", "2.5", "update"), ("2", "20", None, "insert"), ("3", "30", "9.0", "insert")]
    assert snapshots(account, "runners") == before + 1
    assert account.leftovers() == []
    assert account.sql(f'select horse from "{account.schema}"."favourites"') == [("Tansy Moth",)]


def test_timestamps_keep_their_microseconds(account: Account) -> None:
    assert account.sql(f'select scraped_at, typeof(scraped_at) from "{account.schema}"."runners" limit 1') == [
        ("2026-05-01 20:15:30.123456", "timestamp(6)")
    ]


def test_new_columns_are_appended_and_null_before(account: Account) -> None:
    dbt(account, "build", "--select", "runners", runners=LATER.replace("2.5", "2.25"), with_rating=True).ok()
    rows = account.sql(f'select race_id, rating, rated_at from "{account.schema}"."runners" order by race_id')
    assert rows == [("1", "87", "2026-05-02 06:00:00.000001"), ("2", None, None), ("3", None, None)]
    columns = account.glue.get_table(DatabaseName=account.schema, Name="runners")["Table"]["StorageDescriptor"][
        "Columns"
    ]
    assert {"Name": "rated_at", "Type": "timestamp"}.items() <= columns[-1].items()


def test_descriptions_reach_glue(account: Account) -> None:
    table = account.glue.get_table(DatabaseName=account.schema, Name="runners")["Table"]
    assert table["Description"] == "Runners of invented races."
    assert table["StorageDescriptor"]["Columns"][0]["Comment"] == "The race."


def test_maintenance_leaves_one_snapshot_and_every_row(account: Account) -> None:
    rows = runners(account)
    assert snapshots(account, "runners") > 1
    dbt(account, "run-operation", "maintain", "--args", "model: runners").ok()
    assert runners(account) == rows
    # The property asks for one second: nothing but what OPTIMIZE wrote, and what it replaced, can be younger.
    assert snapshots(account, "runners") <= 2


def test_full_refresh_swaps_the_table(account: Account) -> None:
    dbt(account, "run", "--select", "runners", "--full-refresh").ok()
    assert runners(account) == [("1", "10", "3.5", "insert"), ("1", "11", "6.0", "insert"), ("2", "20", None, "insert")]
    assert account.leftovers() == []


def test_columns_come_are_renamed_and_go(account: Account) -> None:
    """The statements of `sync_all_columns`, which our models do not use, but a user's may."""
    for change in ("add columns (`spare` int)", "change column spare kept bigint", "drop column `kept`"):
        account.sql(f"alter table {account.schema}.favourites {change}")
        columns = account.glue.get_table(DatabaseName=account.schema, Name="favourites")["Table"]["StorageDescriptor"]
        last = columns["Columns"][-1]
        assert (last["Name"], last["Type"]) == {"add": ("spare", "int"), "cha": ("kept", "bigint")}.get(
            change[:3], ("scraped_at", "timestamp")
        )


def test_docs_know_the_columns_of_views(account: Account) -> None:
    dbt(account, "docs", "generate").ok()
    catalog = (account.folder / "target" / "catalog.json").read_text(encoding="utf-8")
    assert '"last_scraped_at"' in catalog


def test_failing_test_fails_the_build(account: Account) -> None:
    ran = dbt(account, "build", "--select", "runners", runners="(4, 40, 'Fen Rail', 'nz', 5.0, 'insert')")
    assert ran.code == 1
    assert "Got 1 result, configured to fail if != 0" in ran.output


def test_two_rows_for_one_key_fail_the_merge_and_change_nothing(account: Account) -> None:
    before = runners(account)
    twice = "(1, 10, 'Tansy Moth', 'gb', 8.0, 'update'), (1, 10, 'Tansy Moth', 'gb', 9.0, 'update')"
    ran = dbt(account, "run", "--select", "runners", runners=twice)
    assert ran.code == 1
    assert "MERGE_TARGET_ROW_MULTIPLE_MATCHES" in ran.output
    assert runners(account) == before
    dbt(account, "run", "--select", "runners", runners=FIRST).ok()
    assert account.leftovers() == []


def snapshots(account: Account, table: str) -> int:
    return int(account.sql(f'select count(*) from "{account.schema}"."{table}$snapshots"')[0][0] or 0)
