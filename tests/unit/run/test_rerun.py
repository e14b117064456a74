"""Runs made from earlier ones: from where they began, never older than what is known, and every slice that is not whole."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from extract.errors import FetchFailed, StagingError, UsageError
from extract.parse import RaceResult
from extract.run.replay import replay_request
from extract.run.request import Request, load_request, selection_of
from extract.run.rerun import Retry, open_runs, resume_request, retry_request, sample_clock
from extract.run.setup import new_run
from extract.stage.layout import Run
from extract.stage.storage import Storage, open_storage
from extract.stage.withdrawals import withdraw
from tests.unit.run.doubles import DAY, MORNING, FakePages, Staged, listed

SINCE = DAY - timedelta(days=1)


def fail() -> RaceResult:
    raise FetchFailed("late")


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    return Staged(tmp_path)


@pytest.fixture
def storage(staged: Staged) -> Storage:
    return open_storage(str(staged.folder))


def scrape(
    staged: Staged, hours: float, failing: tuple[int, ...] = (), source: str = "live", seed: int = 7, course: int | None = None,
    countries: tuple[str, ...] = ("gb",),
) -> str:  # fmt: skip
    """Stage a run of three races, with its request, as the command does."""
    at = MORNING + timedelta(hours=hours)
    slices = [(DAY, country) for country in countries]
    request = Request(selection_of(slices, course=course), source, seed=seed, rate=0.5)
    request.save(open_storage(str(staged.folder)), Run(at).run_id)
    races = [listed(number, country) for number, country in enumerate(("gb", "gb", "fr"), start=1)]
    staged.run(FakePages(races, at, results=dict.fromkeys(failing, fail)), countries, source=source)
    return Run(at).run_id


def wanted(found: Retry | None) -> list[tuple[date, str]]:
    assert found is not None
    return found.request.selection.slices


def test_retry_finds_what_an_earlier_run_left_though_the_last_is_whole(staged: Staged, storage: Storage) -> None:
    scrape(staged, 0, failing=(3,), countries=("gb", "fr"))
    scrape(staged, 1, countries=("gb",))
    found = retry_request(storage, SINCE)
    assert wanted(found) == [(DAY, "fr")]
    scrape(staged, 2, countries=("fr",))
    assert retry_request(storage, SINCE) is None


def test_retry_leaves_what_earlier_runs_left_alone_unless_a_run_is_named(staged: Staged, storage: Storage) -> None:
    run_id = scrape(staged, 0, failing=(1,))
    assert retry_request(storage, DAY + timedelta(days=2)) is None
    assert wanted(retry_request(storage, DAY + timedelta(days=2), run_id)) == [(DAY, "gb")]
    with pytest.raises(UsageError, match="not committed"):
        retry_request(storage, SINCE, "20200101T060000000000Z")


def test_retry_takes_doubtful_slices_and_keeps_good_races(staged: Staged, storage: Storage) -> None:
    scrape(staged, 0, failing=(2,))
    found = retry_request(storage, SINCE)
    assert found is not None
    assert found.request.good == frozenset({1})
    staged.run(FakePages([], MORNING + timedelta(hours=3)))
    Request(selection_of([(DAY, "gb")]), "live").save(storage, staged.last.run_id)
    found = retry_request(storage, SINCE)
    assert wanted(found) == [(DAY, "gb")]
    assert staged.slices()["gb"]["is_doubtful"] is True


def test_retry_takes_source_seed_and_filter_of_the_run_and_names_the_others(staged: Staged, storage: Storage) -> None:
    other = scrape(staged, 0, failing=(3,), source="https://example.org", countries=("fr",))
    scrape(staged, 1, failing=(1,), source="sample", seed=11, course=7)
    found = retry_request(storage, SINCE)
    assert found is not None
    request = found.request
    assert (request.source, request.seed, request.selection.course, request.rate) == ("sample", 11, 7, 0.5)
    assert request.selection.slices == [(DAY, "gb")]
    assert found.others == (other,)


def test_retry_of_a_replay_asks_where_its_pages_came_from(staged: Staged, storage: Storage) -> None:
    scrape(staged, 0, source="https://example.org")
    scrape(staged, 1, failing=(1,), source="replay")
    found = retry_request(storage, SINCE)
    assert found is not None
    assert found.request.source == "https://example.org"


def begun(storage: Storage, hours: float, countries: tuple[str, ...] = ("gb", "fr"), **more: object) -> str:
    """Leave a run interrupted: its request is there, nothing else."""
    run_id = Run(MORNING + timedelta(hours=hours)).run_id
    request = Request(selection_of([(DAY, code) for code in countries], course=7), "sample", seed=5, rate=0.25, **more)  # type: ignore[arg-type]
    request.save(storage, run_id)
    return run_id


def test_resume_goes_on_as_begun_under_a_run_of_its_own(staged: Staged, storage: Storage) -> None:
    run_id = begun(storage, 0)
    request = resume_request(storage, run_id)
    assert (request.source, request.seed, request.rate, request.selection.course) == ("sample", 5, 0.25, 7)
    assert request.continues == (run_id,)
    second = Run(MORNING + timedelta(hours=1)).run_id
    request.save(storage, second)
    assert load_request(storage, second) == request
    assert resume_request(storage, second).continues == (second, run_id)


def test_resume_leaves_out_what_newer_runs_committed_and_is_refused_when_that_is_all(
    staged: Staged, storage: Storage
) -> None:
    run_id = begun(storage, 0)
    scrape(staged, 1)
    assert resume_request(storage, run_id).selection.slices == [(DAY, "fr")]
    scrape(staged, 2, countries=("fr",))
    with pytest.raises(UsageError, match="nothing to resume"):
        resume_request(storage, run_id)


def test_an_older_run_of_the_slices_does_not_hinder_resuming(staged: Staged, storage: Storage) -> None:
    scrape(staged, 0)
    assert len(resume_request(storage, begun(storage, 1)).selection.slices) == 2


def test_a_run_that_was_gone_on_with_is_no_longer_open(staged: Staged, storage: Storage) -> None:
    first, second = begun(storage, 0), begun(storage, 1)
    assert open_runs(storage) == [first, second]
    at = MORNING + timedelta(hours=2)
    resume_request(storage, first).save(storage, Run(at).run_id)
    staged.run(FakePages([listed(1)], at), ("gb", "fr"))
    assert open_runs(storage) == [second]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"slices": 7}', "\x00", '{"slices": [["x", "gb"]], "course": null}'])
def test_a_damaged_request_is_named(text: str, storage: Storage) -> None:
    run_id = Run(MORNING).run_id
    storage.write_new(f"runs/{run_id}.json", text.encode())
    with pytest.raises(StagingError, match="does not say what the run was asked for"):
        load_request(storage, run_id)


def test_a_clock_behind_the_newest_run_is_refused(staged: Staged, storage: Storage) -> None:
    scrape(staged, 0)
    for behind in (timedelta(minutes=2), timedelta(days=400)):
        with pytest.raises(StagingError, match="later than our clock"):
            new_run(storage, MORNING - behind)
    assert new_run(storage, MORNING - timedelta(seconds=30)).scraped_at == MORNING + timedelta(seconds=1)
    assert new_run(storage, MORNING).scraped_at == MORNING + timedelta(seconds=1)
    assert new_run(storage, MORNING + timedelta(hours=1)).scraped_at == MORNING + timedelta(hours=1)


def test_a_run_from_a_clock_that_was_ahead_no_longer_counts_once_it_is_withdrawn(
    staged: Staged, storage: Storage
) -> None:
    ahead = scrape(staged, 24 * 365, failing=(1,))
    withdraw(storage, [ahead], "the clock was ahead", MORNING)
    assert new_run(storage, MORNING).scraped_at == MORNING
    with pytest.raises(UsageError, match="no run yet"):
        retry_request(open_storage(str(staged.folder / "empty")), SINCE)
    assert retry_request(storage, SINCE) is None


def test_the_clock_of_a_sample_staging_is_its_newest_run(staged: Staged, storage: Storage) -> None:
    assert sample_clock(storage) is None
    scrape(staged, 0, source="sample")
    scrape(staged, 1, source="replay")
    assert sample_clock(storage) == MORNING + timedelta(hours=1)
    scrape(staged, 2)
    assert sample_clock(storage) is None


def test_stray_files_among_the_pages_are_passed_over(storage: Storage) -> None:
    for path in ("pages/.DS_Store", "pages/country=gb/.DS_Store", "pages/country=gb/date=x/1.gz", "pages/a/b/c"):
        storage.write_new(path, b"x")
    with pytest.raises(UsageError, match="No page is stored"):
        replay_request(storage, None, None, None)
    for country in ("gb", "all"):
        storage.write_new(f"pages/country={country}/date={DAY}/index_{Run(MORNING).run_id}.json.gz", b"x")
    assert replay_request(storage, None, None, None).selection.slices == [(DAY, "gb")]
