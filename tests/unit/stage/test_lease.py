"""The lock in S3: one holder at a time, whatever fails, and whose it is is told."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from moto.server import DomainDispatcherApplication

from extract.errors import StagingError, StagingLocked
from extract.stage import layout
from extract.stage.lease import PATH, S3Lease, leased
from extract.stage.lock import staging_lock
from extract.stage.run_writer import RunWriter
from extract.stage.s3 import S3Storage
from tests.unit.stage.staged import RUN, commit_run

SHORT = timedelta(seconds=0.2)
RUNS_OUT = 2.3  # seconds until others may take a short lease: it, its margin, and S3's clock in whole seconds


@pytest.fixture(autouse=True)
def one_request_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto looks and writes in two steps, where S3's condition and write are one."""
    mutex, call = threading.Lock(), DomainDispatcherApplication.__call__

    def serial(self: Any, *args: Any) -> Any:
        with mutex:
            return call(self, *args)

    monkeypatch.setattr(DomainDispatcherApplication, "__call__", serial)


@pytest.fixture
def url(bucket: str) -> str:
    return f"s3://{bucket}/some/prefix"


@pytest.fixture
def storage(url: str) -> S3Storage:
    return S3Storage(url)


class Fault:
    """Stand before a client: each put, or its answer, is lost as long as `lost` says so."""

    def __init__(self, storage: S3Storage, error: Exception, *, after: bool) -> None:
        self.client, self.error, self.after, self.left = storage.client, error, after, 1
        storage.client = self  # type: ignore[assignment]

    def put_object(self, **request: Any) -> Any:
        if self.left and not self.after:
            self.left -= 1
            raise self.error
        answer = self.client.put_object(**request)
        if self.left:
            self.left -= 1
            raise self.error
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)


NO_NETWORK = EndpointConnectionError(endpoint_url="http://127.0.0.1")
NO_ANSWER = ReadTimeoutError(endpoint_url="http://127.0.0.1")
REFUSED = ClientError({"Error": {"Code": "PreconditionFailed", "Message": ""}}, "PutObject")
BUSY = ClientError({"Error": {"Code": "ConditionalRequestConflict", "Message": ""}}, "PutObject")


def try_to_take(where: S3Storage | str) -> bool:
    try:
        S3Lease(S3Storage(where) if isinstance(where, str) else where).take()
    except StagingLocked:
        return False
    return True


@pytest.mark.parametrize("state", ["never taken", "released", "run out", "damaged and old"])
def test_of_eight_who_see_it_free_one_gets_it(storage: S3Storage, state: str) -> None:
    if state == "released":
        with leased(storage):
            pass
    elif state == "run out":
        S3Lease(storage, SHORT).take()
        time.sleep(RUNS_OUT)
    elif state == "damaged and old":
        storage.write_new(PATH, b'{"lease_seconds": 0.1, "host": 5')
        storage.client.put_object(Bucket=storage.bucket, Key=storage.prefix + PATH, Body=b'{"lease_seconds": 0.1}')
        time.sleep(RUNS_OUT)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_to_take, [storage] * 8)) == 1


def test_of_several_processes_one_gets_it(url: str) -> None:
    code = "import sys; from tests.unit.stage.test_lease import try_to_take; print(try_to_take(sys.argv[1]))"
    started = [subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE) for _ in range(3)]
    assert sorted(process.communicate(timeout=120)[0].strip() for process in started) == [b"False", b"False", b"True"]


def test_whoever_comes_second_is_told_who_since_when_until_when_and_what_to_do(url: str, storage: S3Storage) -> None:
    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    says = (
        rf"Another run \(process {os.getpid()} on {socket.gethostname()}, since {moment}\) is writing {url}\. Its lock "
        rf"holds until {moment} and is renewed while it lives; if it is dead, run again after {moment}\. Wait for it"
    )
    with staging_lock(storage), pytest.raises(StagingLocked, match=says), staging_lock(S3Storage(url)):
        pass


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"null", b'{"until": "2001-01-01T00:00:00+00:00"}', b"[" * 9999])
def test_a_lock_that_cannot_be_read_holds_for_a_usual_lease(storage: S3Storage, body: bytes) -> None:
    storage.write_new(PATH, body)
    with pytest.raises(StagingLocked, match="if it is dead, run again after"):
        S3Lease(storage).take()


