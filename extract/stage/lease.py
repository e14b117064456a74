"""A lock in S3, such as that of a staging area: one object, written only by conditions on its own ETag.

Whoever writes it first, or first after it was released or ran out, holds it. Every write of the object is conditional
on the very state it was decided from, so that of many who see it free one gets it, and one who lost it cannot touch it
any more. It is released by writing so, not by deleting it: a conditional delete is newer than a conditional write and
not known to every store that speaks S3.

No clock of another machine is believed: an age is told by S3 (its `Date` less the object's `LastModified`), and the
holder counts from before its own last renewal.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from extract.errors import StagingError, StagingLocked
from extract.stage.holder import Holder, clock, holder_in, locked, who_in
from extract.stage.s3 import S3Storage, Stored

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
PATH = "_lock.json"
TRIES = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """Which object is the lock, and what is told to whoever comes second or loses it."""

    path: str = PATH
    who: str = "run"
    """What holds it: a run, a command."""
    command: str = ""
    """The holder's own, such as `dbt build`; in the object, for the message of the second."""
    lost: str = "go on with: extract --resume RUN_ID (`extract status` lists it)"
    """What to do, once the other has ended, for whoever lost it."""


STAGING = Claim()


def margin(lease: timedelta) -> timedelta:
    """Return the time by which a holder stops earlier, and others wait longer, than the lease says."""
    return max(lease / 20, timedelta(seconds=1))


class S3Lease:
    """A lease on what is stored under a prefix, held from `take` to `release` and renewed in between."""

    def __init__(self, storage: S3Storage, lease: timedelta = LEASE, claim: Claim = STAGING) -> None:
        self._storage, self._lease, self._claim = storage, lease, claim
        self._holder, self._token = Holder.here(), secrets.token_hex(16)
        self._renewals, self._etag = 0, ""
        self._confirmed: tuple[float, float] = (0.0, 0.0)
        self._lost: StagingLocked | None = None
        self._mutex = threading.Lock()

    def take(self) -> None:
        """Take the lock if it is free.

        Raises:
            StagingLocked: another run holds it.
            StagingError: S3 cannot be reached.
        """
        for _ in range(TRIES):
            held = self._storage.fetch(self._claim.path)
            if held and not self._is_free(held):
                raise self._locked(held)
            if held and self._write(released=False, IfMatch=held.etag):
                return
            if not held and self._write(released=False, IfNoneMatch="*"):
                return
        raise locked(self._storage.url, None, "", self._claim.who, self._claim.command)

    def check(self) -> None:
        """Do nothing while the lease is ours; one that could not be renewed in time must be proven again.

        Raises:
            StagingLocked: another run took it over.
            StagingError: it ran out and S3 cannot be reached.
        """
        if self._lost:
            raise self._lost
        started, wall = self._confirmed
        # A sleeping machine stops the one clock, a corrected time moves the other: the worse of the two counts.
        elapsed = max(time.monotonic() - started, time.time() - wall)
        if elapsed > (self._lease - margin(self._lease)).total_seconds():
            self.confirm()

    def confirm(self) -> None:
        """Renew the lease now.

        Raises:
            StagingLocked: another run took it over.
            StagingError: S3 cannot be reached.
        """
        with self._mutex:
            if self._lost:
                raise self._lost
            for _ in range(TRIES):
                if self._write(released=False, IfMatch=self._etag):
                    return
                held = self._storage.fetch(self._claim.path)
                if held is None or not self._is_ours(held):
                    break
                self._etag = held.etag  # a renewal whose answer was lost
            self._lost = StagingLocked(
                f"This {self._claim.who} lost its lock on {self._storage.url}: it could not renew it in time and "
                f"another {self._claim.who}{self._named(held)} took it. Nothing more was written; wait for that "
                f"{self._claim.who} to end, then {self._claim.lost}"
            )
            raise self._lost

    def release(self) -> None:
        """Give the lock back if it is still ours; never touch another's."""
        with self._mutex:
            try:
                for _ in range(TRIES):
                    held = self._storage.fetch(self._claim.path)
                    if held is None or not self._is_ours(held) or self._write(released=True, IfMatch=held.etag):
                        return
            except StagingError as error:
                log.warning("the lock of %s was not released and will run out by itself: %s", self._storage.url, error)

    def keep(self, done: threading.Event) -> None:
        """Renew until done; what fails is tried again soon, for as long as the run lasts."""
        pause = self._lease / 3
        while not done.wait(pause.total_seconds()):
            try:
                self.confirm()
                pause = self._lease / 3
            except StagingLocked as error:
                log.error("%s", error)
                return
            except StagingError as error:
                log.warning("the lock could not be renewed, trying again: %s", error)
                pause = self._lease / 30

    def _write(self, *, released: bool, **condition: str) -> bool:
        self._renewals += 1
        said = self._holder.record() | {
            "token": self._token,
            "renewals": self._renewals,
            "lease_seconds": self._lease.total_seconds(),
            "released": released,
            **({"command": self._claim.command} if self._claim.command else {}),
        }
        before = (time.monotonic(), time.time())
        etag = self._storage.put_if(self._claim.path, json.dumps(said).encode(), **condition)
        if etag is None:
            return False
        self._etag, self._confirmed = etag, before
        return True

    def _is_ours(self, held: Stored) -> bool:
        said = holder_in(held.data)[1]
        return said.get("token") == self._token and not said.get("released")

    def _is_free(self, held: Stored) -> bool:
        lease = _lease_of(held)
        return holder_in(held.data)[1].get("released") is True or held.age > lease + margin(lease)

    def _locked(self, held: Stored) -> StagingLocked:
        lease = _lease_of(held)
        until, free = clock(held.written_at + lease), clock(held.written_at + lease + margin(lease))
        hint = f"Its lock holds until {until} and is renewed while it lives; if it is dead, run again after {free}. "
        return locked(self._storage.url, who_in(held.data), hint, self._claim.who, self._claim.command)

    def _named(self, held: Stored | None) -> str:
        who = who_in(held.data) if held else None
        return f" ({who})" if who else ""


def _lease_of(held: Stored) -> timedelta:
    """The lease its holder asked for; the usual one when the object does not say, or says nonsense."""
    seconds = holder_in(held.data)[1].get("lease_seconds")
    if isinstance(seconds, (int, float)) and 0 < seconds <= LEASE.total_seconds():
        return timedelta(seconds=seconds)
    return LEASE


@contextmanager
def leased(storage: S3Storage, lease: timedelta = LEASE, claim: Claim = STAGING) -> Iterator[S3Lease]:
    """Hold a lock in S3 for the time of a run; see the module.

    Raises:
        StagingLocked: another run holds it.
    """
    held, done = S3Lease(storage, lease, claim), threading.Event()
    held.take()
    keeper = threading.Thread(target=held.keep, args=(done,), daemon=True, name="lease")
    keeper.start()
    try:
        yield held
    finally:
        done.set()
        keeper.join()
        held.release()
