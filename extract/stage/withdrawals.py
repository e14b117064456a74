"""The ledger of withdrawn runs: committed runs that shall count for nothing, until they are restored.

Nothing is deleted and no file is changed: each decision is a row of a file of its own, and a run's latest one holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from extract.contract import WITHDRAWALS, Record, WithdrawalAction
from extract.errors import UsageError
from extract.stage import layout
from extract.stage.dialect import Damaged, decode, encode
from extract.stage.layout import timestamp
from extract.stage.manifest import committed_runs, run_of
from extract.stage.storage import Storage

ACTIONS: tuple[WithdrawalAction, ...] = ("withdrawn", "restored")


@dataclass(frozen=True, slots=True)
class Decision:
    """The latest decision about a run: what was decided, when (UTC, as the contract writes timestamps), and why."""

    run_id: str
    action: str
    decided_at: str
    reason: str


def withdrawn_runs(storage: Storage) -> dict[str, Decision]:
    """Return the runs that are withdrawn now, by id.

    Raises:
        StagingError: the ledger is damaged or cannot be read.
    """
    return {run_id: last for run_id, last in latest_decisions(storage).items() if last.action == "withdrawn"}


def latest_decisions(storage: Storage) -> dict[str, Decision]:
    """Return the latest decision about each run that one was ever taken about."""
    latest: dict[str, Decision] = {}
    for decision in _ledger(storage):
        before = latest.get(decision.run_id)
        if before is None or before.decided_at <= decision.decided_at:
            latest[decision.run_id] = decision
    return latest


def withdraw(storage: Storage, run_ids: Iterable[str], reason: str, now: datetime) -> list[str]:
    """Withdraw committed runs, all in one file; take the staging lock first.

    Args:
        storage: the staging area.
        run_ids: the runs; those withdrawn already are left as they are.
        reason: why, in words.
        now: the moment of the decision; moved on if the ledger holds a later one, so that the latest always wins.

    Returns:
        The runs that were not withdrawn before, oldest first.

    Raises:
        UsageError: a run is not committed, or no reason is given.
        StagingError: the ledger is damaged or cannot be written.
    """
    return _decide(storage, run_ids, "withdrawn", reason, now)


def restore(storage: Storage, run_ids: Iterable[str], reason: str, now: datetime) -> list[str]:
    """Restore withdrawn runs; as `withdraw`, and returns the runs that were withdrawn before."""
    return _decide(storage, run_ids, "restored", reason, now)


def _decide(
    storage: Storage, run_ids: Iterable[str], action: WithdrawalAction, reason: str, now: datetime
) -> list[str]:
    asked = sorted({run_of(run_id).run_id for run_id in run_ids})
    if not reason.strip():
        raise UsageError(f"Say why the runs are {action}: it is kept with the decision.")
    if unknown := sorted(set(asked) - set(committed_runs(storage))):
        raise UsageError(
            f"Staging {storage.url} has no committed run {', '.join(unknown[:5])}. `extract status` lists the runs."
        )
    before = withdrawn_runs(storage)
    changed = [run_id for run_id in asked if (run_id in before) != (action == "withdrawn")]
    if changed:
        decided_at = _moment(storage, now)
        decision: Record = {"action": action, "decided_at": timestamp(decided_at), "reason": reason}
        rows = [decision | {"run_id": run_id} for run_id in changed]
        storage.write_new(layout.withdrawals_path(decided_at), encode(WITHDRAWALS, rows))
    return changed


def _moment(storage: Storage, now: datetime) -> datetime:
    """Return now, or just after the last decision where a clock has gone back."""
    taken = [decision.decided_at for decision in _ledger(storage)]
    last = datetime.fromisoformat(max(taken)).replace(tzinfo=UTC) if taken else None
    now = now.astimezone(UTC)
    return now if last is None or now > last else last + timedelta(microseconds=1)


def _ledger(storage: Storage) -> list[Decision]:
    decisions = []
    for path in storage.list("withdrawals"):
        if stamp := layout.run_at(path, "withdrawals"):
            for row in decode(WITHDRAWALS, storage.read(path), path):
                decision = Decision(*(str(row[name] or "") for name in ("run_id", "action", "decided_at", "reason")))
                if decision.action not in ACTIONS or decision.decided_at != stamp.scraped_at_text:
                    raise Damaged(path, f"holds no decision of {stamp.scraped_at_text}")
                if not _is_run(decision.run_id):
                    raise Damaged(path, f"names the run {decision.run_id[:40]!r}, which is none")
                decisions.append(decision)
    return decisions


def _is_run(run_id: str) -> bool:
    try:
        run_of(run_id)
    except UsageError:
        return False
    return True
