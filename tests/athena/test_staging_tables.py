"""The registered tables read on Trino what DuckDB reads in the same files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from extract.contract import CONTRACT, RACES, SLICES, names
from extract.stage.dialect import encode
from extract.stage.glue import register
from tests.athena.account import Account, AthenaFailed

TODAY = datetime.now(UTC).date()
HOSTILE = [
    'say "hi"', "a,b", "back\\slash", "ends in \\", 'ends in "', "tab\there", "ünïcode – ¾", "'", '"', '""', "\\", "\\N",
    "NULL", " spaced ", "line\nbreak", "carriage\r\nreturn", "\\u0041", ",,,", "a" * 5000,
]  # fmt: skip


def put(account: Account, kind: str, run: str, data: bytes, days_ago: int = 0) -> None:
    key = f"staging/{kind}/scraped_on={TODAY - timedelta(days=days_ago)}/{run}.csv"
    account.s3.put_object(Bucket=account.bucket, Key=key, Body=data)


def select(account: Account, query: str) -> list[tuple[str | None, ...]]:
    register(account.staging, account.staging_schema, glue=account.glue, s3=account.s3)
    return account.sql(query.format(staging=account.staging_schema))


def test_hostile_values_arrive_as_staged(account: Account) -> None:
    rows = [dict.fromkeys(names(RACES)) | {"run_id": f"r{n:02}", "reason": text} for n, text in enumerate(HOSTILE)]
    put(account, "slices", "r", encode(SLICES, [dict.fromkeys(names(SLICES))]))
    put(account, "races", "r", encode(RACES, rows))
    read = select(account, 'select reason, race_name, scraped_on from "{staging}"."races" order by run_id')
    expected = [text.replace("\r\n", " ").replace("\n", " ") for text in HOSTILE]
    assert [row[0] for row in read] == expected
    assert {row[1:] for row in read} == {("", str(TODAY))}


def test_files_of_an_older_contract_are_still_read(account: Account) -> None:
    """A table of today's columns over a file that lacks the last two: NULL, as if they had been empty."""
    older = SLICES[:-2]
    put(account, "slices", "old", encode(older, [dict.fromkeys(names(older)) | {"run_id": "old"}]), days_ago=1)
    put(
        account,
        "slices",
        "new",
        encode(SLICES, [dict.fromkeys(names(SLICES)) | {"run_id": "new", SLICES[-1].name: "2"}]),
    )
    read = select(
        account, f'select run_id, nullif({SLICES[-1].name}, \'\') from "{{staging}}"."slices" order by run_id'
    )
    assert read == [("new", "2"), ("old", None)]


def test_date_filter_picks_the_days_on_its_side(account: Account) -> None:
    for days_ago in range(3):
        put(account, "slices", f"r{days_ago}", encode(SLICES, [dict.fromkeys(names(SLICES))]), days_ago)
    where = f"where scraped_on >= '{TODAY - timedelta(days=1)}'"
    assert select(account, f'select count(*), min("$path") from "{{staging}}"."slices" {where}') == [
        ("2", f"{account.staging}/slices/scraped_on={TODAY - timedelta(days=1)}/r1.csv")
    ]


def test_registered_before_anything_is_staged_the_tables_are_empty(account: Account) -> None:
    for kind in CONTRACT:
        assert select(account, f'select count(*) from "{{staging}}"."{kind}"') == [("0",)]


def test_nothing_is_there_before_registering(account: Account) -> None:
    with pytest.raises(AthenaFailed, match="does not exist"):
        account.sql(f'select * from "{account.staging_schema}"."results"')
