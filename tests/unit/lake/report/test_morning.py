"""`lake morning`, with commands that only pretend: what it says of every kind of day, and with which exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from extract.errors import ExitCode
from lake.report.commands import Ended
from tests.unit.lake.report.conftest import DAY, DECISIONS, LATER, LOG, NEXT, write
from tests.unit.lake.report.pretended import PARTIAL, VERSIONS, Pretended, as_json, morning, place

__all__ = ["place"]


def test_a_good_morning_counts_what_the_log_gained(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(place / "warehouse", "result_versions", LOG, [(1, 10, LATER, "gb", DAY, "insert")])  # of a morning before
    pretended = Pretended(place, adds={"result_versions": (LOG, VERSIONS)})
    said = as_json(pretended, monkeypatch)
    assert (said["exit_code"], said["state"], said["problems"]) == (0, "fine", [])
    assert said["verdict"] == "+1 new, 1 corrected, 1 gone, 0 duplicates, days open not known"
    assert said["changes"] == {"new": 1, "corrected": 1, "gone": 1, "taken_back": 0}
    by_day = {item["race_date"]: (item["new"], item["corrected"], item["gone"]) for item in said["slices"]}
    assert by_day == {str(NEXT): (1, 0, 1), str(DAY): (0, 1, 0)}
    cost = said["cost"]
    assert (cost["requests"], cost["megabytes"], cost["rows_written"], cost["files_written"]) == (12, 3.4, 3, 1)
    assert (cost["bytes_scanned"], cost["pages_unchanged"]) == (None, 1234)
    assert said["before"]["rows"] == said["now"]["rows"] == 3


def test_it_hands_on_where_things_lie_and_nothing_that_is_secret(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKE_NOTIFY", "json://somebody:hidden@localhost")
    pretended = Pretended(place)
    morning(pretended, monkeypatch, "--countries", "gb", "--", "--rate", "0.5")
    (_, scrape), (_, built) = pretended.called
    assert scrape == ["--rate", "0.5", "--countries", "gb", "--output", "json"]
    assert built == ["--no-use-colors", "build"]
    for_extract, for_dbt = pretended.environments
    assert (for_extract["EXTRACT_DAYS"], for_extract["EXTRACT_STAGING"]) == ("7", str(place / "staging"))
    assert (for_dbt["EXTRACT_STAGING"], for_dbt["LAKE_WAREHOUSE"]) == (str(place / "staging"), str(place / "warehouse"))
    assert for_dbt["LAKE_TARGET"] == "embedded"
    assert for_dbt["DBT_TARGET_PATH"].startswith(str(place / "target" / "morning"))
    assert not {"LAKE_NOTIFY"} & (for_extract.keys() | for_dbt.keys())


@pytest.mark.parametrize(
    ("options", "passed", "days"),
    [
        ((), [], "7"),
        (("--days", "3"), ["--days", "3"], None),
        (("--unsettled",), ["--unsettled"], None),
        (("--", "--from", "2025-11-17", "--to", "2025-11-18"), ["--from", "2025-11-17", "--to", "2025-11-18"], "7"),
    ],
)
def test_which_days_are_asked_for(
    place: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], passed: list[str], days: str | None
) -> None:
    """By the environment, seven days give way to whatever is said by hand."""
    pretended = Pretended(place)
    assert morning(pretended, monkeypatch, *options).exit_code == 0
    assert pretended.called[0][1] == [*passed, "--output", "json"]
    assert pretended.environments[0].get("EXTRACT_DAYS") == days


@pytest.mark.parametrize(("code", "kind"), [(3, "partial"), (4, "refused"), (5, "page changed")])
def test_what_a_bad_scrape_had_is_built_and_the_rest_is_told(
    place: Path, monkeypatch: pytest.MonkeyPatch, code: int, kind: str
) -> None:
    pretended = Pretended(place, code=code, document=PARTIAL, adds={"result_versions": (LOG, VERSIONS)})
    said = as_json(pretended, monkeypatch)
    assert (said["exit_code"], said["state"]) == (code, kind)
    assert said["problems"][0]["why"] == "Sandford 14:00 (7): not in time; Run r2 is partial. Next: extract retry"
    assert said["changes"]["new"] == 1
    assert [name for name, _ in pretended.called] == ["extract", "dbt"]


@pytest.mark.parametrize(("code", "kind"), [(1, "scrape failed"), (2, "usage"), (6, "locked"), (-9, "scrape failed")])
def test_after_a_scrape_that_did_nothing_there_is_no_build(
    place: Path, monkeypatch: pytest.MonkeyPatch, code: int, kind: str
) -> None:
    pretended = Pretended(place, code=code, document=None, said=("extract: Do this instead.", ""))
    said = as_json(pretended, monkeypatch)
    assert (said["exit_code"], said["state"]) == (max(code, 1), kind)
    assert said["problems"] == [{"kind": kind, "why": "extract: Do this instead."}]
    assert said["verdict"] == "not built, 0 duplicates, days open not known"
    assert (said["changes"], [name for name, _ in pretended.called]) == (None, ["extract"])


def test_a_build_that_fails_names_model_and_reason(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = [
        {"unique_id": "model.racing_lakehouse.results", "status": "error", "message": "No space\n  left"},
        {"unique_id": "test.racing_lakehouse.one_winner.abc", "status": "fail", "message": "Got 2 results"},
        {"unique_id": "test.racing_lakehouse.fine.abc", "status": "pass"},
        {"unique_id": "test.racing_lakehouse.odd.abc", "status": "warn", "message": "Got 1 result"},
    ]
    said = as_json(Pretended(place, code=3, document=PARTIAL, build_code=1, results=failed), monkeypatch)
    assert said["exit_code"] == 1
    assert said["state"] == "partial, model results failed, test one_winner failed"
    assert [item["why"] for item in said["problems"][1:]] == [
        "model results failed: No space left", "test one_winner failed: Got 2 results"
    ]  # fmt: skip


def test_a_build_that_did_not_start_says_its_last_words(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = "05:00:01  Running with dbt\n05:00:02  Encountered an error:\nRuntime Error\n  Set ATHENA_DATA.\n"
    said = as_json(Pretended(place, build_code=2, results=None, build_says=says), monkeypatch)
    assert (said["exit_code"], said["state"]) == (1, "dbt build failed")
    assert "Encountered an error: Runtime Error Set ATHENA_DATA." in said["problems"][0]["why"]


def test_what_another_build_left_is_not_taken_for_this_one_s(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = [{"unique_id": "model.racing_lakehouse.results", "status": "error", "message": "old"}]
    as_json(Pretended(place, build_code=1, results=failed), monkeypatch)
    said = as_json(Pretended(place, build_code=2, results=None, build_says="new"), monkeypatch)
    assert said["problems"][0]["why"] == "dbt build failed: new"


def test_tables_that_somebody_else_writes_are_told_as_such(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = "dbt build (process 1 on x) is at work on the warehouse /w. Wait for it to end, then run dbt build again."
    said = as_json(Pretended(place, build_code=2, results=None, build_says=says), monkeypatch)
    assert (said["exit_code"], said["state"]) == (6, "locked")
    assert "Wait for it to end" in said["problems"][0]["why"]


def test_a_slice_held_back_fails_a_morning_that_is_else_good(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = ("r2", "gb", DAY, LATER, "held_back", 2, 2, LATER)
    said = as_json(Pretended(place, adds={"slice_decisions": (DECISIONS, [held])}), monkeypatch)
    assert (said["exit_code"], said["state"]) == (1, "held back: gb 2025-11-17")
    assert said["verdict"].endswith(", 1 day held back")
    assert (said["before"]["days_held_back"], said["now"]["days_held_back"]) == (0, 1)


def test_versions_that_are_gone_are_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `lake withdraw`; told of the log, for nothing in it says so."""
    from lake.iceberg.catalog import open_catalog

    write(place / "warehouse", "result_versions", LOG, VERSIONS)

    class Withdrawing(Pretended):
        def dbt(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Ended:
            open_catalog(place / "warehouse").load_table(("racing", "result_versions")).delete("change = 'update'")
            return super().dbt(arguments, environment, folder, log)

    said = as_json(Withdrawing(place), monkeypatch)
    assert said["verdict"].startswith("+0 new, 0 corrected, 0 gone, 1 version taken back, ")


def test_athena_s_scans_are_added_up(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = [
        {"unique_id": "model.p.a", "status": "success", "adapter_response": {"data_scanned_in_bytes": 10_000_000}},
        {"unique_id": "test.p.b", "status": "pass", "adapter_response": {"data_scanned_in_bytes": 2_500_000}},
    ]
    assert (
        "models and tests scanned 12.5 MB on Athena" in morning(Pretended(place, results=results), monkeypatch).stdout
    )


def test_where_nothing_is_staged_nothing_is_built(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACT_STAGING", str(tmp_path / "other"))
    done = morning(pretended := Pretended(place, code=4, document=None, said=("extract: refused",)), monkeypatch)
    assert done.exit_code == 4
    assert f"Nothing is staged in {tmp_path / 'other'}, so nothing was built." in done.stdout
    assert [name for name, _ in pretended.called] == ["extract"]


def test_what_it_cannot_do_is_said_before_anything_is_done(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for options, said in (
        (("--", "retry"), "no option of extract"),
        (("--", "--staging=x"), "lake --staging X morning"),
    ):
        done = morning(pretended := Pretended(place), monkeypatch, *options)
        assert said in str(done.exception)
        assert getattr(done.exception, "exit_code", None) == ExitCode.USAGE
        assert pretended.called == []


def test_the_first_morning_has_nothing_before_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKE_WAREHOUSE", str(place / "new"))
    done = morning(Pretended(place, build_code=1, results=None), monkeypatch)
    assert done.exit_code == 1
    assert "There is no warehouse" in done.stdout
    assert done.stdout.rstrip().endswith("(dbt build failed, not counted)")
