"""An import on Athena: the same rows as on the embedded engine, before and after a scrape of our own."""

from __future__ import annotations

import pytest

from tests import rpscrape_files
from tests.athena.account import Account
from tests.athena.parity import TABLES_ONLY, Week, assert_same, morning
from tests.pipeline.conftest import Project
from tests.pipeline.test_daily_run import as_truth


@pytest.mark.parametrize(
    ("rows", "days", "dirt"),
    [
        pytest.param(600, 2, 0.0, id="two days"),
        pytest.param(257_000, 14, 0.01, id="a tenth of the history", marks=pytest.mark.long),
    ],
)
def test_an_import_and_a_scrape_over_it_come_to_the_same_tables(
    account: Account, week: Week, rows: int, days: int, dirt: float
) -> None:
    embedded = Project(account.folder / "embedded")
    embedded.folder.mkdir()
    data = account.folder / "data"
    as_of = morning(week.last, 1)
    written = rpscrape_files.write(data, rows, dirt, days, seed=week.seed, last=week.last, as_of=as_of)
    done = account.run("extract", "import", str(data), "--expect-rows", str(written.clean))
    assert done.code == (3 if dirt else 0), done.output
    account.build(*TABLES_ONLY).ok()
    assert len(account.frame("results")) == written.clean
    account.copy_staging(embedded.folder / "staging")
    embedded.build()
    assert_same(account, embedded)

    account.extract(morning(week.last, 4), "--days", "1", "--until", str(week.last)).ok()
    account.build(*TABLES_ONLY, allow_shrink="all").ok()
    account.copy_staging(embedded.folder / "staging")
    embedded.build("--vars", "allow_shrink: all")
    assert_same(account, embedded)
    results = account.frame("results")
    of_the_day = results[results["race_date"] == week.last]
    assert as_truth(of_the_day) == week.seen(4, length=1).runners
