"""What a morning's merge reads does not grow with the years behind it: told by Trino's own count of bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.athena.account import Account
from tests.athena.parity import Week, morning

pytestmark = pytest.mark.long

YEARS = 8
GROWING = ("scraped_races", "result_versions", "results")


@dataclass
class Scanned:
    """Bytes that Trino read for one model's merge, and for the survey before it."""

    merge: int = 0
    survey: int = 0


def build(account: Account) -> dict[str, Scanned]:
    started = len(account.queries())
    account.dbt("run", "--select", "+results").ok()
    found = {name: Scanned() for name in GROWING}
    for line in account.queries()[started:]:
        id_ = re.search(r" athena (\S+) SUCCEEDED", line)
        if not id_:
            continue
        execution = account.athena_client.get_query_execution(QueryExecutionId=id_[1])["QueryExecution"]
        sql, read = execution["Query"], execution["Statistics"]["DataScannedInBytes"]
        target = re.search(r'"(\w+)"\s+as target', sql)
        if target and target[1] in found:
            kind = "merge" if "merge into" in sql.lower() else "survey"
            setattr(found[target[1]], kind, getattr(found[target[1]], kind) + read)
    return found


def put_years_behind(account: Account) -> None:
    """Copy every row into the same week of each year before, under lower ids, as the source would have counted."""
    for name in GROWING:
        columns = [field.name for field in account.table(name).schema().fields]
        moved = {"race_id": "race_id - 10000 * n", "race_date": "race_date - interval '1' year * n"}
        chosen = ", ".join(moved.get(column, f'"{column}"') for column in columns)
        account.sql(
            f"insert into {name} select {chosen} from {name} cross join unnest(sequence(1, {YEARS})) as years(n)"
        )


def test_a_merge_reads_no_more_with_years_behind_it(account: Account, week: Week) -> None:
    for days in (1, 2):
        account.extract(morning(week.last, days), "--days", "7", "--until", str(week.last)).ok()
        alone = build(account)
    put_years_behind(account)
    rows = int(str(account.sql("select count(*) from results")[0][0]))
    account.extract(morning(week.last, 3), "--days", "7", "--until", str(week.last)).ok()
    grown = build(account)
    assert rows > YEARS * 1000
    for name in ("result_versions", "results"):
        print(name, alone[name], grown[name])
        assert alone[name].merge > 0
        assert alone[name].survey > 0
        # another morning, with other changes and one more file of deleted rows to look at
        assert grown[name].merge <= 1.5 * alone[name].merge, (name, alone[name], grown[name])
        assert grown[name].survey <= 1.5 * alone[name].survey, (name, alone[name], grown[name])