def test_no_clock_but_that_of_s3_is_believed(storage: S3Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    S3Lease(storage).take()
    later = SimpleNamespace(time=lambda: time.time() + 86_400, monotonic=lambda: time.monotonic() + 86_400)
    monkeypatch.setattr("extract.stage.lease.time", later)
    with pytest.raises(StagingLocked):
        S3Lease(storage).take()


def test_a_lease_is_renewed_while_the_run_lives(url: str, storage: S3Storage) -> None:
    with leased(storage, timedelta(seconds=1.2)) as lease:
        time.sleep(3.5)
        assert not try_to_take(url)
        lease.check()
    assert try_to_take(url)


def test_a_run_that_lost_its_lease_commits_nothing_and_leaves_the_other_s_alone(url: str, storage: S3Storage) -> None:
    lost = S3Lease(storage, SHORT)
    lost.take()
    storage.lease = lost
    time.sleep(RUNS_OUT)
    other = S3Lease(S3Storage(url))
    other.take()
    held = storage.read(PATH)
    with pytest.raises(StagingLocked, match=r"lost its lock .* and another run \(process .* extract --resume"):
        commit_run(storage)
    with pytest.raises(StagingLocked, match="lost its lock"):
        storage.write_new("pages/x", b"")
    lost.release()
    assert storage.read(PATH) == held
    assert storage.list("") == [PATH]
    other.confirm()


def test_a_commit_asks_for_the_lock_even_when_it_seems_held(url: str, storage: S3Storage) -> None:
    """The lease was taken away while this run's clocks say that it lasts."""
    lease = S3Lease(storage)
    lease.take()
    storage.lease = lease
    storage.client.put_object(Bucket=storage.bucket, Key=storage.prefix + PATH, Body=b'{"token": "another"}')
    storage.write_new("a page", b"")
    with pytest.raises(StagingLocked):
        RunWriter(storage, RUN).commit([], [])
    assert not storage.exists(layout.slices_path(RUN))


@pytest.mark.parametrize(("error", "after"), [(NO_ANSWER, True), (REFUSED, True), (BUSY, False), (BUSY, True)])
def test_a_put_whose_answer_was_lost_has_succeeded(storage: S3Storage, error: Exception, after: bool) -> None:
    Fault(storage, error, after=after)
    storage.write_new("one.csv", b"ours")
    assert storage.read("one.csv") == b"ours"
    with pytest.raises(StagingError, match="never overwritten"):
        storage.write_new("one.csv", b"theirs")


def test_a_put_that_never_arrived_is_an_error(storage: S3Storage) -> None:
    Fault(storage, NO_NETWORK, after=False)
    with pytest.raises(StagingError, match="Cannot reach"):
        storage.write_new("one.csv", b"ours")
    assert not storage.exists("one.csv")


@pytest.mark.parametrize("error", [NO_ANSWER, REFUSED, BUSY])
def test_the_lock_is_taken_renewed_and_released_though_answers_are_lost(
    url: str, storage: S3Storage, error: Exception
) -> None:
    fault, lease = Fault(storage, error, after=True), S3Lease(storage)
    lease.take()
    for _ in range(3):
        fault.left = 1
        lease.confirm()
    assert not try_to_take(url)
    fault.left = 1
    lease.release()
    assert json.loads(storage.read(PATH))["released"] is True


def test_a_renewal_of_which_nothing_was_heard_is_recognised_by_its_token(
    url: str, storage: S3Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault, lease = Fault(storage, NO_ANSWER, after=True), S3Lease(storage)
    fault.left = 0
    lease.take()
    fault.left = 1
    with monkeypatch.context() as cut:
        cut.setattr(storage, "fetch", lambda path: (_ for _ in ()).throw(StagingError("no network")))
        with pytest.raises(StagingError):
            lease.confirm()
    lease.confirm()
    lease.check()
    assert not try_to_take(url)


def test_a_network_that_fails_is_tried_again_and_only_time_loses_the_lease(url: str, storage: S3Storage) -> None:
    fault = Fault(storage, NO_NETWORK, after=False)
    fault.left = 0
    with leased(storage, timedelta(seconds=3)) as lease:
        storage.lease = lease
        fault.left = 4
        for _ in range(100):
            time.sleep(0.1)
            if not fault.left:
                break
        assert fault.left == 0
        lease.check()
        fault.left = 10**6
        time.sleep(2.5)
        with pytest.raises(StagingError, match="Cannot reach"):
            storage.write_new("late.csv", b"")
        fault.left = 0
        storage.write_new("in time after all.csv", b"")  # nobody took it meanwhile, as its ETag shows
        assert storage.list("") == [PATH, "in time after all.csv"]


def test_a_release_that_fails_does_not_hide_what_went_wrong(
    storage: S3Storage, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        Fault(storage, NO_NETWORK, after=False).left = 10**6
        raise KeyError("the run's own")

    with pytest.raises(KeyError), leased(storage):
        fail()
    assert "will run out by itself" in caplog.text
