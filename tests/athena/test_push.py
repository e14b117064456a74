"""A local lake is pushed, and the next morning's build on Athena comes to what the local one comes to."""

from __future__ import annotations

from pathlib import Path

from tests.athena.account import Account
from tests.athena.parity import TABLES_ONLY, Week, assert_same, morning
from tests.pipeline.conftest import TABLES, Project


def test_a_pushed_lake_goes_on_in_athena(account: Account, week: Week, tmp_path: Path) -> None:
    local = Project(tmp_path)
    account.extract(morning(week.last, 1), "--days", "7", "--until", str(week.last)).ok()
    account.copy_staging(tmp_path / "staging")
    account.s3.delete_objects(
        Bucket=account.bucket,
        Delete={
            "Objects": [{"Key": item["Key"]} for item in account.s3.list_objects_v2(Bucket=account.bucket)["Contents"]]
        },
    )
    local.build()
    pushed = account.run(
        "lake", "--warehouse", str(tmp_path / "warehouse"), "--staging", str(tmp_path / "staging"), "push",
        "--to-staging", account.staging, "--pages", "--yes",
    )  # fmt: skip
    assert f"Next: LAKE_TARGET=athena EXTRACT_STAGING={account.staging} dbt build" in pushed.ok().output
    assert_same(account, local)
    before = account.snapshots()

    account.build(*TABLES_ONLY).ok()
    assert account.snapshots() == before, "nothing is new, so nothing is written"
    account.extract(morning(week.last, 4), "--days", "7", "--until", str(week.last)).ok()
    account.copy_staging(tmp_path / "staging")
    account.build(*TABLES_ONLY).ok()
    local.build()
    assert account.snapshots() == {name: before[name] + 1 for name in TABLES}
    assert_same(account, local)
    assert account.leftovers() == []
